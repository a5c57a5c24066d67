import { type TProperties, type TSchema, Type } from 'typebox'

/** One expected failure, as its catalogue declares it. */
interface ProblemRow {
  status: number
  /** For a person; shown word for word by clients. Holds no phone number, code, token or vendor text. */
  message: string
  /** Further fields of the answer. `retryAfter` (whole seconds) is also sent as the `Retry-After` header. */
  details?: TProperties
}

export type ProblemDetails = Readonly<Record<string, unknown>>

/** An expected failure on its way to the client. Thrown by calling a row of a catalogue. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: string
  readonly status: number
  readonly details: ProblemDetails

  constructor(code: string, status: number, message: string, details: ProblemDetails) {
    super(message)
    this.code = code
    this.status = status
    this.details = details
  }
}

export interface ProblemFactory {
  (details?: ProblemDetails & { message?: string }): Problem
  readonly code: string
  readonly status: number
  readonly message: string
  readonly details: TProperties
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Details that may be told to every client: a whole number of seconds to wait. */
export const retryAfter = { retryAfter: Type.Integer({ description: 'Seconds to wait before trying again.' }) }

/**
 * A catalogue of failures. The code of a row is `subject.row_name` and never changes once published;
 * the same rows write the response schemas, `docs/openapi.json` and `docs/problems.md`.
 */
export function defineProblems<const Rows extends Record<string, ProblemRow>>(
  subject: string,
  rows: Rows,
): { readonly [Name in keyof Rows]: ProblemFactory } {
  const factories = Object.entries(rows).map(([name, { status, message, details = {} }]) => {
    const code = `${subject}.${snakeCase(name)}`
    const create = ({ message: wording = message, ...fields }: ProblemDetails & { message?: string } = {}): Problem =>
      new Problem(code, status, wording, fields)
    return [
      name,
      Object.defineProperties(create, {
        code: { value: code },
        status: { value: status },
        message: { value: message },
        details: { value: details },
      }),
    ]
  })
  return Object.fromEntries(factories)
}

/** The failures that each of these schemas stands for. */
const listedIn = new WeakMap<object, readonly ProblemFactory[]>()

function problemSchema(rows: readonly ProblemFactory[]): TSchema {
  const details = Object.assign({}, ...rows.map((row) => row.details)) as TProperties
  const [{ code }, ...others] = rows as [ProblemFactory, ...ProblemFactory[]]
  const schema = Type.Object(
    {
      success: Type.Literal(false),
      code: Type.String({ enum: rows.map((row) => row.code) }),
      message: Type.String(),
      requestId: Type.String(),
      ...Object.fromEntries(Object.entries(details).map(([name, detail]) => [name, Type.Optional(detail)])),
    },
    {
      ...(others.length === 0 && { title: code }),
      description: rows.map((row) => `\`${row.code}\`: ${row.message}`).join('\n\n'),
    },
  )
  listedIn.set(schema, rows)
  return schema
}

/** The response schemas of a route's failures, by status: one shape, with the codes that may appear. */
export const problems = (...listed: ProblemFactory[]): Record<number, TSchema> =>
  Object.fromEntries(
    [...Map.groupBy(listed, ({ status }) => status)].map(([status, rows]) => [status, problemSchema(rows)]),
  )

/** The failures that the response schemas of a route list. */
export const listedProblems = (responses: Readonly<Record<string, object>>): ProblemFactory[] =>
  Object.values(responses).flatMap((schema) => listedIn.get(schema) ?? [])

/** The response schemas of a route, with further failures among them. */
export function withProblems(
  responses: Readonly<Record<string, object>>,
  ...more: ProblemFactory[]
): Record<string, object> {
  const known = listedProblems(responses)
  const missing = more.filter(({ code }) => !known.some((each) => each.code === code))
  const statuses = new Set(missing.map(({ status }) => status))
  return { ...responses, ...problems(...[...known, ...missing].filter(({ status }) => statuses.has(status))) }
}
