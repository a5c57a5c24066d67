import type { types } from 'pg'

type Parse = (text: string) => unknown

/**
 * Values as JavaScript, the same on both engines: counts as numbers, dates without a time as text, amounts of
 * `numeric` as text. `timestamptz` is a `Date`, `bytea` a `Buffer`.
 */
export const parsers: Record<number, Parse> = {
  17: (text) => Buffer.from(text.slice(2), 'hex'),
  20: Number,
  1082: String,
  1700: String,
}

const int8Array = 1016

/** The same for `pg`, which reads arrays by types of their own. */
export const parserOf =
  ({ getTypeParser }: typeof types) =>
  // biome-ignore lint/suspicious/noExplicitAny: as the driver declares it
  (oid: number, format?: any): any => {
    const parse = getTypeParser(oid, format)
    if (format === 'binary') return parse
    return parsers[oid] ?? (oid === int8Array ? (text: string) => (parse(text) as string[]).map(Number) : parse)
  }
