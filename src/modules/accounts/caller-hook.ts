import type { IncomingHttpHeaders } from 'node:http'
import { httpProblems } from '../../platform/http/http-problems.ts'
import { type AuthenticateDeps, authenticate } from './authenticate.ts'
import { type Caller, hasAnyRole, type Role } from './permissions.ts'
import type { SessionCookies } from './session-cookies.ts'

export interface Requirements {
  /** Who lacks all of these is refused (403). */
  anyRole?: readonly Role[]
}

interface GuardedRequest {
  method: string
  headers: IncomingHttpHeaders
  caller: Caller
  visitor: Caller | undefined
}

interface GuardedReply {
  header(name: 'www-authenticate', value: string): unknown
}

/** Runs before a route, as `onRequest`, so that nobody's body is read. */
export type CallerHook = (request: GuardedRequest, reply: GuardedReply, done: (error?: Error) => void) => void

export interface CallerHookDeps extends AuthenticateDeps {
  cookies: SessionCookies
}

const isSafe = (method: string): boolean => method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
const bearer = /^bearer +([^ ]+) *$/i

/** The access token of a request: of its `Authorization` header, else of its cookie. */
function credentialsOf(request: GuardedRequest, cookies: SessionCookies): { token?: string; isForged?: true } {
  const { authorization } = request.headers
  if (authorization !== undefined) {
    const token = bearer.exec(authorization)?.[1]
    return token === undefined ? {} : { token }
  }
  const token = cookies.accessToken(request.headers)
  if (token === undefined) return {}
  return isSafe(request.method) || cookies.isFromOurPages(request.headers) ? { token } : { isForged: true }
}

interface Recognition {
  /** Lets those through who show no token at all. */
  admitsGuests: boolean
  accept(request: GuardedRequest, caller: Caller | undefined): Error | undefined
}

function recognize(deps: CallerHookDeps, { admitsGuests, accept }: Recognition): CallerHook {
  return (request, reply, done) => {
    const { token, isForged } = credentialsOf(request, deps.cookies)
    const settle = (caller: Caller | undefined): void => {
      if (caller || (admitsGuests && token === undefined && request.headers.authorization === undefined)) {
        done(accept(request, caller))
      } else {
        reply.header('www-authenticate', token === undefined ? 'Bearer' : 'Bearer error="invalid_token"')
        done(httpProblems.unauthorized())
      }
    }
    const found = token === undefined ? undefined : authenticate(deps, token)
    if (isForged) done(httpProblems.forbidden())
    else if (found instanceof Promise) found.then(settle, done)
    else settle(found)
  }
}

/**
 * Lets through who shows a good access token, and puts on the request who that is (`request.caller`). 401 with
 * `WWW-Authenticate` otherwise, 403 when a role is missing, or when a cookie comes from another site's page.
 */
export const callerHook = (deps: CallerHookDeps, { anyRole }: Requirements = {}): CallerHook =>
  recognize(deps, {
    admitsGuests: false,
    accept(request, caller) {
      request.caller = caller as Caller
      return anyRole && caller && !hasAnyRole(caller, anyRole) ? httpProblems.forbidden() : undefined
    },
  })

/** The same for guests too: `request.visitor` is whoever shows a good token, or nobody. A bad one is refused all the same. */
export const visitorHook = (deps: CallerHookDeps): CallerHook =>
  recognize(deps, {
    admitsGuests: true,
    accept(request, caller) {
      request.visitor = caller
      return undefined
    },
  })
