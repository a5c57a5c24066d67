import type { EmailAddress } from '../../platform/email-address.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Seal } from '../../platform/seal.ts'
import type { AccountLetter } from '../accounts/index.ts'
import type { Locale, Messaging, SendEmail } from '../messaging/index.ts'

export interface SendLetterDeps {
  messaging: Pick<Messaging, 'emailVendors' | 'sendEmail'>
  seal: Pick<Seal, 'open'>
  /** Language of a mail to somebody who chose none. */
  locale: Locale
}

type Said = { template: 'emailChanged'; maskedEmail: string } | { template: 'accountDeleted' }

/**
 * Sends one mail about an account, the same at each try. Where no mail can be sent at all, none is.
 * @throws when the vendors are down: then it is worth another attempt
 */
export async function sendLetter(
  { messaging, seal, locale }: SendLetterDeps,
  sealed: string,
  said: Said,
  log: Logger,
): Promise<void> {
  const text = seal.open(sealed)
  if (text === undefined || messaging.emailVendors().length === 0) return
  const { to, name, at, reference, ...letter } = JSON.parse(text) as AccountLetter
  const { template, ...values } = said
  const { outcome } = await messaging.sendEmail({
    to: to as EmailAddress,
    template,
    values: { ...values, at, ...(name !== null && { name }) },
    locale: (letter.locale ?? locale) as Locale,
    reference,
    log,
  } as SendEmail)
  if (outcome === 'unavailable') throw new Error('no e-mail vendor took the letter')
}
