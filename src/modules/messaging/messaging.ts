import type { FastifyPluginAsync } from 'fastify'
import type { Clock } from '../../platform/clock.ts'
import type { Values } from '../../platform/config/section.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { PhoneParser } from '../../platform/phone.ts'
import type { ProviderSettings, VendorHealth } from '../../platform/vendors/vendor.ts'
import type { emailSettings } from './email-settings.ts'
import type { messagingSettings } from './messaging-settings.ts'
import type { orderTextSettings } from './order-text-settings.ts'
import type { ReceiptListener } from './record-receipt.ts'
import type { EmailResult, SendEmail } from './send-email.ts'
import type { SendSms, SmsResult } from './send-sms.ts'
import type { OrderTextName } from './templates/text-settings.ts'
import type { VendorOffer } from './vendor.ts'

/** What other modules see of this one. */
export interface Messaging {
  /** SMS vendors that are configured, in configured order; those that would not be called now come last. */
  vendors(): VendorOffer[]
  /** The same of e-mail; empty when no mail can be sent. */
  emailVendors(): VendorOffer[]
  /** Whether a text about orders is sent at all: not where others are registered at DLT and it is not. */
  sendsText(template: OrderTextName): boolean
  /** Sends one text through the first vendor that takes it. Never throws. */
  sendSms(request: SendSms): Promise<SmsResult>
  /** Sends one mail through the first vendor that takes it. Never throws. */
  sendEmail(request: SendEmail): Promise<EmailResult>
  /** Listeners run before the webhook is answered; a listener's fault is logged and does not change the answer. */
  onReceipt(listener: ReceiptListener): void
  /** Every SMS vendor that sends to people: whether it is configured, and its circuit in this process. */
  health(): VendorHealth
  /** The same of e-mail. */
  emailHealth(): VendorHealth
  /** The name of a vendor as people know it. */
  labelOf(vendor: string): string
  /** Webhooks of the vendors, for the prefix `/api/webhooks`. */
  routes: FastifyPluginAsync
  /** Ends connections that are kept open between messages. Messages on their way are finished first. */
  close(): Promise<void>
}

export interface MessagingDeps {
  settings: Values<typeof messagingSettings>
  orderTextSettings: Values<typeof orderTextSettings>
  emailSettings: Values<typeof emailSettings>
  /** The settings of each provider by its id. */
  providerSettings: ProviderSettings
  development: boolean
  /** The nominal life of a code, which the approved text states. */
  codeLifeSeconds: number
  /** Where vendors reach this server; without it they are asked for no receipts. */
  publicUrl?: string
  parsePhone: PhoneParser
  /** Tells whether a signed receipt is fresh. */
  clock: Clock
  log: Logger
  metrics: Metrics
  /** Where the console provider writes; standard output when absent. */
  print?: (line: string) => void
}
