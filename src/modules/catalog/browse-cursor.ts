import { checksumOf } from './checksum.ts'

/** Where a page ends: the values that the list is in order of, as text. */
export type Keys = readonly string[]

/** Of the list and of the place in it, so that a cursor fits no other list and none that was changed fits its own. */
const checkOf = (list: string, keys: Keys): string => checksumOf(JSON.stringify([list, keys]))

/** A cursor for one list, which `list` names whole: its filters, its order, its words. */
export const writeListCursor = (list: string, keys: Keys): string =>
  Buffer.from(JSON.stringify([checkOf(list, keys), ...keys])).toString('base64url')

/** The keys in a cursor, or `undefined` when it was not written for this list or is not as it was written. */
export function readListCursor(list: string, cursor: string): Keys | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (!Array.isArray(parts) || !parts.every((part) => typeof part === 'string')) return undefined
    const keys = parts.slice(1)
    return writeListCursor(list, keys) === cursor ? keys : undefined
  } catch {
    return undefined
  }
}
