import type { Logger } from '../../platform/observability/logger.ts'
import type { Phone } from '../../platform/phone.ts'
import type { Channel } from './channel.ts'
import type { SmsMessage } from './sms/sms-provider.ts'
import type { createSignInText } from './templates/sign-in-text.ts'
import type { ClientKind, Locale } from './templates/text-settings.ts'
import { type SendResult, tryVendors } from './try-vendors.ts'

export interface SendSms {
  to: Phone
  code: string
  template: 'signInCode'
  locale: Locale
  client: ClientKind
  /** What is left of the code's life. */
  validForSeconds: number
  /** Our id of the message; receipts bring it back. */
  reference: string
  /** Vendor ids in the order to try. */
  vendors: readonly string[]
  /** The request's logger, which carries its id. */
  log: Logger
}

export type SmsResult = SendResult

export interface SendSmsDeps {
  channel: Channel<SmsMessage>
  signInText: ReturnType<typeof createSignInText>
  publicUrl?: string
}

/**
 * Sends one text through the first vendor that takes it, the same text at each: at most two SMS for one request. Never
 * throws and ends in bounded time.
 */
export async function sendSms({ channel, signInText, publicUrl }: SendSmsDeps, request: SendSms): Promise<SmsResult> {
  const { to, code, validForSeconds, reference } = request
  const rendered = signInText(request.locale, request.client, code)
  return tryVendors(channel, {
    ...request,
    messageFor(vendor) {
      const receiptUrl =
        publicUrl && `${publicUrl}/api/webhooks/${vendor}/status?reference=${encodeURIComponent(reference)}`
      return { to, code, validForSeconds, reference, ...rendered, ...(receiptUrl && { receiptUrl }) }
    },
  })
}
