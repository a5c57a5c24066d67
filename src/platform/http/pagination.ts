import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import { wrongCursor } from './explain-malformed.ts'

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

/** A request for a list, as Fastify has it. */
interface ListRequest {
  routeOptions: { url?: string | undefined }
  params: unknown
  query: { limit?: string; cursor?: string }
}

/** The part of a list that a client asks for: what comes after the entry with these keys. */
export interface PageRequest {
  /** Which list it is, with its filters: a cursor is good for no other. */
  list: string
  after?: readonly string[]
  limit: number
}

/** Keys are ids, times and numbers as text. Anything else never came from us. */
const isKey = (value: unknown): value is string => typeof value === 'string' && /^[ -~]{1,120}$/.test(value)

/** Tells a cursor that was changed or is of another list. A checksum and no secret: keys tell nothing that the list does not. */
const checkOf = (list: string, keys: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([list, ...keys]))
    .digest('base64url')
    .slice(0, 8)

export const writeCursor = (list: string, keys: readonly string[]): string =>
  Buffer.from(JSON.stringify([checkOf(list, keys), ...keys])).toString('base64url')

/** The keys in a cursor, or `undefined` when it is none that was written for this list with so many keys. */
export function readCursor(list: string, cursor: string, keyCount: number): string[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (!Array.isArray(parts) || parts.length !== keyCount + 1 || !parts.every(isKey)) return undefined
    const keys = parts.slice(1)
    return writeCursor(list, keys) === cursor ? keys : undefined
  } catch {
    return undefined
  }
}

/** The path of the route, what stands in it, and every filter. */
function listOf({ routeOptions, params, query }: ListRequest): string {
  const { limit, cursor, ...filters } = query
  const sorted = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([routeOptions.url, params, sorted])
}

/** @throws request.malformed for a cursor that is not of this list with these filters */
export function readPage(request: ListRequest, keyCount = 1): PageRequest {
  const { limit, cursor } = request.query
  const list = listOf(request)
  const after = cursor === undefined ? undefined : readCursor(list, cursor, keyCount)
  if (cursor !== undefined && !after) throw wrongCursor()
  return { list, limit: limit === undefined ? usual : Number(limit), ...(after && { after }) }
}

/** A page of rows that were asked for with one more than the limit: that one tells whether there is a next page. */
export function pageOf<Row>(
  rows: readonly Row[],
  { list, limit }: PageRequest,
  keysOf: (row: Row) => readonly string[],
): { items: readonly Row[]; nextCursor: string | null } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last !== undefined ? writeCursor(list, keysOf(last)) : null }
}
