import type { Clock } from '../../platform/clock.ts'
import type { Challenge, ChallengeBook, Spending } from './challenge.ts'
import { issue, recordDelivery, settle, status, verify } from './challenge-rules.ts'
import type { ChallengeStore } from './challenge-store.ts'
import { ExpiringMap } from './expiring-map.ts'
import type { SignInPolicy } from './sign-in-policy.ts'
import { type SlidingLog, spanOf } from './sliding-log.ts'

/** Live challenges that fit; counters have as much room each. */
const mostEntries = 100_000
const none: SlidingLog = []

interface Subjects {
  phone: string
  prefix?: string
  source?: string
}

/**
 * The challenge store of one process. Operations are one step because nothing in them waits. Bounded: when it is
 * full of live challenges a new one is refused (`full`), and counters of the phones and sources that were seen
 * longest ago are forgotten. A restart forgets everything.
 */
export function createMemoryChallengeStore({
  policy,
  clock,
  most = mostEntries,
}: {
  policy: SignInPolicy
  clock: Clock
  most?: number
}): ChallengeStore & { readonly size: number } {
  const challenges = new ExpiringMap<Challenge>(most, { strict: true })
  const logs = {
    phoneSends: { map: new ExpiringMap<SlidingLog>(most), span: spanOf(policy.sends.phone), by: 'phone' },
    sourceSends: { map: new ExpiringMap<SlidingLog>(most), span: spanOf(policy.sends.source), by: 'source' },
    prefixSends: { map: new ExpiringMap<SlidingLog>(most), span: policy.sends.prefix.ms, by: 'prefix' },
    prefixVerified: { map: new ExpiringMap<SlidingLog>(most), span: policy.sends.prefix.ms, by: 'prefix' },
    phoneWrong: { map: new ExpiringMap<SlidingLog>(most), span: spanOf(policy.wrong.phone), by: 'phone' },
    guestWrong: { map: new ExpiringMap<SlidingLog>(most), span: spanOf(policy.wrong.guest), by: 'phone' },
    sourceWrong: { map: new ExpiringMap<SlidingLog>(most), span: spanOf(policy.wrong.source), by: 'source' },
    sourceLooks: { map: new ExpiringMap<SlidingLog>(most), span: spanOf(policy.looks.source), by: 'source' },
  } as const
  const logEntries = Object.entries(logs) as [keyof typeof logs, (typeof logs)[keyof typeof logs]][]
  const known = new ExpiringMap<true>(most)
  let spending: Spending = { total: 0, cells: [] }

  /** Opens the book for these subjects, lets the rule work on it, and writes back what the rule changed. */
  function step<T>(subjects: Subjects, work: (book: ChallengeBook, now: number) => T): T {
    const now = clock.now()
    const before = {
      challenge: challenges.get(subjects.phone, now),
      spending,
      known: known.get(subjects.phone, now) === true,
    } as ChallengeBook
    for (const [name, { map, by }] of logEntries) {
      const key = subjects[by]
      before[name] = (key === undefined ? undefined : map.get(key, now)) ?? none
    }
    const book = { ...before }
    const result = work(book, now)

    for (const [name, { map, span, by }] of logEntries) {
      if (book[name] !== before[name]) map.set(subjects[by] as string, book[name], now + span, now)
    }
    if (book.challenge === undefined) challenges.delete(subjects.phone)
    else if (book.challenge !== before.challenge) {
      challenges.set(subjects.phone, book.challenge, book.challenge.expiresAt + policy.replayMs, now)
    }
    if (book.known && !before.known) known.set(subjects.phone, true, now + policy.knownMs, now)
    spending = book.spending
    return result
  }

  return {
    get size() {
      return challenges.size
    },
    issue: async (input) => {
      if (!challenges.hasRoomFor(input.phone, clock.now())) return { outcome: 'full' }
      return step(input, (book, now) => issue({ book, policy, now }, input))
    },
    settle: async (input) => step(input, (book, now) => settle({ book, policy, now }, input)),
    recordDelivery: async (input) => step(input, (book, now) => recordDelivery({ book, policy, now }, input)),
    verify: async (input) => step(input, (book, now) => verify({ book, policy, now }, input)),
    status: async (input) => step(input, (book, now) => status({ book, policy, now }, input)),
    ping: async () => undefined,
    close: async () => undefined,
  }
}
