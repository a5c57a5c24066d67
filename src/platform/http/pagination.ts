import { Type } from 'typebox'
import { httpProblems } from './http-problems.ts'

const most = 100
const usual = 20

/** What a list takes in its query string, beside its filters. Query strings are text, numbers in them too. */
export const pageQuery = {
  limit: Type.Optional(
    Type.String({
      pattern: '^(?:[1-9][0-9]?|100)$',
      description: `Most entries in the answer, 1 to ${most}. Default ${usual}.`,
    }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 400, description: '`nextCursor` of the page before.' })),
}

export const nextCursor = Type.Union([Type.String(), Type.Null()], {
  description: 'Where the next page begins; null at the end.',
})

/** The part of a list that a client asks for: what comes after the entry with these keys. */
export interface PageRequest {
  after?: readonly string[]
  limit: number
}

/** Keys are ids, times and numbers as text. Anything else never came from us. */
const isKey = (value: unknown): value is string => typeof value === 'string' && /^[ -~]{1,120}$/.test(value)

export const writeCursor = (keys: readonly string[]): string => Buffer.from(JSON.stringify(keys)).toString('base64url')

/** The keys in a cursor, or `undefined` when it is none that was written for a list with so many keys. */
export function readCursor(cursor: string, keyCount: number): string[] | undefined {
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (!Array.isArray(keys) || keys.length !== keyCount || !keys.every(isKey)) return undefined
    return writeCursor(keys) === cursor ? keys : undefined
  } catch {
    return undefined
  }
}

/** @throws request.malformed for a cursor that is none of ours */
export function readPage({ limit, cursor }: { limit?: string; cursor?: string }, keyCount = 1): PageRequest {
  const after = cursor === undefined ? undefined : readCursor(cursor, keyCount)
  if (cursor !== undefined && !after) throw httpProblems.malformed()
  return { limit: limit === undefined ? usual : Number(limit), ...(after && { after }) }
}

/** A page of rows that were asked for with one more than the limit: that one tells whether there is a next page. */
export function pageOf<Row>(
  rows: readonly Row[],
  { limit }: PageRequest,
  keysOf: (row: Row) => readonly string[],
): { items: readonly Row[]; nextCursor: string | null } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last !== undefined ? writeCursor(keysOf(last)) : null }
}
