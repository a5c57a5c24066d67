import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'

/** Answers that are remembered; each is gone from use after a few seconds. */
const mostAnswers = 10_000
const lifeMs = 3000

/** What providers answered to customers a moment ago. */
export interface RecentAnswers {
  /** Asks, unless the same was asked a moment ago or is being asked: then that answer is everybody's. */
  share<T>(what: string, ask: () => Promise<T>): Promise<T>
}

/**
 * Lets nobody wear a provider out by asking for the same payment again and again, which would open its circuit for all.
 * Of one process, forgotten when it restarts.
 */
export function createRecentAnswers({ clock }: { clock: Clock }): RecentAnswers {
  const known = new LRUCache<string, { until: number; answer: Promise<unknown> }>({ max: mostAnswers })
  return {
    share<T>(what: string, ask: () => Promise<T>): Promise<T> {
      const recent = known.get(what)
      if (recent && clock.now() < recent.until) return recent.answer as Promise<T>
      const answer = ask()
      known.set(what, { until: clock.now() + lifeMs, answer })
      answer.catch(() => known.delete(what))
      return answer
    },
  }
}
