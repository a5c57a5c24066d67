import type { ClientKind, DeliveryState, Locale } from '../messaging/index.ts'
import type { SlidingLog } from './sliding-log.ts'
import type { Spending } from './spending.ts'

/** A source that asked for the code: it has a handle and tries of its own, which nobody else can use up. */
export interface Asker {
  id: string
  source: string
  tries: number
}

/** One sign-in attempt of one phone. Names of phones and sources are pseudonyms; times are milliseconds. */
export interface Challenge {
  nonce: string
  digest: string
  /** Whoever opened it first; a few at most. */
  askers: readonly Asker[]
  /** Wrong codes of everybody who did not ask. */
  strangerTries: number
  openedAt: number
  expiresAt: number
  resendAt: number
  sends: number
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

/** Everything that one operation may read and change, as one step. */
export interface ChallengeBook {
  challenge: Challenge | undefined
  phoneSends: SlidingLog
  sourceSends: SlidingLog
  prefixSends: SlidingLog
  prefixVerified: SlidingLog
  phoneWrong: SlidingLog
  /** Of this phone, by this source. */
  pairWrong: SlidingLog
  /** Of this phone, by sources that did not ask. */
  strangerWrong: SlidingLog
  sourceWrong: SlidingLog
  sourceLooks: SlidingLog
  spending: Spending
  /** The phone signed in before. */
  known: boolean
}

export const isLive = (challenge: Challenge | undefined, now: number): challenge is Challenge =>
  challenge !== undefined && challenge.usedAt === undefined && now < challenge.expiresAt

const order = { queued: 0, sent: 1, delivered: 2, failed: 2 } as const

/** States only move forward, and the last two are final. */
export const isForward = (from: DeliveryState, to: DeliveryState): boolean => order[to] > order[from]

export const askerOf = (challenge: Challenge | undefined, source: string): Asker | undefined =>
  challenge?.askers.find((asker) => asker.source === source)

export const lastVendorOf = ({ message }: Challenge): string => message.parts.at(-1)?.vendor ?? ''

/** How the latest send stands: as its best message does. */
export function deliveryOf({ parts }: SentMessage): DeliveryState {
  const states = parts.map(({ state }) => state)
  return (['delivered', 'sent', 'queued'] as const).find((state) => states.includes(state)) ?? 'failed'
}
