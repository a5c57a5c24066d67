import { createHash } from 'node:crypto'
import { Unavailable } from '../unavailable.ts'
import type { RedisClient } from './connect-redis.ts'

/** Runs one Lua script atomically, in one round trip. @throws Unavailable when Redis does not answer */
export type RedisScript = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>

/**
 * A script that Redis knows by its digest. A server that forgot it (restart, fail-over, `SCRIPT FLUSH`)
 * gets the whole text once more: that it did not know the digest proves that nothing ran.
 */
export function defineScript(redis: RedisClient, source: string): RedisScript {
  const digest = createHash('sha1').update(source).digest('hex')
  return async (keys, args) => {
    try {
      return await redis.evalsha(digest, keys.length, ...keys, ...args)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw new Unavailable('Redis', error)
    }
    try {
      return await redis.eval(source, keys.length, ...keys, ...args)
    } catch (error) {
      throw new Unavailable('Redis', error)
    }
  }
}
