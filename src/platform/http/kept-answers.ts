import type { IncomingMessage, ServerResponse } from 'node:http'
import { newId } from '../ids.ts'
import { matches } from './etag.ts'
import { securityHeaders } from './security-headers.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Asked before anything else is done for a GET: what it has for a URL, byte by byte as it came, is sent as it is,
     * with the headers that every answer has and `304` for who has it already. Costs a fraction of a route.
     */
    answerFirst(find: FindKeptAnswer): void
  }
}

/** A whole answer with status 200, ready to be sent. */
export interface KeptAnswer {
  body: Buffer
  etag: string
  /** `Content-Type` and `Cache-Control`. */
  contentType: string
  cacheControl: string
  /** The route that would have answered, for the metrics. */
  route: string
}

export type FindKeptAnswer = (url: string) => KeptAnswer | undefined

export interface KeptAnswersDeps {
  /** Headers of every answer, beside those of CORS for an origin that is allowed. */
  headers: Readonly<Record<string, string>>
  allows(origin: string): boolean
  /** An answer was sent, so many milliseconds after the request came. */
  answered(request: IncomingMessage, requestId: string, route: string, status: number, ms: number): void
  startStopwatch(): () => number
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void

/** Of requests for which a route does more than this: what has a body, no host, or an expectation. */
const isPlain = ({ method, headers, httpVersionMinor }: IncomingMessage): boolean =>
  method === 'GET' &&
  headers['content-length'] === undefined &&
  headers['transfer-encoding'] === undefined &&
  (headers.host !== undefined || httpVersionMinor === 0)

/** Sends what is kept, and leaves everything else to `handle`. */
export function answerKept(
  { headers, allows, answered, startStopwatch }: KeptAnswersDeps,
  finders: readonly FindKeptAnswer[],
  handle: Handle,
): Handle {
  const { 'cache-control': _, ...safe } = securityHeaders
  const always = Object.entries({ ...safe, ...headers }).flat()

  return (request, response) => {
    if (!isPlain(request)) return handle(request, response)
    let kept: KeptAnswer | undefined
    for (const find of finders) kept ??= find(request.url ?? '')
    if (!kept) return handle(request, response)
    const { body, etag, contentType, cacheControl, route } = kept
    const elapsedMs = startStopwatch()
    const requestId = newId('req')
    const { origin, 'if-none-match': ifNoneMatch } = request.headers
    const head = [...always, 'x-request-id', requestId, 'cache-control', cacheControl, 'etag', etag]
    if (origin !== undefined && allows(origin)) head.push('access-control-allow-origin', origin)
    const isKnown = ifNoneMatch !== undefined && matches(ifNoneMatch, etag)
    const status = isKnown ? 304 : 200
    if (!isKnown) head.push('content-type', contentType, 'content-length', String(body.length))
    response.once('finish', () => answered(request, requestId, route, status, elapsedMs()))
    response.writeHead(status, head)
    response.end(isKnown ? undefined : body)
  }
}
