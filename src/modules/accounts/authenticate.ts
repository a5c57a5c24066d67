import type { Clock } from '../../platform/clock.ts'
import type { AccessClaims } from './access-token.ts'
import type { Caller } from './permissions.ts'
import type { Revocations } from './revocations.ts'
import type { TokenCache } from './token-cache.ts'

export interface AuthenticateDeps {
  tokens: TokenCache
  revocations: Revocations
}

/**
 * Whose access token this is, or `undefined` when it is none of ours, has ended or was revoked. Reads no database; at
 * once, without a promise, when the token was seen before.
 * @throws Unavailable when revocations could not be read for so long that the answer might be wrong
 */
export function authenticate(deps: AuthenticateDeps, token: string): Caller | undefined | Promise<Caller | undefined> {
  const claims = deps.tokens.read(token)
  if (claims instanceof Promise || !deps.revocations.areCurrent()) return authenticateLater(deps, claims)
  return claims && unlessRevoked(deps, claims)
}

async function authenticateLater(
  deps: AuthenticateDeps,
  reading: AccessClaims | undefined | Promise<AccessClaims | undefined>,
): Promise<Caller | undefined> {
  const claims = await reading
  if (!claims) return undefined
  if (!deps.revocations.areCurrent()) await deps.revocations.poll()
  return unlessRevoked(deps, claims)
}

const unlessRevoked = ({ revocations }: AuthenticateDeps, claims: AccessClaims): Caller | undefined =>
  revocations.covers(claims) ? undefined : claims

/**
 * Whether what somebody's token said still holds, for what goes on after its request: it has not ended, was not revoked,
 * and it is known which were. Reads no database.
 */
export function stillHolds(
  { revocations, clock }: Pick<AuthenticateDeps, 'revocations'> & { clock: Clock },
  caller: Caller,
): boolean {
  const claims = caller as AccessClaims // every caller was read from a token
  return claims.endsAt > clock.now() && revocations.areCurrent() && !revocations.covers(claims)
}
