import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyPluginAsync, FastifySchema } from 'fastify'
import { httpProblems } from './http-problems.ts'
import { nameSchemas } from './name-schemas.ts'
import { withProblems } from './problem.ts'
import type { Server } from './server.ts'

/** A route's schema with the failures that follow from what it takes. */
function withRefusals(schema: FastifySchema): FastifySchema {
  const { body, querystring, params, headers, response } = schema
  const { malformed, tooLarge, unsupportedMediaType } = httpProblems
  const refusals = [
    ...(body || querystring || params || headers ? [malformed] : []),
    ...(body ? [tooLarge, unsupportedMediaType] : []),
  ]
  return { ...schema, response: withProblems((response ?? {}) as Record<string, object>, ...refusals) }
}

/** Collects the routes for OpenAPI 3.1; call before they are added. */
export async function describeApi(app: Server, { version }: { version: string }): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Blinkit backend',
        version,
        description:
          'Phone sign-in by one-time code. Every refusal has `success: false`, a stable `code`, a `message` for people and a `requestId`.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'sign-in', description: 'Sign in with a code from an SMS.' },
        { name: 'health', description: 'Whether the service works.' },
      ],
    },
    transform: ({ schema, url }) => ({ schema: schema.hide ? schema : withRefusals(schema), url }),
    transformObject: (document) =>
      'openapiObject' in document ? nameSchemas(document.openapiObject) : document.swaggerObject,
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
