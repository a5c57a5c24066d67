/** When something happened, in milliseconds, oldest first. */
export type SlidingLog = readonly number[]

/** At most `limit` events in any `ms` milliseconds. */
export interface Window {
  limit: number
  ms: number
}

/** Milliseconds until every window lets one more event in; 0 when they do now. */
export function timeToWait(log: SlidingLog, windows: readonly Window[], now: number): number {
  let longest = 0
  for (const { limit, ms } of windows) {
    const blocking = log[log.length - limit]
    if (blocking !== undefined) longest = Math.max(longest, blocking + ms - now)
  }
  return longest
}

/** The log with one more event. It keeps the newest `most` events: no window looks further back. */
export function append(log: SlidingLog, now: number, most: number): SlidingLog {
  if (log.length === 0) return [now] // no larger than it has to be: most logs have one entry
  return (log.length < most ? log : log.slice(log.length - most + 1)).concat(now)
}

/** How many events a log has to remember for these windows. */
export const reachOf = (windows: readonly Window[]): number => Math.max(...windows.map(({ limit }) => limit))

/** How long a log matters after its newest event, in milliseconds. */
export const spanOf = (windows: readonly Window[]): number => Math.max(...windows.map(({ ms }) => ms))
