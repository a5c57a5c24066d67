import { demoSettings } from './demo/demo-settings.ts'
import { accountsSettings } from './modules/accounts/index.ts'
import { cartSettings } from './modules/cart/index.ts'
import { catalogSettings } from './modules/catalog/index.ts'
import { importsSettings } from './modules/imports/index.ts'
import { inventorySettings } from './modules/inventory/index.ts'
import { invoicesSettings } from './modules/invoices/index.ts'
import {
  emailSettings,
  messagingProviders,
  messagingSections,
  messagingSettings,
  orderTextSettings,
  textFaults,
} from './modules/messaging/index.ts'
import { notificationsSettings } from './modules/notifications/index.ts'
import { ordersSettings } from './modules/orders/index.ts'
import { paymentProviders, paymentsSections, paymentsSettings } from './modules/payments/index.ts'
import { signInSettings } from './modules/sign-in/index.ts'
import { CannotStart } from './platform/cannot-start.ts'
import { type Env, readSection } from './platform/config/read-section.ts'
import { Secret } from './platform/config/secret.ts'
import { type ConfigContext, defineSection, type Section, setting, type Values } from './platform/config/section.ts'
import { databaseSettings } from './platform/database/database-settings.ts'
import { httpSettings } from './platform/http/http-settings.ts'
import { randomSecret } from './platform/ids.ts'
import { logSettings } from './platform/observability/logger.ts'
import { metricsSettings } from './platform/observability/metrics.ts'
import { queueSettings } from './platform/queue/queue-settings.ts'
import { redisSettings } from './platform/redis/connect-redis.ts'

const modeSettings = defineSection({
  title: 'Mode',
  settings: {
    nodeEnv: setting.text({
      env: 'NODE_ENV',
      default: 'production',
      description:
        '`development` switches development mode on: loopback, codes on the console and in the answer. Everything else is production.',
    }),
    flaskEnv: setting.optionalText({
      env: 'FLASK_ENV',
      description: 'Older name: `development` means the same as `NODE_ENV=development` when that is not set.',
    }),
  },
})

/** Every section, in the order of the documentation. */
export const sections: readonly Section[] = [
  modeSettings,
  httpSettings,
  databaseSettings,
  queueSettings,
  signInSettings,
  accountsSettings,
  catalogSettings,
  inventorySettings,
  cartSettings,
  ordersSettings,
  ...paymentsSections,
  notificationsSettings,
  importsSettings,
  invoicesSettings,
  demoSettings,
  ...messagingSections,
  redisSettings,
  logSettings,
  metricsSettings,
]

export interface Config {
  development: boolean
  secretKey: Secret
  http: Values<typeof httpSettings>
  database: Values<typeof databaseSettings>
  queue: Values<typeof queueSettings>
  signIn: Values<typeof signInSettings>
  accounts: Values<typeof accountsSettings>
  catalog: Values<typeof catalogSettings>
  inventory: Values<typeof inventorySettings>
  cart: Values<typeof cartSettings>
  orders: Values<typeof ordersSettings>
  payments: Values<typeof paymentsSettings>
  notifications: Values<typeof notificationsSettings>
  imports: Values<typeof importsSettings>
  invoices: Values<typeof invoicesSettings>
  demo: Values<typeof demoSettings>
  messaging: Values<typeof messagingSettings>
  orderTexts: Values<typeof orderTextSettings>
  email: Values<typeof emailSettings>
  /** By vendor id. */
  vendors: Record<string, unknown>
  /** By provider id. */
  paymentProviders: Record<string, unknown>
  redis: Values<typeof redisSettings>
  log: Values<typeof logSettings>
  metrics: Values<typeof metricsSettings>
}

/** A configuration that cannot be started with. `faults` names everything that is wrong, and holds no value. */
export class ConfigurationError extends CannotStart {
  override readonly name = 'ConfigurationError'
  readonly faults: readonly string[]

  /** @param advice said after the faults */
  constructor(faults: readonly string[], advice: readonly string[] = []) {
    super(['The configuration cannot be used:', ...faults.map((fault) => `  - ${fault}`), ...advice].join('\n'))
    this.faults = faults
  }
}

/** Said where NODE_ENV is missing: from the faults alone nobody would guess that the rules of production were applied. */
const meantForDevelopment =
  'NODE_ENV is not set, and that counts as production. On your own machine set NODE_ENV=development.'

const firstWord = (sentence: string): string => /^\w*/.exec(sentence)?.[0] ?? ''

/**
 * Reads and checks the whole configuration.
 * @throws ConfigurationError with every fault at once
 */
export function readConfig(env: Env, now: number): Config {
  const isDevelopment = (value: string | undefined) => value?.trim().toLowerCase() === 'development'
  const faults: string[] = []
  const development = isDevelopment(env['NODE_ENV']) || (!env['NODE_ENV'] && isDevelopment(env['FLASK_ENV']))
  if (env['NODE_ENV']?.trim().toLowerCase() === 'production' && isDevelopment(env['FLASK_ENV'])) {
    faults.push(
      'NODE_ENV=production and FLASK_ENV=development contradict each other: development mode hands codes to callers, so it never runs in production.',
    )
  }

  const context: ConfigContext = { development, now }
  const read = <S extends Section>(section: S): Values<S> => readSection(section, env, context, faults)
  const signIn = read(signInSettings)
  const messaging = read(messagingSettings)
  const orderTexts = read(orderTextSettings)
  const each = (providers: readonly { id: string; settings: Section }[]) =>
    Object.fromEntries(providers.map(({ id, settings }) => [id, read(settings)]))
  const vendors = each(messagingProviders)
  const config = {
    development,
    secretKey: signIn.secretKey ?? new Secret(randomSecret(32).toString('base64url')),
    http: read(httpSettings),
    database: read(databaseSettings),
    queue: read(queueSettings),
    signIn,
    accounts: read(accountsSettings),
    catalog: read(catalogSettings),
    inventory: read(inventorySettings),
    cart: read(cartSettings),
    orders: read(ordersSettings),
    payments: read(paymentsSettings),
    paymentProviders: each(paymentProviders),
    notifications: read(notificationsSettings),
    imports: read(importsSettings),
    invoices: read(invoicesSettings),
    demo: read(demoSettings),
    messaging,
    orderTexts,
    email: read(emailSettings),
    vendors,
    redis: read(redisSettings),
    log: read(logSettings),
    metrics: read(metricsSettings),
  }
  // A sentence that builds on a faulty setting would speak of its default, so it waits until that is mended.
  const faulty = new Set(faults.map(firstWord))
  const sound = (sentence: string) => !sentence.split(/\W+/).some((word) => faulty.has(word))
  faults.push(...textFaults(messaging, orderTexts, signIn.lifeSeconds).filter(sound))
  if (faults.length > 0)
    throw new ConfigurationError(faults, env['NODE_ENV'] || development ? [] : [meantForDevelopment])
  return config
}
