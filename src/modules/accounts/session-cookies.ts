import type { IncomingHttpHeaders } from 'node:http'
import { accessTokenLifeSeconds } from './access-token.ts'
import type { TokenAnswer } from './token-answer.ts'

/** Where cookies are set: an answer. */
interface CookieAnswer {
  header(name: 'set-cookie', value: string[]): unknown
}

/** Tokens in cookies, for web clients that must not see them. Off unless it is switched on: then nothing is read or set. */
export interface SessionCookies {
  readonly enabled: boolean
  accessToken(headers: IncomingHttpHeaders): string | undefined
  refreshToken(headers: IncomingHttpHeaders): string | undefined
  /**
   * Whether a request with cookies comes from our own pages: from an allowed origin, or, where browsers send none, with
   * a header that another site's page cannot add (`X-Requested-With`, whatever it says).
   */
  isFromOurPages(headers: IncomingHttpHeaders): boolean
  /**
   * The tokens as they go into the body of an answer: all of them, or, where cookies are switched on and wanted, their
   * lives only, while the tokens travel in cookies that no script can read.
   */
  handOver<T extends TokenAnswer>(
    answer: CookieAnswer,
    opened: T,
    wish: { asCookies: boolean },
  ): Omit<T, 'accessToken' | 'refreshToken'> & Partial<TokenAnswer>
  clear(answer: CookieAnswer): void
}

/** Refresh tokens go to the routes that take them and nowhere else. */
const refreshPath = '/api/auth'

function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const [key, value] = part.trim().split('=', 2)
    if (key === name && value) return value
  }
  return undefined
}

/** @param allowedOrigins as browsers send them */
export function createSessionCookies({
  enabled,
  development,
  allowedOrigins,
}: {
  enabled: boolean
  development: boolean
  allowedOrigins: readonly string[]
}): SessionCookies {
  // Browsers refuse these names without Secure, so no neighbour under the same domain can plant a cookie in their place.
  const access = development ? 'access' : '__Host-access'
  const refresh = development ? 'refresh' : '__Secure-refresh'
  const secure = development ? '' : '; Secure'

  const cookie = (name: string, value: string, path: string, seconds: number, sameSite: 'Lax' | 'Strict') =>
    `${name}=${value}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=${sameSite}${secure}`

  return {
    enabled,
    accessToken: ({ cookie: header }) => (enabled ? readCookie(header, access) : undefined),
    refreshToken: ({ cookie: header }) => (enabled ? readCookie(header, refresh) : undefined),
    isFromOurPages: ({ origin, 'x-requested-with': requestedWith }) =>
      origin === undefined ? requestedWith !== undefined : allowedOrigins.includes(origin),
    handOver(answer, opened, { asCookies }) {
      if (!enabled || !asCookies) return opened
      const { accessToken, refreshToken, ...rest } = opened
      answer.header('set-cookie', [
        cookie(access, accessToken, '/', accessTokenLifeSeconds, 'Lax'),
        cookie(refresh, refreshToken, refreshPath, opened.refreshTokenExpiresIn, 'Strict'),
      ])
      return rest
    },
    clear(answer) {
      if (!enabled) return
      answer.header('set-cookie', [cookie(access, '', '/', 0, 'Lax'), cookie(refresh, '', refreshPath, 0, 'Strict')])
    },
  }
}
