import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Database } from '../../platform/database/database.ts'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { readPage } from '../../platform/http/pagination.ts'
import { problems } from '../../platform/http/problem.ts'
import type { AuditKind } from './audit.ts'
import { AuditEvents, AuditQuery } from './audit-schemas.ts'
import { type CallerHookDeps, callerHook } from './caller-hook.ts'
import { listAuditEvents } from './list-audit-events.ts'

const { malformed, unauthorized, forbidden } = httpProblems

export const auditRoutes =
  (deps: CallerHookDeps & { database: Pick<Database, 'db'> }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/audit-events',
      {
        onRequest: callerHook(deps, { anyRole: ['admin'] }),
        schema: {
          summary: 'What happened to accounts, the latest first',
          tags: ['users'],
          querystring: AuditQuery,
          response: { 200: AuditEvents, ...problems(malformed, unauthorized, forbidden, serverProblems.unavailable) },
        },
      },
      async (request) => {
        const { query } = request
        const { userId, kind } = query
        const { items, nextCursor } = await listAuditEvents(deps, {
          ...(userId !== undefined && { userId }),
          ...(kind !== undefined && { kind: kind as AuditKind }),
          page: readPage(request),
        })
        const events = items.map((event) => ({ ...event, at: event.at.toISOString() }))
        return { success: true as const, events, nextCursor }
      },
    )
  }
