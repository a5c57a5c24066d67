import type { TProperties } from 'typebox'
import type { EmailAddress } from '../../../platform/email-address.ts'
import type { MessageProvider } from '../message-provider.ts'

/** One mail for one person, rendered and ready for any vendor. */
export interface EmailMessage {
  to: EmailAddress
  from: { address: EmailAddress; name: string }
  /** One line, without the code: subjects show on locked screens and stay in vendors' lists. */
  subject: string
  text: string
  html: string
  /** What the console shows in place of the mail. */
  code?: string
  template: string
  /** Our own id of the message. A receipt must bring it back. */
  reference: string
}

/** A provider as the module keeps it, whatever its settings are. */
export type AnyEmailProvider = MessageProvider<EmailMessage>

export const defineEmailProvider = <T extends TProperties, C = undefined>(
  provider: MessageProvider<EmailMessage, T, C>,
): MessageProvider<EmailMessage, T, C> => provider
