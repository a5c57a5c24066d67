import { Redis } from 'ioredis'
import { serve } from './serve.ts'

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

await serve({
  keep: (phoneNumber, code) => redis.set(keyOf(phoneNumber), code, 'EX', 300),
  take: (phoneNumber) => redis.getdel(keyOf(phoneNumber)),
})
