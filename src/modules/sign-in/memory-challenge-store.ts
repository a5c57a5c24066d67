import type { Clock } from '../../platform/clock.ts'
import type { ChallengeBook } from './challenge.ts'
import { issue, recordDelivery, settle, status, verify } from './challenge-rules.ts'
import type { ChallengeStore } from './challenge-store.ts'
import { ExpiringMap } from './expiring-map.ts'
import { endOfShelved, type ShelvedChallenge, shelve, unshelve } from './shelved-challenge.ts'
import type { SignInPolicy } from './sign-in-policy.ts'
import { type SlidingLog, spanOf, type Window } from './sliding-log.ts'
import type { Spending } from './spending.ts'

/** Live challenges that fit; counters have as much room each. */
const mostEntries = 100_000
const none: SlidingLog = []

interface Subjects {
  phone: string
  prefix?: string
  source?: string
}

/** Everything the store of one process holds. */
interface Shelves {
  challenges: ExpiringMap<ShelvedChallenge>
  phoneSends: ExpiringMap<SlidingLog>
  sourceSends: ExpiringMap<SlidingLog>
  prefixSends: ExpiringMap<SlidingLog>
  prefixVerified: ExpiringMap<SlidingLog>
  phoneWrong: ExpiringMap<SlidingLog>
  pairWrong: ExpiringMap<SlidingLog>
  strangerWrong: ExpiringMap<SlidingLog>
  sourceWrong: ExpiringMap<SlidingLog>
  sourceLooks: ExpiringMap<SlidingLog>
  /** Until when each phone counts as known. */
  known: ExpiringMap<number>
  spending: Spending
}

function openShelves({ sends, wrong, looks, replayMs }: SignInPolicy, most: number): Shelves {
  const logs = (windows: readonly Window[]): ExpiringMap<SlidingLog> => {
    const span = spanOf(windows)
    return new ExpiringMap(most, (log) => (log.at(-1) ?? 0) + span)
  }
  return {
    challenges: new ExpiringMap(most, (shelved) => endOfShelved(shelved) + replayMs, { strict: true }),
    phoneSends: logs(sends.phone),
    sourceSends: logs(sends.source),
    prefixSends: logs([sends.prefix]),
    prefixVerified: logs([sends.prefix]),
    phoneWrong: logs(wrong.phone),
    pairWrong: logs(wrong.pair),
    strangerWrong: logs(wrong.stranger),
    sourceWrong: logs(wrong.source),
    sourceLooks: logs(looks.source),
    known: new ExpiringMap(most, (until) => until),
    spending: [],
  }
}

/** The book of one operation: reads and writes go straight to the shelves. */
function openBook(
  shelves: Shelves,
  { phone, prefix = '', source = '' }: Subjects,
  now: number,
  knownMs: number,
): ChallengeBook {
  return {
    get challenge() {
      const shelved = shelves.challenges.get(phone, now)
      return shelved === undefined ? undefined : unshelve(shelved)
    },
    set challenge(challenge) {
      if (challenge) shelves.challenges.set(phone, shelve(challenge), now)
      else shelves.challenges.delete(phone)
    },
    get phoneSends() {
      return shelves.phoneSends.get(phone, now) ?? none
    },
    set phoneSends(log) {
      shelves.phoneSends.set(phone, log, now)
    },
    get sourceSends() {
      return shelves.sourceSends.get(source, now) ?? none
    },
    set sourceSends(log) {
      shelves.sourceSends.set(source, log, now)
    },
    get prefixSends() {
      return shelves.prefixSends.get(prefix, now) ?? none
    },
    set prefixSends(log) {
      shelves.prefixSends.set(prefix, log, now)
    },
    get prefixVerified() {
      return shelves.prefixVerified.get(prefix, now) ?? none
    },
    set prefixVerified(log) {
      shelves.prefixVerified.set(prefix, log, now)
    },
    get phoneWrong() {
      return shelves.phoneWrong.get(phone, now) ?? none
    },
    set phoneWrong(log) {
      shelves.phoneWrong.set(phone, log, now)
    },
    get pairWrong() {
      return shelves.pairWrong.get(phone + source, now) ?? none
    },
    set pairWrong(log) {
      shelves.pairWrong.set(phone + source, log, now)
    },
    get strangerWrong() {
      return shelves.strangerWrong.get(phone, now) ?? none
    },
    set strangerWrong(log) {
      shelves.strangerWrong.set(phone, log, now)
    },
    get sourceWrong() {
      return shelves.sourceWrong.get(source, now) ?? none
    },
    set sourceWrong(log) {
      shelves.sourceWrong.set(source, log, now)
    },
    get sourceLooks() {
      return shelves.sourceLooks.get(source, now) ?? none
    },
    set sourceLooks(log) {
      shelves.sourceLooks.set(source, log, now)
    },
    get spending() {
      return shelves.spending
    },
    set spending(spending) {
      shelves.spending = spending
    },
    get known() {
      return shelves.known.get(phone, now) !== undefined
    },
    set known(_known) {
      shelves.known.set(phone, now + knownMs, now)
    },
  }
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
  const shelves = openShelves(policy, most)

  const stepFor = (subjects: Subjects) => {
    const now = clock.now()
    return { book: openBook(shelves, subjects, now, policy.knownMs), policy, now }
  }

  return {
    get size() {
      return shelves.challenges.size
    },
    issue: async (input) => {
      if (!shelves.challenges.hasRoomFor(input.phone, clock.now())) return { outcome: 'full' }
      return issue(stepFor(input), input)
    },
    settle: async (input) => settle(stepFor(input), input),
    recordDelivery: async (input) => recordDelivery(stepFor(input), input),
    verify: async (input) => verify(stepFor(input), input),
    status: async (input) => status(stepFor(input), input),
    ping: async () => undefined,
    close: async () => undefined,
  }
}
