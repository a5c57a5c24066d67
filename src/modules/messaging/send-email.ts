import type { EmailAddress } from '../../platform/email-address.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Channel } from './channel.ts'
import type { EmailMessage } from './email/email-provider.ts'
import type { EmailTemplate, EmailValues } from './templates/email-texts.ts'
import { renderEmail } from './templates/render-email.ts'
import type { Locale } from './templates/text-settings.ts'
import { type SendResult, tryVendors } from './try-vendors.ts'
import { offersOf } from './vendor.ts'

/** One mail of a kind, with what that kind says. */
export type SendEmail = {
  [T in EmailTemplate]: {
    to: EmailAddress
    template: T
    values: EmailValues[T]
    locale: Locale
    /** Our id of the message; receipts bring it back, and a mail that comes twice carries it twice. */
    reference: string
    /** Vendor ids in the order to try; the configured order when absent. */
    vendors?: readonly string[]
    /** The logger of the request or job, which carries its id. */
    log: Logger
  }
}[EmailTemplate]

export type EmailResult = SendResult

export interface SendEmailDeps {
  channel: Channel<EmailMessage>
  /** Absent while mail is not set up; then only the console can be asked. */
  from?: EmailAddress
  brand: string
  codeLifeSeconds: number
}

const nobody = 'nobody@localhost' as EmailAddress

/**
 * Sends one mail through the first vendor that takes it, the same mail at each: at most two for one request. Never
 * throws and ends in bounded time.
 */
export async function sendEmail(
  { channel, from = nobody, brand, codeLifeSeconds }: SendEmailDeps,
  request: SendEmail,
): Promise<EmailResult> {
  const { to, template, locale, values, reference } = request
  const shop = { brand, minutes: Math.floor(codeLifeSeconds / 60) }
  const message: EmailMessage = {
    to,
    from: { address: from, name: brand },
    ...renderEmail(template, locale, { ...shop, ...values }),
    ...('code' in values && { code: values.code }),
    template,
    reference,
  }
  const vendors = request.vendors ?? offersOf(channel.vendors).map(({ id }) => id)
  return tryVendors(channel, { ...request, vendors, messageFor: () => message })
}
