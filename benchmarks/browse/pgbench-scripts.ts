import type { Script } from '../harness/pgbench.ts'
import type { NotedStatement } from './noted-sql.ts'

/** What `pgbench` would take for a variable: a colon before a letter or digit, and not one of a cast. */
const variableIn = /(?<!:):[a-z0-9_]/i

/** A text as SQL has it, without a colon that `pgbench` might read. */
const quoted = (text: string): string =>
  `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll(':', '\\x3A').replaceAll('\n', '\\n')}'`

const element = (value: unknown): string =>
  value === null ? 'NULL' : `"${String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/** A value as a literal, as the driver would send it. */
export function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'boolean') return String(value)
  if (value instanceof Date) return quoted(value.toISOString())
  if (Array.isArray(value)) return quoted(`{${value.map(element).join(',')}}`)
  return quoted(typeof value === 'string' ? value : JSON.stringify(value))
}

/** The statement with an expression in the place of each parameter. @throws when `pgbench` would misread it */
export function withExpressions(sql: string, expressionOf: (index: number) => string): string {
  if (variableIn.test(sql)) throw new Error(`pgbench would take a variable for what is none: ${sql}`)
  return sql.replace(/\$(\d+)/g, (_, number: string) => expressionOf(Number(number) - 1))
}

const typeOf = (value: unknown): string => {
  if (Array.isArray(value))
    return typeof value[0] === 'number' ? '::int[]' : typeof value[0] === 'boolean' ? '::boolean[]' : '::text[]'
  return ''
}

/** An expression for what a parameter was in each of the requests: the `:n`th of them, unless it was always the same. */
function choice(values: readonly unknown[]): string {
  const literals = values.map(literal)
  if (new Set(literals).size === 1) return `${literals[0]}`
  return `((array[${literals.join(', ')}])[:n]${typeOf(values.find((value) => value !== null))})`
}

/**
 * Scripts that do what requests did: each request is chosen as often, by a number that chooses its values. Requests of the
 * same statements are one script, which has them prepared.
 */
export function toScripts(requests: readonly (readonly NotedStatement[])[]): Script[] {
  const byText = Map.groupBy(requests, (statements) => JSON.stringify(statements.map(({ sql }) => sql)))
  return [...byText.values()].map((alike) => {
    const statements = (alike[0] ?? []).map(({ sql }, at) =>
      withExpressions(sql, (index) => choice(alike.map((request) => request[at]?.values[index]))),
    )
    const text = [`\\set n random(1, ${alike.length})`, ...statements.map((sql) => `${sql.trim()};`), ''].join('\n')
    return { text, weight: alike.length }
  })
}
