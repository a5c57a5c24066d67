import type { IncomingHttpHeaders } from 'node:http'
import type { TProperties } from 'typebox'
import type { Section, Values } from '../../../platform/config/section.ts'
import type { HttpClient } from '../../../platform/http/client.ts'
import type { Phone } from '../../../platform/phone.ts'
import type { TextVariant } from '../templates/text-settings.ts'

/** One text for one person, rendered and ready for any vendor. */
export interface SmsMessage {
  to: Phone
  /** The whole text, as approved at DLT and filled in. */
  text: string
  /** The values that were filled in, in the order of the text, for vendors that fill the approved template themselves. */
  values: readonly string[]
  code: string
  /** Which of the approved texts it is, and the id under which it is registered at DLT. */
  template: { variant: TextVariant; dltTemplateId?: string }
  /** A message that comes later than this is of no use. */
  validForSeconds: number
  /** Our own id of the message. A receipt must bring it back. */
  reference: string
  /** Where the vendor reports the delivery; absent when this server has no public address. */
  receiptUrl?: string
}

/**
 * What a vendor did with a message.
 * - `accepted`: taken; delivery is known only from a receipt.
 * - `rejected`: this person cannot or must not get it, so no other vendor is asked.
 * - `unavailable`: another vendor may do it. `mayHaveSent` when the message may be on its way all the same,
 *   `alarm` when an operator has to act (keys, balance, registration), `onlyThisNumber` when it says nothing
 *   about the next message, so that nobody can switch a vendor off by asking for numbers it cannot reach.
 * A reason is the vendor's name and code, never its text, which may hold the number.
 */
export type SmsOutcome =
  | { outcome: 'accepted'; vendorReference?: string }
  | { outcome: 'rejected'; reason: string }
  | { outcome: 'unavailable'; reason: string; mayHaveSent: boolean; alarm: boolean; onlyThisNumber?: true }

/** Where a message is. States only move forward; the last two are final. */
export type DeliveryState = 'queued' | 'sent' | 'delivered' | 'failed'

/** What a vendor reported about one of our messages, checked to come from the vendor. */
export interface Receipt {
  reference: string
  /** The number as the vendor wrote it. */
  to: string
  state: DeliveryState
  /** The vendor's code for a failure. */
  reason?: string
  /** A failure that another vendor may not have. */
  worthAnother: boolean
  /** A failure that will hit everybody until an operator acts. */
  alarm: boolean
}

/** A webhook call as it came in. */
export interface ReceiptCall {
  /** The address that the vendor called, from `PUBLIC_URL`: what a signature covers. Absent without `PUBLIC_URL`. */
  url?: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  /** The body, exactly as received. */
  body: string
  /** The last part of the path, for vendors that sign nothing. */
  secret: string
}

/** What a vendor gets to work with for one message. The client is bounded in time and never retries. */
export interface SmsWire<S> {
  settings: S
  http: HttpClient
  /** Writes a line for the developer at the console. */
  print: (line: string) => void
}

/** A vendor in one file: what it needs and how its wire works. Everything else belongs to `send-sms.ts`. */
export interface SmsProvider<T extends TProperties = TProperties> {
  /** Its name in `SMS_PROVIDERS`, in metrics and in the path of its receipts. */
  id: string
  /** It sends to nobody: refused outside development, absent from `health`. */
  developmentOnly?: true
  settings: Section<T>
  /** Names of the settings that it still lacks; a vendor without gaps is configured. */
  missing(values: Values<Section<T>>): string[]
  /** Price of one message in paise, as the budget counts it. */
  pricePaise(values: Values<Section<T>>): number
  /** Where its API is; absent for one that calls nobody. */
  baseUrl?(values: Values<Section<T>>): string
  /** @throws HttpFailure when no answer came */
  send(message: SmsMessage, wire: SmsWire<Values<Section<T>>>): Promise<SmsOutcome>
  /** `forged` when it does not come from the vendor; `ignored` when it speaks of nothing we track. */
  readReceipt?(call: ReceiptCall, settings: Values<Section<T>>): Receipt | 'forged' | 'ignored'
}

/** A provider as the module keeps it, whatever its settings are. */
export type AnySmsProvider = SmsProvider<TProperties>

export const defineSmsProvider = <T extends TProperties>(provider: SmsProvider<T>): SmsProvider<T> => provider
