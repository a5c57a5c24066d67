import type { Readable } from 'node:stream'
import { type TSchema, Type } from 'typebox'

/** A TypeID with this prefix. */
export const idOf = (prefix: string, description: string) =>
  Type.String({ pattern: `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`, description })

export const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** Text for people: at least one visible character, and none that controls. */
export const plainText = (maxLength: number, description: string) =>
  Type.String({ maxLength, pattern: '^(?=.*\\S)[^\\p{Cc}\\p{Zl}\\p{Zp}]+$', description })

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
