import type { DocumentKind } from './document.ts'
import { dateInIndia, financialYearOf } from './financial-year.ts'

const longestPrefix = 5
/** Without letters and digits that are taken for each other. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** So many other prefixes there are for a code whose own is taken. */
export const mostPrefixes = 64

/** FNV-1a with a last mixing, so that codes that differ in one character differ in all of it. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (const character of text) value = Math.imul(value ^ character.charCodeAt(0), 0x01000193)
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d)
  return (value ^ (value >>> 13)) >>> 0
}

/**
 * What stands for a store in its numbers: its code when that is short, else the beginning of it and two characters that
 * come from the whole. Another one for each attempt, for who finds it taken; the same for the same code and attempt.
 */
export function prefixOf(storeCode: string, attempt: number): string {
  const plain = storeCode.replaceAll('-', '')
  if (attempt === 0 && plain.length <= longestPrefix) return plain
  const value = hash(`${storeCode} ${attempt}`)
  const ending = `${alphabet[value & 31]}${alphabet[(value >>> 5) & 31]}`
  return plain.slice(0, longestPrefix - ending.length) + ending
}

const marks: Record<DocumentKind, string> = { invoice: '', creditNote: 'C' }

/** Where a document stands that is issued at a time. */
export interface Place {
  issuedAt: Date
  /** In India. */
  issuedOn: string
  financialYear: number
  /** What all numbers of the series begin with: `BLR01/26/`, of credit notes `BLR01/C26/`. */
  seriesPrefix: string
}

export function placeAt(now: number, { prefix, kind }: { prefix: string; kind: DocumentKind }): Place {
  const issuedOn = dateInIndia(now)
  const financialYear = financialYearOf(issuedOn)
  const year = String(financialYear % 100).padStart(2, '0')
  return { issuedAt: new Date(now), issuedOn, financialYear, seriesPrefix: `${prefix}/${marks[kind]}${year}/` }
}
