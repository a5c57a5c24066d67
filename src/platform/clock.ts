/** The time, in milliseconds since 1970 UTC. Tests pass a clock that they set by hand. */
export interface Clock {
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }
