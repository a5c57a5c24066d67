import type { TProperties } from 'typebox'
import type { Phone } from '../../../platform/phone.ts'
import type { MessageProvider } from '../message-provider.ts'
import type { OrderVariant, TextVariant } from '../templates/text-settings.ts'

export { envNameOf, type OrderVariant, orderVariants } from '../templates/text-settings.ts'

/** One text for one person, rendered and ready for any vendor. */
export interface SmsMessage {
  to: Phone
  /** The whole text, as approved at DLT and filled in. */
  text: string
  /** The values that were filled in, in the order of the text, for vendors that fill the approved template themselves. */
  values: readonly string[]
  /** Of a text that carries one. */
  code?: string
  /** Which of the approved texts it is, and the id under which it is registered at DLT. */
  template: { variant: TextVariant | OrderVariant; dltTemplateId?: string }
  /** A message that comes later than this is of no use. */
  validForSeconds: number
  /** Our own id of the message. A receipt must bring it back. */
  reference: string
  /** Where the vendor reports the delivery; absent when this server has no public address. */
  receiptUrl?: string
}

/** A provider as the module keeps it, whatever its settings are. */
export type AnySmsProvider = MessageProvider<SmsMessage>

export const defineSmsProvider = <T extends TProperties, C = undefined>(
  provider: MessageProvider<SmsMessage, T, C>,
): MessageProvider<SmsMessage, T, C> => provider
