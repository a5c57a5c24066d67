import type { ClientKind, DeliveryState, Locale } from '../messaging/index.ts'
import type { SlidingLog } from './sliding-log.ts'

/** One sign-in attempt of one phone. Names of phones and sources are pseudonyms; times are milliseconds. */
export interface Challenge {
  /** Handle of the source that opened it. */
  id: string
  /** Handle of any other source that asked while it lived: whoever holds it cannot use up the opener's tries. */
  guestId: string | undefined
  nonce: string
  digest: string
  source: string
  guestSource: string | undefined
  openedAt: number
  expiresAt: number
  resendAt: number
  sends: number
  ownTries: number
  guestTries: number
  state: 'live' | 'used' | 'locked'
  usedAt: number | undefined
  /** The verify request that used it. */
  usedBy: string | undefined
  /** The send requests that it has answered. */
  requests: readonly string[]
  message: SentMessage
}

/** The latest send: one message, or two when a second vendor had to be asked. */
export interface SentMessage {
  reference: string
  sentAt: number
  locale: Locale
  client: ClientKind
  parts: readonly MessagePart[]
}

export interface MessagePart {
  vendor: string
  state: DeliveryState
}

/** Rupees spent in cells of a few minutes, oldest first. */
export interface Spending {
  total: number
  cells: readonly (readonly [cell: number, paise: number])[]
}

/** Everything that one operation may read and change, as one step. */
export interface ChallengeBook {
  challenge: Challenge | undefined
  phoneSends: SlidingLog
  sourceSends: SlidingLog
  prefixSends: SlidingLog
  prefixVerified: SlidingLog
  phoneWrong: SlidingLog
  guestWrong: SlidingLog
  sourceWrong: SlidingLog
  sourceLooks: SlidingLog
  spending: Spending
  /** The phone signed in before. */
  known: boolean
}

export const isLive = (challenge: Challenge | undefined, now: number): challenge is Challenge =>
  challenge?.state === 'live' && now < challenge.expiresAt

const order = { queued: 0, sent: 1, delivered: 2, failed: 2 } as const

/** States only move forward, and the last two are final. */
export const isForward = (from: DeliveryState, to: DeliveryState): boolean => order[to] > order[from]

/** How the latest send stands: as its best message does. */
export function deliveryOf({ parts }: SentMessage): DeliveryState {
  const states = parts.map(({ state }) => state)
  return (['delivered', 'sent', 'queued'] as const).find((state) => states.includes(state)) ?? 'failed'
}
