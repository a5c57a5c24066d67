import { type Clock, startStopwatch } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { AccessClaims } from './access-token.ts'
import { accessTokenLifeSeconds } from './access-token.ts'
import { type Revocation, readRevocations } from './revocation-queries.ts'

/**
 * The access tokens that ended before their time, as far as this instance knows: what it revoked itself at once, what
 * others revoked with the next poll.
 */
export interface Revocations {
  /** Reads what others revoked. Callers at once share one reading. @throws Unavailable */
  poll(): Promise<void>
  add(revocations: readonly Revocation[]): void
  covers(claims: Pick<AccessClaims, 'userId' | 'sessionId' | 'version'>): boolean
  /** Whether the latest successful poll is so recent that what is not known here can be taken for not revoked. */
  areCurrent(): boolean
}

/** A row can become visible this long after its time: as long as its transaction takes. */
const overlapSeconds = 60
const longestBlindnessMs = 30_000
/** Of a revocation: as long as a token lives that was made just before it, and some more. */
const keptSeconds = accessTokenLifeSeconds + 300

export function createRevocations(database: Pick<Database, 'raw'>, clock: Clock): Revocations {
  /** By session or user; until when it matters, and below which version. */
  const known = new Map<string, { until: number; version: number }>()
  let sincePoll: (() => number) | undefined
  let polling: Promise<void> | undefined

  function forgetOld(): void {
    const now = clock.now()
    for (const [subject, { until }] of known) {
      if (until > now) return // insertion order is the order of `until`
      known.delete(subject)
    }
  }

  function add(revocations: readonly Revocation[]): void {
    const until = clock.now() + keptSeconds * 1000
    for (const { subject, version } of revocations) {
      const lowest = version ?? Number.POSITIVE_INFINITY
      const before = known.get(subject)
      if (before && before.version >= lowest) continue
      known.delete(subject)
      known.set(subject, { until, version: lowest })
    }
  }

  async function readNew(): Promise<void> {
    const started = startStopwatch()
    const unread = sincePoll ? Math.min(Math.ceil(sincePoll() / 1000), keptSeconds) : keptSeconds
    add(await readRevocations(database, unread + overlapSeconds))
    sincePoll = started
    forgetOld()
  }

  return {
    poll() {
      polling ??= readNew().finally(() => {
        polling = undefined
      })
      return polling
    },
    add,
    covers: ({ userId, sessionId, version }) =>
      known.has(sessionId) || version < (known.get(userId)?.version ?? Number.NEGATIVE_INFINITY),
    areCurrent: () => sincePoll !== undefined && sincePoll() < longestBlindnessMs,
  }
}
