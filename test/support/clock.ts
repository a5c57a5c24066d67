import type { Clock } from '../../src/platform/clock.ts'

/** A clock that stands still until it is told. */
export interface SetClock extends Clock {
  set(now: number): void
  /** Moves on by milliseconds. */
  pass(ms: number): void
}

export function setClock(start = Date.UTC(2026, 0, 15, 12, 0, 0)): SetClock {
  let now = start
  return {
    now: () => now,
    set: (to) => {
      now = to
    },
    pass: (ms) => {
      now += ms
    },
  }
}

export const seconds = (count: number): number => count * 1000
export const minutes = (count: number): number => count * 60_000
export const hours = (count: number): number => count * 3_600_000
