import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { takeNoBodyAsEmpty } from '../../platform/http/empty-body.ts'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { problems } from '../../platform/http/problem.ts'
import { Done } from '../../platform/http/shapes.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { sessionProblems } from './account-problems.ts'
import { EndSessionsQuery, RefreshBody, Refreshed, SessionParams, Sessions, SessionsEnded } from './auth-schemas.ts'
import { type CallerHookDeps, callerHook } from './caller-hook.ts'
import { listSessions } from './list-sessions.ts'
import { type RefreshSessionDeps, refreshSession } from './refresh-session.ts'
import { type RevokeSessionDeps, revokeSession, revokeSessions, signOutByToken } from './revoke-session.ts'

const tags = ['sessions']
const { unauthorized, forbidden } = httpProblems
const { unavailable } = serverProblems

/** Says what to do about a 401, should there be one. */
const challenge = (reply: FastifyReply): FastifyReply =>
  reply.header('www-authenticate', 'Bearer error="invalid_token"')

export const authRoutes =
  (deps: CallerHookDeps & RefreshSessionDeps & RevokeSessionDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { cookies } = deps
    const signedIn = callerHook(deps)
    takeNoBodyAsEmpty(app) // where the tokens are in cookies

    /** The refresh token in the cookie of a request, which counts on our own pages only. */
    function refreshTokenInCookie({ headers }: FastifyRequest): string | undefined {
      const refreshToken = cookies.refreshToken(headers)
      if (refreshToken !== undefined && !cookies.isFromOurPages(headers)) throw forbidden()
      return refreshToken
    }

    app.post(
      '/auth/refresh',
      {
        schema: {
          summary: 'Trade a refresh token for fresh tokens',
          description:
            'Each refresh token works once; the same request again within 10 s gets the same answer. A token that comes later ends the session. Without a body the token is taken from the cookie, and the new ones are set as cookies.',
          tags,
          body: RefreshBody,
          response: { 200: Refreshed, ...problems(sessionProblems.refreshRefused, forbidden, unavailable) },
        },
      },
      async (request, reply) => {
        const { refreshToken = refreshTokenInCookie(request) } = request.body
        challenge(reply)
        if (refreshToken === undefined) throw sessionProblems.refreshRefused()
        const tokens = await refreshSession(deps, {
          refreshToken,
          source: request.source,
          log: request.log as Logger,
        })
        reply.removeHeader('www-authenticate')
        return {
          success: true as const,
          ...cookies.handOver(reply, tokens, { asCookies: request.body.refreshToken === undefined }),
        }
      },
    )

    app.post(
      '/auth/logout',
      {
        schema: {
          summary: 'End this session',
          description:
            'The session of the refresh token in the body, else of the access token, else of the cookies. With a refresh token it is safe to repeat.',
          tags,
          body: RefreshBody,
          response: { 200: Done, ...problems(unauthorized, forbidden, unavailable) },
        },
      },
      async (request, reply) => {
        const log = request.log as Logger
        const hasHeader = request.headers.authorization !== undefined
        const { refreshToken = hasHeader ? undefined : refreshTokenInCookie(request) } = request.body
        if (refreshToken === undefined) {
          await new Promise<void>((resolve, reject) => {
            signedIn(request, reply, (error) => (error ? reject(error) : resolve()))
          })
          const { userId, sessionId } = request.caller
          await revokeSessions(deps, { userId, only: sessionId, reason: 'signedOut', log })
        } else await signOutByToken(deps, { refreshToken, log })
        cookies.clear(reply)
        return { success: true as const }
      },
    )

    app.get(
      '/auth/sessions',
      {
        onRequest: signedIn,
        schema: {
          summary: 'Where I am signed in',
          tags,
          response: { 200: Sessions, ...problems(unauthorized, unavailable) },
        },
      },
      async ({ caller }) => {
        const sessions = await listSessions(deps, caller)
        return {
          success: true as const,
          sessions: sessions.map((session) => ({
            ...session,
            createdAt: session.createdAt.toISOString(),
            lastUsedAt: session.lastUsedAt.toISOString(),
            expiresAt: session.expiresAt.toISOString(),
            isCurrent: session.id === caller.sessionId,
          })),
        }
      },
    )

    app.delete(
      '/auth/sessions/:id',
      {
        onRequest: signedIn,
        schema: {
          summary: 'End one of my sessions',
          tags,
          params: SessionParams,
          response: { 200: Done, ...problems(unauthorized, forbidden, sessionProblems.notFound, unavailable) },
        },
      },
      async ({ caller: { userId }, params, log }) => {
        await revokeSession(deps, { userId, sessionId: params.id, log: log as Logger })
        return { success: true as const }
      },
    )

    app.delete(
      '/auth/sessions',
      {
        onRequest: signedIn,
        schema: {
          summary: 'End all my other sessions',
          tags,
          querystring: EndSessionsQuery,
          response: { 200: SessionsEnded, ...problems(unauthorized, forbidden, unavailable) },
        },
      },
      async ({ caller: { userId, sessionId }, query, log }, reply) => {
        const all = query.all === 'true'
        const ended = await revokeSessions(deps, {
          userId,
          ...(!all && { except: sessionId }),
          reason: 'revoked',
          log: log as Logger,
        })
        if (all) cookies.clear(reply)
        return { success: true as const, ended }
      },
    )
  }
