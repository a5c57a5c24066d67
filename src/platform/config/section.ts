import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox'
import type { Secret } from './secret.ts'

/** What every setting says of itself: enough to read it, to explain it and to document it. */
export type SettingOptions = {
  /** Name in the environment; older names that keep working follow the first. */
  env: string | readonly [string, ...string[]]
  description: string
  /** What holds when it is not set, in words, where it is not a plain value. */
  otherwise?: string
}

/** Where a section's settings will be used. */
export interface ConfigContext {
  development: boolean
  now: number
}

/** A group of settings that belong together, declared by the module or vendor that reads them. */
export interface Section<T extends TProperties = TProperties> {
  title: string
  settings: TObject<T>
  /** Sentences that say what is wrong with the values together; an empty list when nothing is. */
  check?(values: Static<TObject<T>>, context: ConfigContext): string[]
}

export type Values<S> = S extends Section<infer T> ? Static<TObject<T>> : never

export const defineSection = <T extends TProperties>(section: {
  title: string
  settings: T
  check?: (values: Static<TObject<T>>, context: ConfigContext) => string[]
}): Section<T> => ({ ...section, settings: Type.Object(section.settings) })

type Numeric = SettingOptions & { default: number; minimum?: number; maximum?: number }
type Textual = SettingOptions & {
  pattern?: string
  /** In words what the pattern asks for: `NAME must be <form>.` */
  form?: string
  minLength?: number
}

/** For a value that is sent or awaited in an HTTP header, where anything else fails with each request. */
export const headerText = { pattern: '^[!-~]+$', form: 'text in plain ASCII without spaces' }

/** The kinds of setting there are. Each reads one environment variable. */
export const setting = {
  text: (options: Textual & { default: string }) => Type.String(options),
  optionalText: (options: Textual) => Type.Optional(Type.String(options)),
  secret: (options: Textual) => Type.Optional(Type.Unsafe<Secret>(Type.String({ ...options, secret: true }))),
  integer: (options: Numeric) => Type.Integer({ minimum: 0, ...options }),
  /** Rupees in the environment (`0.25`), integer paise in the program. */
  rupees: (options: Numeric) => Type.Integer({ minimum: 0, ...options, rupees: true }),
  flag: (options: SettingOptions & { default: boolean }) => Type.Boolean(options),
  oneOf: <const T extends string>(values: readonly T[], options: SettingOptions & { default: NoInfer<T> }) =>
    Type.Unsafe<T>(Type.String({ ...options, enum: values })),
  list: (options: SettingOptions & { default: string[] }) => Type.Array(Type.String(), options),
}

/** A setting as declared, with the options JSON Schema does not know. */
export type DeclaredSetting = TSchema &
  SettingOptions & {
    type: string
    default?: unknown
    secret?: true
    rupees?: true
    enum?: readonly string[]
    pattern?: string
    form?: string
    minLength?: number
    minimum?: number
    maximum?: number
  }

export const namesOf = (declared: SettingOptions): readonly string[] =>
  typeof declared.env === 'string' ? [declared.env] : declared.env
