import type { FastifyError } from 'fastify'
import { httpProblems } from './http-problems.ts'
import type { Problem } from './problem.ts'

type Violation = NonNullable<FastifyError['validation']>[number]

const places: Record<string, string> = { querystring: 'query', headers: 'header' }

/** Names that clients made up may hold anything: a path ends before one. */
const isPlain = (name: string): boolean => /^[\w-]{1,40}$/.test(name)

function fieldOf({ instancePath, params }: Violation, context: string): { field: string; isMissing: boolean } {
  const { missingProperty } = params as { missingProperty?: string }
  const names = instancePath.split('/').slice(1)
  if (missingProperty !== undefined) names.push(missingProperty)
  const end = names.findIndex((name) => !isPlain(name))
  const shown = end === -1 ? names : names.slice(0, end)
  return { field: [places[context] ?? context, ...shown].join('.'), isMissing: missingProperty !== undefined }
}

const because = (reason: string): string => `${httpProblems.malformed.message}: ${reason}`

/** Names the fields that do not fit the schema of a route, and neither their values nor the words of a parser. */
export function explainMalformed({ validation = [], validationContext = 'body' }: FastifyError): Problem {
  const found = validation.map((violation) => fieldOf(violation, validationContext))
  const fields = [...new Set(found.map(({ field }) => field))]
  const sentences = new Set(found.map(({ field, isMissing }) => `${field} is ${isMissing ? 'missing' : 'wrong'}`))
  return httpProblems.malformed({ message: because([...sentences].join(', ')), fields })
}

/** For a body that no parser could read. */
export const noJson = (): Problem => httpProblems.malformed({ message: because('the body is no JSON') })
