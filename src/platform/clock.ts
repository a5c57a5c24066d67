/** The time, in milliseconds since 1970 UTC. Tests pass a clock that they set by hand. */
export interface Clock {
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** Starts counting milliseconds, which no change of the wall clock disturbs. Tells how many have passed. */
export function startStopwatch(): () => number {
  const startedAt = performance.now()
  return () => performance.now() - startedAt
}
