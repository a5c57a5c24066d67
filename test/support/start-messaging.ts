import { Writable } from 'node:stream'
import type { Messaging, SendEmail, SendSms } from '../../src/modules/messaging/index.ts'
import {
  createMessaging,
  emailSettings,
  messagingProviders,
  messagingSettings,
  orderTextSettings,
} from '../../src/modules/messaging/index.ts'
import { type Clock, systemClock } from '../../src/platform/clock.ts'
import { type Env, readSection } from '../../src/platform/config/read-section.ts'
import type { EmailAddress } from '../../src/platform/email-address.ts'
import { createLogger, type Logger } from '../../src/platform/observability/logger.ts'
import { createMetrics, type Metrics } from '../../src/platform/observability/metrics.ts'
import { createPhoneParser, type Phone } from '../../src/platform/phone.ts'

export const authToken = '0123456789abcdef0123456789abcdef'
export const webhookSecret = 'reports-come-here-5b8f1c2e9d'
export const anyPhone = '+919876543210' as Phone
const anyEmail = 'asha@example.com' as EmailAddress

/** Both vendors set up, at a stand-in. */
export const vendorEnv = (baseUrl: string): Env => ({
  TWILIO_ACCOUNT_SID: `AC${'a'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: authToken,
  TWILIO_PHONE_NUMBER: '+15005550006',
  TWILIO_BASE_URL: baseUrl,
  FAST2SMS_API_KEY: 'fast2sms-key-4711',
  FAST2SMS_WEBHOOK_SECRET: webhookSecret,
  FAST2SMS_BASE_URL: baseUrl,
})

export interface StartedMessaging {
  messaging: Messaging
  metrics: Metrics
  log: Logger
  /** The lines of the log, and those printed for the developer. */
  lines: string[]
  printed: string[]
  /** Sends the code 123456 through all vendors in order, unless told otherwise. */
  send(request?: Partial<SendSms>): ReturnType<Messaging['sendSms']>
  /** Mails the code 123456 through all vendors in order, unless told otherwise. */
  mail(request?: Partial<SendEmail>): ReturnType<Messaging['sendEmail']>
}

/** The module as the program makes it from an environment. @throws when the environment does not read */
export async function startMessaging(
  env: Env,
  { development = false, clock = systemClock }: { development?: boolean; clock?: Clock } = {},
): Promise<StartedMessaging> {
  const faults: string[] = []
  const context = { development, now: 0 }
  const settings = readSection(messagingSettings, env, context, faults)
  const providerSettings = Object.fromEntries(
    messagingProviders.map(({ id, settings: section }) => [id, readSection(section, env, context, faults)]),
  )
  const orderTexts = readSection(orderTextSettings, env, context, faults)
  const mail = readSection(emailSettings, env, context, faults)
  if (faults.length > 0) throw new Error(faults.join('\n'))

  const lines: string[] = []
  const printed: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const log = await createLogger({ level: 'trace' }, { development, stream })
  const metrics = createMetrics()
  const messaging = createMessaging({
    settings,
    orderTextSettings: orderTexts,
    emailSettings: mail,
    providerSettings,
    development,
    codeLifeSeconds: 300,
    publicUrl: env['PUBLIC_URL'] ?? 'https://api.shop.example',
    parsePhone: createPhoneParser(['IN']),
    log,
    metrics,
    clock,
    print: (line) => void printed.push(line),
  })
  const request: SendSms = {
    to: anyPhone,
    code: '123456',
    template: 'signInCode',
    locale: 'en',
    client: 'web',
    validForSeconds: 300,
    reference: 'msg_01h455vb4pex5vsknk084sn02q',
    vendors: messaging.vendors().map(({ id }) => id),
    log,
  }
  const mailing: SendEmail = {
    to: anyEmail,
    template: 'signInCode',
    values: { code: '123456' },
    locale: 'en',
    reference: request.reference,
    log,
  }
  return {
    messaging,
    metrics,
    log,
    lines,
    printed,
    send: (changes) =>
      messaging.sendSms({ ...request, vendors: messaging.vendors().map(({ id }) => id), ...changes } as SendSms),
    mail: (changes) => messaging.sendEmail({ ...mailing, ...changes } as SendEmail),
  }
}
