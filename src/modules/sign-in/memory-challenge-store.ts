import type { Clock } from '../../platform/clock.ts'
import { issue, recordDelivery, settle, status, verify } from './challenge-rules.ts'
import type { ChallengeStore } from './challenge-store.ts'
import { MemoryBook, openTables } from './memory-book.ts'
import type { SignInPolicy } from './sign-in-policy.ts'

/** Phones that fit, with their challenges; sources and prefixes have as much room each. */
const mostEntries = 100_000

/**
 * The challenge store of one process. Operations are one step because nothing in them waits. Bounded: when it is
 * full of live challenges a new one is refused (`full`), and counters of phones and sources that were not seen for
 * long are forgotten. A restart forgets everything.
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
  const tables = openTables(policy, most)
  const { places } = tables.phones

  const stepFor = (input: { phone: string; prefix?: string; source?: string }, now = clock.now()) => ({
    book: new MemoryBook(tables, input, places.find(input.phone), now),
    policy,
    now,
  })

  return {
    get size() {
      return tables.phones.size
    },
    issue: async (input) => {
      const now = clock.now()
      return places.take(input.phone, now) === undefined ? { outcome: 'full' } : issue(stepFor(input, now), input)
    },
    settle: async (input) => settle(stepFor(input), input),
    recordDelivery: async (input) => recordDelivery(stepFor(input), input),
    verify: async (input) => verify(stepFor(input), input),
    status: async (input) => status(stepFor(input), input),
    ping: async () => undefined,
    close: async () => undefined,
  }
}
