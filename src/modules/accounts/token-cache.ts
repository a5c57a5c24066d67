import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'
import type { AccessClaims } from './access-token.ts'

/** Some 1 kB each. */
const mostTokens = 20_000

/** What was read of access tokens, for as long as they live: checking a signature costs 200 µs, finding it here 1. */
export interface TokenCache {
  read(token: string): AccessClaims | undefined | Promise<AccessClaims | undefined>
}

/** Keeps what `read` says of good tokens; what it does not take is asked for anew each time. */
export function createTokenCache(
  read: (token: string) => Promise<AccessClaims | undefined>,
  clock: Clock,
  max = mostTokens,
): TokenCache {
  const known = new LRUCache<string, AccessClaims>({ max })

  async function readAnew(token: string): Promise<AccessClaims | undefined> {
    const claims = await read(token)
    if (claims) known.set(token, claims)
    return claims
  }

  return {
    read(token) {
      const claims = known.get(token)
      if (!claims) return readAnew(token)
      if (claims.endsAt > clock.now()) return claims
      known.delete(token)
      return undefined
    },
  }
}
