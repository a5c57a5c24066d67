import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { isPlain } from './explain-malformed.ts'
import type { Problem, ProblemFactory } from './problem.ts'

const mostNamed = 20

/** The part of a schema that a path such as `#/properties/sku` names. */
const partOf = (schema: object, path: string): { description?: unknown } | undefined =>
  path
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (part, name) => (part !== null && typeof part === 'object' ? (part as Record<string, unknown>)[name] : undefined),
      schema,
    ) as never

/**
 * What is wrong with a body, as the `faults` of a problem, a sentence for each field: `variants/0/mrpPaise must be >= 1`.
 * No sentence holds a value that was sent.
 */
export const explainBodyAs =
  (invalid: ProblemFactory, schema: TSchema) =>
  (body: unknown): Problem => {
    const byField = new Map<string, string>()
    for (const { instancePath, schemaPath, keyword, message } of Value.Errors(schema, body)) {
      if (keyword === 'additionalProperties') continue // each has a fault of its own
      const names = instancePath.split('/').slice(1)
      const isUnknown = schemaPath.endsWith('/additionalProperties')
      if (isUnknown && !isPlain(names.at(-1) ?? '')) names.splice(-1, 1, 'a field')
      const field = names.join('/') || 'the body'
      if (isUnknown) {
        byField.set(field, `${field} is not known`)
        continue
      }
      const { description } = partOf(schema, schemaPath) ?? {}
      const sentence = keyword === 'pattern' && description ? `is not well formed: ${description}` : message
      if (!byField.has(field)) byField.set(field, `${field} ${sentence}`)
    }
    return invalid({ faults: [...byField.values()].slice(0, mostNamed) })
  }
