import { Unavailable } from '../../unavailable.ts'
import type { SessionCounts } from '../database-telemetry.ts'

/** Lets one caller at a time in, in the order of their coming, and other work of the thread in between. */
export interface Turns {
  /** Waits for a turn, so long at most. What it returns ends the turn. @throws Unavailable */
  take(longestMs: number): Promise<() => void>
  counts(): SessionCounts
}

export function createTurns(): Turns {
  const waiting = new Set<() => void>()
  let taken = false
  const giveOn = () => {
    const [next] = waiting
    taken = next !== undefined
    if (next) waiting.delete(next)
    next?.()
  }
  // PGlite works in promises alone: without a break, a row of callers keeps requests and timers out to its end.
  const end = () => {
    if (waiting.size === 0) taken = false
    else setImmediate(giveOn)
  }
  return {
    async take(longestMs) {
      if (!taken) {
        taken = true
        return end
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      waiting.add(resolve)
      const timer = setTimeout(() => {
        waiting.delete(resolve)
        reject(new Unavailable('database', new Error(`its only session was not free within ${longestMs} ms`)))
      }, longestMs)
      try {
        await promise
        return end
      } finally {
        clearTimeout(timer)
      }
    },
    counts: () => ({ busy: Number(taken), idle: Number(!taken), waiting: waiting.size }),
  }
}
