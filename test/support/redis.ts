import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'

export const redisUrl = process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379'

async function answers(): Promise<boolean> {
  const probe = new Redis(redisUrl, { lazyConnect: true, connectTimeout: 500, retryStrategy: () => null })
  probe.on('error', () => undefined)
  try {
    await probe.connect()
    await probe.ping()
    return true
  } catch {
    return false
  } finally {
    probe.disconnect()
  }
}

/** `false` when a Redis is there, else the reason to skip what needs one. */
export const redisMissing: string | false = (await answers())
  ? false
  : `no Redis at ${redisUrl.replace(/\/\/.*@/, '//')}`

/** A key prefix of one test's own. */
export const ownPrefix = (): string => `test:${randomBytes(6).toString('hex')}`

/** Removes every key under a prefix. */
export async function removeKeys(redis: Redis, prefix: string): Promise<void> {
  for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 1000 })) {
    if (keys.length > 0) await redis.unlink(...(keys as string[]))
  }
}
