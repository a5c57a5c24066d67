import type { FastifyPluginAsync } from 'fastify'
import type { Values } from '../../platform/config/section.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { PhoneParser } from '../../platform/phone.ts'
import type { CircuitState } from './circuit.ts'
import type { messagingSettings } from './messaging-settings.ts'
import type { ReceiptListener } from './record-receipt.ts'
import type { SendSms, SmsResult } from './send-sms.ts'
import type { ProviderSettings } from './vendor.ts'

/** A vendor that may send, and what one message costs there. */
export interface VendorOffer {
  id: string
  pricePaise: number
}

/** What other modules see of this one. */
export interface Messaging {
  /** Configured vendors in configured order; those that would not be called now come last. */
  vendors(): VendorOffer[]
  /** Sends one text through the first vendor that takes it. Never throws. */
  sendSms(request: SendSms): Promise<SmsResult>
  /** Listeners run before the webhook is answered; a listener's fault is logged and does not change the answer. */
  onReceipt(listener: ReceiptListener): void
  /** Every vendor that sends to people: whether it is configured, and its circuit in this process. */
  health(): Record<string, { configured: boolean; circuit: CircuitState }>
  /** The name of a vendor as people know it. */
  labelOf(vendor: string): string
  /** Webhooks of the vendors, for the prefix `/api/webhooks`. */
  routes: FastifyPluginAsync
}

export interface MessagingDeps {
  settings: Values<typeof messagingSettings>
  /** The settings of each provider by its id. */
  providerSettings: ProviderSettings
  development: boolean
  /** The nominal life of a code, which the approved text states. */
  codeLifeSeconds: number
  /** Where vendors reach this server; without it they are asked for no receipts. */
  publicUrl?: string
  parsePhone: PhoneParser
  log: Logger
  metrics: Metrics
  /** Where the console provider writes; standard output when absent. */
  print?: (line: string) => void
}
