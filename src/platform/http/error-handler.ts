import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Unavailable } from '../unavailable.ts'
import { explainMalformed, noJson } from './explain-malformed.ts'
import { httpProblems, serverProblems } from './http-problems.ts'
import { Problem } from './problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The problem to answer with when the body does not fit the schema; without it, `request.malformed`. */
    invalidBody?: (body: unknown) => Problem
  }
}

/** The one shape of every refusal. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  const { retryAfter } = problem.details
  if (typeof retryAfter === 'number') reply.header('retry-after', retryAfter)
  return reply.code(problem.status).send({
    success: false,
    code: problem.code,
    message: problem.message,
    requestId: request.id,
    ...problem.details,
  })
}

/** Fastify's own refusals, in our words: its texts name parsers and fields that are nobody's business. */
function fromFramework(error: FastifyError, request: FastifyRequest): Problem | undefined {
  if (error.validation) {
    const { invalidBody } = request.routeOptions.config
    return error.validationContext === 'body' && invalidBody ? invalidBody(request.body) : explainMalformed(error)
  }
  if (error.code === 'FST_UNDER_PRESSURE') return serverProblems.unavailable({ retryAfter: 2 })
  const status = error.statusCode
  if (status === 413) return httpProblems.tooLarge()
  if (status === 415) return httpProblems.unsupportedMediaType()
  if (status === 400 && (error instanceof SyntaxError || error.code?.endsWith('_JSON_BODY'))) return noJson()
  if (status !== undefined && status >= 400 && status < 500) return httpProblems.malformed()
  return undefined
}

/** What a driver says of a failure. The rest stays out of the log: some hang the whole command on it, keys and values. */
function inShort(cause: unknown): object | undefined {
  if (!(cause instanceof Error)) return undefined
  const { name, message } = cause
  return { name, message, ...('code' in cause && { code: cause.code }) }
}

const { unauthorized, forbidden, notFound, ...ofAnyRoute } = httpProblems
/** Every route can answer these without listing them. */
const common = new Set([...Object.values(ofAnyRoute), ...Object.values(serverProblems)].map(({ code }) => code))
/** Only those that describe their answers have to list these. */
const decided = new Set([unauthorized, forbidden, notFound].map(({ code }) => code))

function isDeclared(request: FastifyRequest, { code, status }: Problem): boolean {
  const response = request.routeOptions.schema?.response as
    | Record<number, { properties?: { code?: { enum?: string[] } } }>
    | undefined
  if (common.has(code) || (decided.has(code) && !response)) return true
  return response?.[status]?.properties?.code?.enum?.includes(code) ?? false
}

/**
 * Answers every failure as JSON. A problem is answered as declared; anything else is a fault, logged with its
 * cause and answered as an opaque 500 or 503.
 *
 * @param strict a problem that its route does not list becomes a fault: on in tests
 */
export const errorHandler =
  ({ strict }: { strict: boolean }) =>
  (error: FastifyError | Problem | Unavailable, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = error instanceof Problem ? error : fromFramework(error as FastifyError, request)
    if (problem && (!strict || isDeclared(request, problem))) return sendProblem(request, reply, problem)
    if (problem) {
      request.log.error(
        { problem: problem.code, route: request.routeOptions.url },
        'problem is not declared by its route',
      )
      return sendProblem(request, reply, serverProblems.fault())
    }
    if (error instanceof Unavailable) {
      request.log.error({ part: error.part, cause: inShort(error.cause) }, 'a part does not answer')
      return sendProblem(request, reply, serverProblems.unavailable({ retryAfter: 1 }))
    }
    request.log.error({ err: error }, 'fault')
    return sendProblem(request, reply, serverProblems.fault())
  }
