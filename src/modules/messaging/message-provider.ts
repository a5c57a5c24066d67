import type { IncomingHttpHeaders } from 'node:http'
import type { TProperties } from 'typebox'
import type { Section, Values } from '../../platform/config/section.ts'
import type { HttpClient } from '../../platform/http/client.ts'
import type { VendorProvider } from '../../platform/vendors/vendor.ts'

/**
 * What a vendor did with a message.
 * - `accepted`: taken; delivery is known only from a receipt.
 * - `rejected`: this person cannot or must not get it, so no other vendor is asked.
 * - `unavailable`: another vendor may do it. `mayHaveSent` when the message may be on its way all the same,
 *   `alarm` when an operator has to act (keys, balance, registration), `onlyThisRecipient` when it says nothing
 *   about the next message, so that nobody can switch a vendor off by asking for people it cannot reach.
 * A reason is the vendor's name and code, never its text, which may hold the number or the address.
 */
export type SendOutcome =
  | { outcome: 'accepted'; vendorReference?: string }
  | { outcome: 'rejected'; reason: string }
  | { outcome: 'unavailable'; reason: string; mayHaveSent: boolean; alarm: boolean; onlyThisRecipient?: true }

/** Where a message is. States only move forward; the last two are final. */
export type DeliveryState = 'queued' | 'sent' | 'delivered' | 'failed'

/** What a vendor reported about one of our messages, checked to come from the vendor. */
export interface Receipt {
  reference: string
  /** The number or the address as the vendor wrote it. */
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
  /** When it came, in milliseconds since 1970, for vendors that sign the time. */
  receivedAt: number
}

/** What a vendor gets to work with for one message. The client is bounded in time and never retries. */
export interface Wire<S, C> {
  settings: S
  http: HttpClient
  /** For a vendor that is not called by `http`: the answer is not awaited any longer than this. */
  timeoutMs: number
  /** What `connect` opened. */
  connection: C
  /** Writes a line for the developer at the console. */
  print: (line: string) => void
}

/** A vendor in one file: what it needs and how its wire works. Everything else belongs to `try-vendors.ts`. */
export interface MessageProvider<M, T extends TProperties = TProperties, C = unknown> extends VendorProvider<T, C> {
  /** Price of one message in paise, as the budget counts it. */
  pricePaise(values: Values<Section<T>>): number
  /** @throws HttpFailure when no answer came */
  send(message: M, wire: Wire<Values<Section<T>>, C>): Promise<SendOutcome>
  /**
   * Several receipts where a vendor sends them by the batch. `forged` when the call does not come from the vendor;
   * `ignored` when it speaks of nothing we track.
   */
  readReceipt?(call: ReceiptCall, settings: Values<Section<T>>): Receipt | readonly Receipt[] | 'forged' | 'ignored'
  /** Longest body of such a call in bytes, where that is more than the server takes elsewhere. */
  longestReceipt?: number
}
