import type { Values } from '../../platform/config/section.ts'
import type { signInSettings } from './sign-in-settings.ts'
import type { Window } from './sliding-log.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Every number that the store's rules use. Times are milliseconds, money is paise. */
export interface SignInPolicy {
  /** From the latest send. */
  lifeMs: number
  /** From the first send, whatever is sent again. */
  longestLifeMs: number
  /** A challenge with less left than this is not renewed: a send opens another. */
  shortestLifeMs: number
  /** Wrong codes of one source until a challenge is void for it. */
  tries: number
  /** Sources that have tries of their own in one challenge. */
  mostAskers: number
  /** Pause after the first send, the second, …; the last one holds for all that follow. */
  resendGapsMs: readonly number[]
  /** For how long a repeated verify with the same `Idempotency-Key` gets the same success. */
  replayMs: number
  sends: { phone: readonly Window[]; source: readonly Window[]; prefix: Window }
  wrong: {
    phone: readonly Window[]
    /** The part of it that one source may spend, and all sources that did not ask: the rest is kept for the others. */
    pair: readonly Window[]
    stranger: readonly Window[]
    source: readonly Window[]
  }
  looks: { source: readonly Window[] }
  /** One verified of this many sends keeps a number prefix open. */
  prefixShare: number
  budget: { allPaise: number; newPaise: number; cellMs: number; windowMs: number }
  /** For how long a number counts as one that signed in before. */
  knownMs: number
}

const shareOf = (settings: Values<typeof signInSettings>, share: number): Window[] => [
  { limit: Math.ceil(settings.wrongPerPhoneHour * share), ms: hour },
  { limit: Math.ceil(settings.wrongPerPhoneDay * share), ms: day },
]

/**
 * The limits of the settings as the store applies them. With the defaults a blind guesser, whatever he asks and
 * from wherever, has 20 codes a day compared for one phone: odds of 20 in a million.
 */
export const policyFrom = (settings: Values<typeof signInSettings>): SignInPolicy => ({
  lifeMs: settings.lifeSeconds * second,
  longestLifeMs: 2 * settings.lifeSeconds * second,
  shortestLifeMs: 60 * second,
  tries: settings.tries,
  mostAskers: 3,
  resendGapsMs: settings.resendGapsSeconds.map((gap) => Number(gap) * second),
  replayMs: 30 * second,
  sends: {
    phone: [
      { limit: settings.sendsPerPhoneHour, ms: hour },
      { limit: settings.sendsPerPhoneDay, ms: day },
    ],
    source: [
      { limit: settings.sendsPerSourceMinute, ms: minute },
      { limit: settings.sendsPerSourceHour, ms: hour },
    ],
    prefix: { limit: settings.sendsPerPrefixHour, ms: hour },
  },
  wrong: {
    phone: [
      { limit: settings.wrongPerPhoneHour, ms: hour },
      { limit: settings.wrongPerPhoneDay, ms: day },
    ],
    pair: shareOf(settings, 0.7),
    stranger: shareOf(settings, 0.5),
    source: [{ limit: settings.wrongPerSourceHour, ms: hour }],
  },
  looks: { source: [{ limit: settings.statusPerSourceMinute, ms: minute }] },
  prefixShare: 3,
  budget: {
    allPaise: settings.hourlyBudgetPaise,
    newPaise: Math.floor((settings.hourlyBudgetPaise * 3) / 4),
    cellMs: 5 * minute,
    windowMs: hour,
  },
  knownMs: 180 * day,
})
