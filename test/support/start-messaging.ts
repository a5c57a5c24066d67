import { Writable } from 'node:stream'
import type { Messaging, SendSms } from '../../src/modules/messaging/index.ts'
import { createMessaging, messagingSettings, smsProviders } from '../../src/modules/messaging/index.ts'
import { type Env, readSection } from '../../src/platform/config/read-section.ts'
import { createLogger, type Logger } from '../../src/platform/observability/logger.ts'
import { createMetrics, type Metrics } from '../../src/platform/observability/metrics.ts'
import { createPhoneParser, type Phone } from '../../src/platform/phone.ts'

export const authToken = '0123456789abcdef0123456789abcdef'
export const webhookSecret = 'reports-come-here-5b8f1c2e9d'
export const anyPhone = '+919876543210' as Phone

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
}

/** The module as the program makes it from an environment. @throws when the environment does not read */
export async function startMessaging(env: Env, { development = false } = {}): Promise<StartedMessaging> {
  const faults: string[] = []
  const context = { development, now: 0 }
  const settings = readSection(messagingSettings, env, context, faults)
  const providerSettings = Object.fromEntries(
    smsProviders.map(({ id, settings: section }) => [id, readSection(section, env, context, faults)]),
  )
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
    providerSettings,
    development,
    codeLifeSeconds: 300,
    publicUrl: env['PUBLIC_URL'] ?? 'https://api.shop.example',
    parsePhone: createPhoneParser(['IN']),
    log,
    metrics,
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
  return {
    messaging,
    metrics,
    log,
    lines,
    printed,
    send: (changes) => messaging.sendSms({ ...request, vendors: messaging.vendors().map(({ id }) => id), ...changes }),
  }
}
