import type { ClientKind, DeliveryState, Locale, VendorOffer } from '../messaging/index.ts'

/** Whose counters a request draws on. All are pseudonyms. */
export interface Subject {
  /** Or the e-mail address that stands in its place. */
  phone: string
  /** The number without its last three digits; of an e-mail address, the address. */
  prefix: string
  source: string
}

export interface IssueInput extends Subject {
  /** What a new challenge starts with, and the handle of a source that is new to one that lives. */
  fresh: { id: string; nonce: string; digest: string }
  /** Our id of the message to be sent, and how it is worded. */
  reference: string
  locale: Locale
  client: ClientKind
  /** Vendors that could send it, in order of preference; never empty. */
  vendors: readonly VendorOffer[]
  /** The same for all tries of one client request. */
  request?: string
}

export type Limit = 'phone' | 'source' | 'prefix'

/** A handle, and what the holder may know. */
export interface ChallengeView {
  challengeId: string
  nonce: string
  expiresInMs: number
  /** Until another code may be asked for. */
  retryAfterMs: number
  /** Vendor of the latest message. */
  vendor: string
}

export type IssueResult =
  /** Counted and paid for: send it, `vendor` first. */
  | ({ outcome: 'send'; opened: boolean } & ChallengeView)
  /** A code is on its way already: send nothing. */
  | ({ outcome: 'wait' } & ChallengeView)
  | { outcome: 'limited'; limit: Limit; retryAfterMs: number }
  | { outcome: 'overBudget' }
  /** No room for another live challenge (memory only). */
  | { outcome: 'full' }

export interface SettleInput {
  phone: string
  prefix: string
  reference: string
  /** The vendors that may have sent it, in order; none when nothing left the house. */
  parts: readonly { vendor: string; state: DeliveryState }[]
  /** What it cost in the end, less what `issue` reserved. */
  extraPaise: number
  /** It was delivered by nobody. A challenge that it opened ends, another may be sent again at once. */
  undelivered: boolean
  /** It surely reached nobody, so it does not count as a send to the phone. */
  uncount: boolean
}

export interface RecordDeliveryInput {
  phone: string
  reference: string
  vendor: string
  state: DeliveryState
  /** Vendors that could send it again, should this be a failure; none when another would not help. */
  others: readonly VendorOffer[]
}

export type RecordDeliveryResult =
  | { outcome: 'unknown' | 'stale' }
  | { outcome: 'advanced'; sentAgoMs: number }
  /** Advanced, and the right to send the same code once more, by `vendor`, is the caller's alone. */
  | {
      outcome: 'resend'
      sentAgoMs: number
      vendor: string
      nonce: string
      expiresInMs: number
      locale: Locale
      client: ClientKind
    }

export interface VerifyInput extends Subject {
  digest: string
  challengeId?: string
  /** The same for all tries of one client request. */
  request?: string
}

export type VerifyResult =
  | { outcome: 'right'; challengeId: string; vendor: string }
  | { outcome: 'wrong'; triesLeft: number }
  /** Void for this source after too many wrong codes of its own. */
  | { outcome: 'locked' }
  /** None, expired, used, or not to be told. */
  | { outcome: 'closed' }
  | { outcome: 'limited'; limit: Limit; retryAfterMs: number }

export interface StatusInput {
  phone: string
  source: string
  challengeId?: string
}

export type StatusResult =
  | { outcome: 'live'; expiresInMs: number; delivery?: DeliveryState }
  | { outcome: 'none' }
  | { outcome: 'limited'; retryAfterMs: number }

/**
 * Keeps challenges and every counter that guards them. Each operation reads, decides and writes in one step, so
 * callers in parallel, in one process or many, get exactly what is left and no more.
 * Every operation may throw `Unavailable`; then it has happened wholly or not at all.
 */
export interface ChallengeStore {
  issue(input: IssueInput): Promise<IssueResult>
  /** Tells what became of a send that did not go as `issue` planned. */
  settle(input: SettleInput): Promise<void>
  recordDelivery(input: RecordDeliveryInput): Promise<RecordDeliveryResult>
  verify(input: VerifyInput): Promise<VerifyResult>
  status(input: StatusInput): Promise<StatusResult>
  /** Resolves while the store can take requests. @throws Unavailable */
  ping(): Promise<void>
  close(): Promise<void>
}
