import { Redis } from 'ioredis'

/** The service's own tuning: see `src/platform/redis/connect-redis.ts`. */
const redis = new Redis(process.env['REDIS_URL'] ?? '', {
  enableAutoPipelining: true,
  commandTimeout: 200,
  connectTimeout: 500,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  lazyConnect: true,
})
await redis.connect()

const keyOf = (phoneNumber: string): string => `${process.env['REDIS_PREFIX']}:${phoneNumber}`

/** Codes in Redis, one command each. */
export const keepCode = (phoneNumber: string, code: string) => redis.set(keyOf(phoneNumber), code, 'EX', 300)
export const takeCode = (phoneNumber: string) => redis.getdel(keyOf(phoneNumber))
