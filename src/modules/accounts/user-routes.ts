import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { readPage } from '../../platform/http/pagination.ts'
import { problems } from '../../platform/http/problem.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { PhoneParser } from '../../platform/phone.ts'
import { userProblems } from './account-problems.ts'
import { type CallerHookDeps, callerHook } from './caller-hook.ts'
import { type ChangeUserDeps, changeUser } from './change-user.ts'
import { findUser, listUsers } from './list-users.ts'
import type { Role } from './permissions.ts'
import { toUserView, type User } from './user.ts'
import { ChangeUserBody, OneUser, UserParams, Users, UsersQuery } from './user-schemas.ts'

const tags = ['users']
const { malformed, unauthorized, forbidden } = httpProblems
const { notFound, ownAdminRole, ownBlock, storeRequired } = userProblems
const { unavailable } = serverProblems

const forAdmin = (user: User) => ({
  ...toUserView(user),
  lastActiveAt: user.lastActiveAt.toISOString(),
  blocked: user.blockedAt && { at: user.blockedAt.toISOString(), reason: user.blockReason },
})

/** Accounts as admins manage them. */
export const userRoutes =
  (deps: CallerHookDeps & ChangeUserDeps & { parsePhone: PhoneParser }): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = callerHook(deps, { anyRole: ['admin'] })

    app.get(
      '/users',
      {
        onRequest,
        schema: {
          summary: 'Find users, the newest first',
          tags,
          querystring: UsersQuery,
          response: { 200: Users, ...problems(malformed, unauthorized, forbidden, unavailable) },
        },
      },
      async (request) => {
        const { query } = request
        const { search, role } = query
        const { items, nextCursor } = await listUsers(deps, {
          ...(search !== undefined && { search }),
          ...(role !== undefined && { role: role as Role }),
          page: readPage(request),
        })
        return { success: true as const, users: items.map(forAdmin), nextCursor }
      },
    )

    app.get(
      '/users/:id',
      {
        onRequest,
        schema: {
          summary: 'One user',
          tags,
          params: UserParams,
          response: { 200: OneUser, ...problems(unauthorized, forbidden, notFound, unavailable) },
        },
      },
      async ({ params: { id } }) => ({ success: true as const, user: forAdmin(await findUser(deps, { userId: id })) }),
    )

    app.patch(
      '/users/:id',
      {
        onRequest,
        schema: {
          summary: "Change a user's roles or stores, block or unblock",
          description: 'Access tokens made before count no more; a block ends the sessions as well.',
          tags,
          params: UserParams,
          body: ChangeUserBody,
          response: {
            200: OneUser,
            ...problems(unauthorized, forbidden, storeRequired, notFound, ownAdminRole, ownBlock, unavailable),
          },
        },
      },
      async ({ caller, params, body: { roles, storeIds, blocked }, log }) => {
        const user = await changeUser(deps, {
          userId: params.id,
          actorId: caller.userId,
          ...(roles && { roles: roles as Role[] }),
          ...(storeIds && { storeIds }),
          ...(blocked !== undefined && { blocked }),
          log: log as Logger,
        })
        return { success: true as const, user: forAdmin(user) }
      },
    )
  }
