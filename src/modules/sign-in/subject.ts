import { type Address, blockOf, textOf } from './address.ts'
import type { Subject } from './challenge-store.ts'
import type { Codes } from './codes.ts'

/** The name under which the store keeps the challenge of an address. */
export const nameOf = (codes: Codes, address: Address): string => codes.pseudonym(address.kind, textOf(address))

/** The name of what is guessed together with it. */
export const blockNameOf = (codes: Codes, address: Address): string => codes.pseudonym('prefix', blockOf(address))

/** The names under which the store counts a request for this address from this source. */
export const subjectOf = (codes: Codes, address: Address, source: string): Subject => ({
  phone: nameOf(codes, address),
  prefix: blockNameOf(codes, address),
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
