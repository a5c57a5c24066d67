import type { Phone } from '../../platform/phone.ts'
import type { Subject } from './challenge-store.ts'
import type { Codes } from './codes.ts'

/** The names under which the store counts a request for this phone from this source. */
export const subjectOf = (codes: Codes, phone: Phone, source: string): Subject => ({
  phone: codes.pseudonym('phone', phone),
  prefix: codes.pseudonym('prefix', phone.slice(0, -3)),
  source: codes.pseudonym('source', source),
})

/** Whole seconds to wait, never too few. */
export const secondsToWait = (ms: number): number => Math.ceil(ms / 1000)

/** A wait as people say it. */
export function inWords(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? '1 second' : `${seconds} seconds`
  if (seconds < 90 * 60) return `${Math.ceil(seconds / 60)} minutes`
  return `${Math.ceil(seconds / 3600)} hours`
}
