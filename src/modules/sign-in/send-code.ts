import type { Logger } from '../../platform/observability/logger.ts'
import type { ClientKind, Locale, Messaging, SmsResult, VendorOffer } from '../messaging/index.ts'
import type { Address } from './address.ts'

export type CodeMessaging = Pick<Messaging, 'vendors' | 'emailVendors' | 'sendSms' | 'sendEmail'>

/** Who could carry a code to this address, in order of preference. */
export const offersFor = (messaging: CodeMessaging, { kind }: Address): VendorOffer[] =>
  kind === 'phone' ? messaging.vendors() : messaging.emailVendors()

export interface SendCode {
  code: string
  locale: Locale
  client: ClientKind
  /** What is left of the code's life. */
  validForSeconds: number
  /** Our id of the message; receipts bring it back. */
  reference: string
  /** Vendor ids in the order to try. */
  vendors: readonly string[]
  log: Logger
}

/** Sends a code to its address, as a text or a mail. Never throws. */
export function sendCode(messaging: CodeMessaging, address: Address, request: SendCode): Promise<SmsResult> {
  if (address.kind === 'phone') return messaging.sendSms({ ...request, to: address.phone, template: 'signInCode' })
  const { code, locale, reference, vendors, log } = request
  return messaging.sendEmail({
    to: address.email,
    template: 'signInCode',
    values: { code },
    locale,
    reference,
    vendors,
    log,
  })
}
