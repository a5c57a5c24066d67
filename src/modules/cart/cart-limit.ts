import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'

/** Sources that are remembered; some 10 MB. */
const mostSources = 50_000
const hourMs = 3_600_000

/** So many in an hour from each source: all at once, or one after the other. */
export interface CartLimit {
  /** Counts one. Seconds to wait when there are too many already: then it is not counted. */
  take(source: string): number | undefined
}

/**
 * The limit of one process, forgotten when it restarts. For each source it keeps the moment at which nothing will count
 * any more.
 */
export function createCartLimit({ perHour, clock }: { perHour: number; clock: Clock }): CartLimit {
  const freeAt = new LRUCache<string, number>({ max: mostSources })
  const eachMs = hourMs / perHour
  return {
    take(source) {
      const now = clock.now()
      const next = Math.max(now, freeAt.get(source) ?? now) + eachMs
      const tooEarlyMs = next - now - hourMs
      if (tooEarlyMs > 0.001) return Math.max(1, Math.ceil(tooEarlyMs / 1000))
      freeAt.set(source, next)
      return undefined
    },
  }
}
