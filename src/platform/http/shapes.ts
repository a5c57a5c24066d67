import type { Readable } from 'node:stream'
import { type TSchema, Type } from 'typebox'
import { dayPattern, timePattern } from '../calendar.ts'
import { plainPattern } from '../plain-text.ts'

/** A TypeID with this prefix. */
export const idOf = (prefix: string, description: string) =>
  Type.String({ pattern: `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`, description })

export const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** Text for people on one line: at least one visible character, and none that controls, hides or turns the writing round. */
export const plainText = (maxLength: number, description: string) =>
  Type.String({ maxLength, pattern: plainPattern, description })

/** A day that somebody sends. */
export const aDay = (description: string) => Type.String({ pattern: dayPattern, description, examples: ['2026-01-26'] })

/** A time that somebody sends. */
export const aTime = (description: string) =>
  Type.String({
    pattern: timePattern,
    description: `${description} With its zone, such as 2026-01-26T00:00:00+05:30.`,
    examples: ['2026-01-26T00:00:00+05:30'],
  })

export const Done = Type.Object({ success: Type.Literal(true) }, { title: 'Done' })

/** An answer that is a file of one of these types. What a route refuses stays JSON. */
export const fileOf = (types: readonly string[]) =>
  Type.Unsafe<Readable>({
    description: 'The file.',
    content: Object.fromEntries(types.map((type) => [type, { schema: Type.String() }])),
  })

/** Of the fields of a body, those that are there: what is absent stays as it is. */
export const given = <T extends object>(fields: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
