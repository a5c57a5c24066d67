import type { Logger } from '../../platform/observability/logger.ts'
import type { Phone } from '../../platform/phone.ts'
import type { Channel } from './channel.ts'
import type { SmsMessage } from './sms/sms-provider.ts'
import type { createOrderText } from './templates/order-text.ts'
import type { createSignInText, SmsText } from './templates/sign-in-text.ts'
import type { ClientKind, Locale, OrderTextName, OrderTextValues } from './templates/text-settings.ts'
import { type SendResult, tryVendors } from './try-vendors.ts'
import { offersOf } from './vendor.ts'

interface Sms {
  to: Phone
  locale: Locale
  /** A message that comes later than this is of no use. */
  validForSeconds: number
  /** Our id of the message; receipts bring it back. */
  reference: string
  /** Vendor ids in the order to try; the configured order when absent. */
  vendors?: readonly string[]
  /** The logger of the request or job, which carries its id. */
  log: Logger
}

/** One SMS of a kind, with what that kind says. */
export type SendSms =
  | (Sms & { template: 'signInCode'; code: string; client: ClientKind })
  | { [T in OrderTextName]: Sms & { template: T; values: OrderTextValues[T] } }[OrderTextName]

export type SmsResult = SendResult

export interface SendSmsDeps {
  channel: Channel<SmsMessage>
  signInText: ReturnType<typeof createSignInText>
  orderText: ReturnType<typeof createOrderText>
  publicUrl?: string
}

function render({ signInText, orderText }: SendSmsDeps, request: SendSms): (SmsText & { code?: string }) | undefined {
  const { locale, template } = request
  if (template !== 'signInCode') return orderText(template, locale, request.values)
  return { ...signInText(locale, request.client, request.code), code: request.code }
}

/**
 * Sends one text through the first vendor that takes it, the same text at each: at most two SMS for one request. Never
 * throws and ends in bounded time. `rejected` without a vendor: the text may not be sent (`sendsText`).
 */
export async function sendSms(deps: SendSmsDeps, request: SendSms): Promise<SmsResult> {
  const { channel, publicUrl } = deps
  const { to, validForSeconds, reference } = request
  const rendered = render(deps, request)
  if (!rendered) return { outcome: 'rejected', attempts: [] }
  const vendors = request.vendors ?? offersOf(channel.vendors).map(({ id }) => id)
  return tryVendors(channel, {
    ...request,
    vendors,
    messageFor(vendor) {
      const receiptUrl =
        publicUrl && `${publicUrl}/api/webhooks/${vendor}/status?reference=${encodeURIComponent(reference)}`
      return { to, validForSeconds, reference, ...rendered, ...(receiptUrl && { receiptUrl }) }
    },
  })
}
