import type { IncomingMessage, ServerResponse } from 'node:http'
import cors from '@fastify/cors'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import underPressure from '@fastify/under-pressure'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RawServerDefault,
} from 'fastify'
import { startStopwatch } from '../clock.ts'
import type { Values } from '../config/section.ts'
import { newId } from '../ids.ts'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import { clientAddress, readTrustProxy } from './client-address.ts'
import { errorHandler, sendProblem } from './error-handler.ts'
import { httpProblems } from './http-problems.ts'
import type { httpSettings } from './http-settings.ts'
import { answerKept, type FindKeptAnswer } from './kept-answers.ts'
import { rememberPaths } from './known-paths.ts'
import { createLazySchemas } from './lazy-schemas.ts'
import { refuseOddities, refuseRubbish } from './raw-refusals.ts'
import { securityHeaders } from './security-headers.ts'
import { closableConnections } from './stop-connections.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The client address as limits count it. */
    readonly source: string
  }
  interface FastifyContextConfig {
    /** Its answer is open for minutes, so that its time tells nothing. */
    isStream?: true
  }
}

export type Server = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

export interface ServerDeps {
  settings: Values<typeof httpSettings>
  development: boolean
  log: Logger
  metrics: Metrics
  /** Pages of the allowed origins may send and receive cookies. */
  takesCookies?: boolean
  /** A database works in this very thread, so that its work is no sign of too many requests. */
  sharesItsThread?: boolean
  /** A problem that its route does not declare fails with 500: on in tests. */
  strictProblems?: boolean
}

const longestBody = 64 * 1024
const slowestRequest = 30_000
const exposedHeaders = ['ETag', 'Idempotency-Replayed', 'Retry-After', 'X-Request-Id']

/** Web origins whose pages may call this server. */
export const allowedOrigins = (
  { corsOrigins }: Values<typeof httpSettings>,
  development: boolean,
): readonly string[] => (corsOrigins.length > 0 ? corsOrigins : development ? ['http://localhost:3000'] : [])

/** The HTTP server with everything that holds for every route: JSON on every status, CORS, limits, headers, metrics. */
export async function createServer({
  settings,
  development,
  log,
  metrics,
  takesCookies = false,
  sharesItsThread = false,
  strictProblems = false,
}: ServerDeps): Promise<Server> {
  const origins = allowedOrigins(settings, development)
  const answerError = errorHandler({ strict: strictProblems })
  const schemas = createLazySchemas()

  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: () => newId('req'),
    requestIdHeader: false,
    trustProxy: readTrustProxy(settings.trustProxy) ?? false,
    bodyLimit: longestBody,
    requestTimeout: slowestRequest,
    // While stopping, a request on an open connection is still answered; Fastify's own 503 has another shape.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true, strict: false } },
    schemaController: { compilersFactory: schemas.compilersFactory },
    http: { requireHostHeader: false }, // Node's own refusal is empty
    // No hook runs for these.
    frameworkErrors: (error, request, reply) => {
      const { origin = '' } = request.headers
      reply.headers(securityHeaders).header('x-request-id', request.id).header('vary', 'Origin')
      if (origins.includes(origin)) reply.header('access-control-allow-origin', origin)
      answerError(error, request as FastifyRequest, reply as FastifyReply)
    },
    clientErrorHandler: refuseRubbish,
  }).withTypeProvider<TypeBoxTypeProvider>()

  app.removeContentTypeParser('text/plain')
  app.decorateRequest('source', {
    getter() {
      return clientAddress(this.ip, this.socket.remoteAddress ?? '')
    },
  })

  app.decorate('compileNextSchema', schemas.compileNext)
  app.addHook('onListen', (done) => {
    compileAtLeisure(app)
    done()
  })
  refuseOddities(app.server)
  const closeConnections = closableConnections(app.server)
  const known = rememberPaths(app)
  const observe = observeRequests(app, log, metrics)
  answerFromMemory(app, { log, observe, origins, takesCookies })

  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders).header('x-request-id', request.id)
    const { headers, httpVersionMinor } = request.raw
    if (headers.host === undefined && httpVersionMinor === 1) done(httpProblems.malformed())
    else done()
  })
  app.addHook('preClose', (done) => {
    closeConnections((connections) => log.info({ connections }, 'unfinished requests were cut off'))
    done()
  })
  await app.register(cors, {
    origin: [...origins],
    credentials: takesCookies,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders,
    maxAge: 600,
    strictPreflight: false,
  })
  if (!sharesItsThread) await app.register(underPressure, { maxEventLoopDelay: 1000 })

  app.setErrorHandler(answerError)
  const answerUnknown = (request: FastifyRequest, reply: FastifyReply) => {
    const allowed = known.methodsFor(request.url)
    // A path that has this method all the same is a folder, and what is missing is a file in it.
    if (allowed.length === 0 || allowed.includes(request.method))
      return sendProblem(request, reply, httpProblems.notFound({ error: 'Not Found' }))
    reply.header('allow', allowed.join(', '))
    return sendProblem(request, reply, httpProblems.methodNotAllowed())
  }
  app.setNotFoundHandler(answerUnknown)
  // Before the body is read: what is wrong with it matters only where somebody wants one.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) answerUnknown(request, reply)
    else done()
  })
  return app
}

/** One schema at a time, between requests, so that the first one of a route need not wait for its own. */
function compileAtLeisure(app: Server): void {
  if (app.compileNextSchema()) setImmediate(compileAtLeisure, app)
}

/** Counts an answered request; the log has a line of it, under the request's own name, where it has such lines at all. */
type Observe = (request: { method: string; route: string; status: number; ms: number }, ownLog: () => Logger) => void

function observeRequests(app: Server, log: Logger, metrics: Metrics): Observe {
  const durations = metrics.histogram(
    'http_request_duration_seconds',
    'Time from the request to the end of its answer.',
    ['method', 'route', 'status'],
    [0.001, 0.005, 0.02, 0.1, 0.5, 2, 8],
  )
  const logsRequests = log.isLevelEnabled('debug')
  const observe: Observe = ({ method, route, status, ms }, ownLog) => {
    durations.observe({ method, route, status }, ms / 1000)
    if (logsRequests) ownLog().debug({ method, route, status, ms: Math.round(ms) }, 'request')
  }
  app.addHook('onResponse', (request, reply, done) => {
    const { url: route = 'unknown', config } = request.routeOptions // never the URL: it may hold a phone number or a secret
    if (config.isStream && reply.statusCode === 200) return done()
    observe(
      { method: request.method, route, status: reply.statusCode, ms: reply.elapsedTime },
      () => request.log as Logger,
    )
    done()
  })
  return observe
}

/** Puts what modules keep in memory before everything else, until the server stops: then each answer ends its connection. */
function answerFromMemory(
  app: Server,
  {
    log,
    observe,
    origins,
    takesCookies,
  }: { log: Logger; observe: Observe; origins: readonly string[]; takesCookies: boolean },
): void {
  const finders: FindKeptAnswer[] = []
  app.decorate('answerFirst', (find) => void finders.push(find))
  const allowed = new Set(origins)
  const [handle] = app.server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[]
  if (!handle) throw new Error('the framework does not listen for requests')
  app.server.removeAllListeners('request')
  const deps = {
    headers: {
      vary: 'Origin',
      ...(takesCookies && { 'access-control-allow-credentials': 'true' }),
      'access-control-expose-headers': exposedHeaders.join(', '),
    },
    allows: (origin: string) => allowed.has(origin),
    answered: ({ method = '' }: IncomingMessage, requestId: string, route: string, status: number, ms: number) =>
      observe({ method, route, status, ms }, () => log.child({ requestId })),
    startStopwatch,
  }
  const answer = answerKept(deps, finders, handle)
  app.server.on('request', answer)
  app.addHook('preClose', (done) => {
    app.server.off('request', answer)
    app.server.on('request', handle)
    done()
  })
}
