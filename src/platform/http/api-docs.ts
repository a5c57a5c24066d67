import { STATUS_CODES } from 'node:http'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyPluginAsync, FastifySchema } from 'fastify'
import { describeHeaders, describeQuery } from './describe-parameters.ts'
import { httpProblems } from './http-problems.ts'
import { nameOperations, type OperationWords } from './name-operations.ts'
import { nameSchemas } from './name-schemas.ts'
import { listedProblems, withProblems } from './problem.ts'
import type { Server } from './server.ts'

const accessToken = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description: 'The `accessToken` of `POST /api/verify-otp` or `POST /api/auth/refresh`.',
} as const

/**
 * A route's schema with the failures that follow from what it takes. One that may answer that credentials are missing takes
 * an access token, unless it says otherwise.
 */
function complete(schema: FastifySchema, method: string | readonly string[]): FastifySchema {
  const { body, consumes, querystring, params, headers, security } = schema
  const response = (schema.response ?? {}) as Record<string, object>
  const { malformed, tooLarge, unsupportedMediaType, unauthorized } = httpProblems
  const wantsToken = listedProblems(response).some(({ code }) => code === unauthorized.code)
  const refusals = [
    ...(body || querystring || params || headers ? [malformed] : []),
    ...(body ? [tooLarge] : []),
    // A body that nobody wants is looked at all the same; not by vendors' webhooks, which take what comes.
    ...(body || (wantsToken && method === 'POST') ? [unsupportedMediaType] : []),
  ]
  return {
    ...schema,
    ...(consumes && !body && { body: { type: 'string', description: 'The file.' } }),
    ...(querystring !== undefined && { querystring: describeQuery(querystring as object) }),
    ...(headers !== undefined && { headers: describeHeaders(headers as object) }),
    security: security ?? (wantsToken ? [{ accessToken: [] }] : []),
    response: withProblems(response, ...refusals),
  }
}

const bodyMark = 'x-takes-no-body'
interface Operation {
  [bodyMark]?: true
  requestBody?: { required: boolean }
  responses: Record<string, { description: string }>
}

/** The plugin takes every body for required, and calls every answer without a description the same. */
function settleOperations<T extends { paths?: object | undefined }>(document: T): T {
  const operations = Object.values(document.paths ?? {}).flatMap((path) => Object.values<Operation>(path))
  for (const operation of operations) {
    if (operation[bodyMark] && operation.requestBody) operation.requestBody.required = false
    delete operation[bodyMark]
    for (const [status, answer] of Object.entries(operation.responses))
      if (answer.description === 'Default Response') answer.description = STATUS_CODES[status] ?? status
  }
  return document
}

/**
 * Collects the routes for OpenAPI 3.1, under tags with what each is about; call before they are added. Operations and
 * schemas have names, which generated clients go by.
 */
export async function describeApi(
  app: Server,
  {
    version,
    tags,
    operations,
  }: { version: string; tags: Readonly<Record<string, string>>; operations: OperationWords },
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Blinkit backend',
        version,
        description:
          'Sign-in by code, accounts, stores, catalogue, stock, cart, orders and payments of a ten-minute delivery. ' +
          'Every refusal has `success: false`, a stable `code`, a `message` for people and a `requestId`. Amounts are whole paise.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      components: { securitySchemes: { accessToken } },
      tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    },
    transform: ({ schema, url, route }) => ({
      schema: schema.hide
        ? schema
        : { ...complete(schema, route.method), ...(route.config?.takesNoBody && { [bodyMark]: true }) },
      url,
    }),
    transformObject: (document) =>
      'openapiObject' in document
        ? nameSchemas(nameOperations(settleOperations(document.openapiObject), operations))
        : document.swaggerObject,
  })
}

/** For a page: scripts of this server only. The page sets styles inline and draws its icons from data addresses. */
const ownFilesOnly =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"

/** The description at `/api/openapi.json` and, when asked for, the try-it page at `/docs`. */
export async function serveApiDocs(app: Server, { page }: { page: boolean }): Promise<void> {
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  if (!page) return
  const tryItPage: FastifyPluginAsync = async (docs) => {
    docs.addHook('onRequest', (_request, reply, done) => {
      reply.header('content-security-policy', ownFilesOnly).header('cache-control', 'no-cache')
      done()
    })
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      uiConfig: { docExpansion: 'list', tryItOutEnabled: true, displayRequestDuration: true },
      theme: {
        title: 'Blinkit backend',
        css: [{ filename: 'theme.css', content: '.swagger-ui .topbar { display: none }' }],
      },
    })
  }
  await app.register(tryItPage)
}
