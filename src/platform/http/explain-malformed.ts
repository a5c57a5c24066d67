import type { FastifyError } from 'fastify'
import { httpProblems } from './http-problems.ts'
import type { Problem } from './problem.ts'

type Violation = NonNullable<FastifyError['validation']>[number]

const places: Record<string, string> = { querystring: 'query', headers: 'header' }

/** Whether a name may be said: those that clients made up may hold anything. */
export const isPlain = (name: string): boolean => /^[\w-]{1,40}$/.test(name)

interface Fault {
  field: string
  is: 'missing' | 'not known' | 'wrong'
}

function faultOf({ instancePath, params }: Violation, context: string): Fault {
  const { missingProperty, additionalProperty } = params as { missingProperty?: string; additionalProperty?: string }
  const names = instancePath.split('/').slice(1)
  const further = missingProperty ?? additionalProperty
  if (further !== undefined) names.push(further)
  const end = names.findIndex((name) => !isPlain(name))
  const shown = end === -1 ? names : names.slice(0, end)
  const is =
    missingProperty !== undefined ? 'missing' : additionalProperty !== undefined && end === -1 ? 'not known' : 'wrong'
  return { field: [places[context] ?? context, ...shown].join('.'), is }
}

const because = (reason: string): string => `${httpProblems.malformed.message}: ${reason}`

/** Names the fields that do not fit the schema of a route, and neither their values nor the words of a parser. */
export function explainMalformed({ validation = [], validationContext = 'body' }: FastifyError): Problem {
  const found = validation.map((violation) => faultOf(violation, validationContext))
  const fields = [...new Set(found.map(({ field }) => field))]
  const sentences = new Set(found.map(({ field, is }) => `${field} is ${is}`))
  return httpProblems.malformed({ message: because([...sentences].join(', ')), fields })
}

/** For a body that no parser could read. */
export const noJson = (): Problem => httpProblems.malformed({ message: because('the body is no JSON') })

/** For a cursor that was not written for the list, or not as it came. */
export const wrongCursor = (): Problem =>
  httpProblems.malformed({ message: because('query.cursor is wrong'), fields: ['query.cursor'] })
