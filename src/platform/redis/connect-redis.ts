import type { Cluster, Redis } from 'ioredis'
import { defineSection, setting, type Values } from '../config/section.ts'
import type { Logger } from '../observability/logger.ts'
import { Unavailable } from '../unavailable.ts'

const redisAddress = 'an address such as redis://host:6379 or rediss://user:password@host:6379/0'

/** Whether the client will understand it all; what it cannot read it quotes, password included. */
function isRedisAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { hostname, username, password, pathname } = new URL(text)
  try {
    decodeURIComponent(username + password)
  } catch {
    return false
  }
  return hostname !== '' && /^(\/\d*)?$/.test(pathname)
}

export const redisSettings = defineSection({
  title: 'Redis',
  settings: {
    url: setting.secret({
      env: 'REDIS_URL',
      pattern: '^rediss?://',
      form: redisAddress,
      description:
        'Redis for what expires (challenges, limits): redis://host:6379, or rediss:// with TLS. Needed as soon as there is more than one process.',
    }),
    cluster: setting.flag({
      env: 'REDIS_CLUSTER',
      default: false,
      description: 'The address is one node of a Redis Cluster.',
    }),
    keyPrefix: setting.text({
      env: 'REDIS_PREFIX',
      default: 'blinkit',
      pattern: '^[A-Za-z0-9_:-]{1,32}$',
      form: '1 to 32 letters, digits, _, : and -',
      description: 'First part of every key, so that several services can share one Redis.',
    }),
  },
  check: ({ url }) => (!url || isRedisAddress(url.reveal()) ? [] : [`REDIS_URL must be ${redisAddress}.`]),
})

export type RedisClient = Redis | Cluster

/**
 * Tuned so that a caller always learns its fate soon: a killed server fails in some 5 ms, a frozen one after
 * 200 ms. A command is sent once or not at all; nothing waits in a queue for better times.
 */
const options = {
  enableAutoPipelining: true,
  commandTimeout: 200,
  connectTimeout: 500,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  retryStrategy: (attempt: number) => Math.min(50 * attempt, 1000),
}

/**
 * Connects and waits until Redis is ready, 2 s at most.
 * @throws Unavailable when it is not; the message never holds the address, which may carry a password
 */
export async function connectRedis({ url, cluster }: Values<typeof redisSettings>, log: Logger): Promise<RedisClient> {
  const { Cluster, Redis } = await import('ioredis') // 8 MB that a process without Redis does not need
  const address = url?.reveal() ?? ''
  const { enableOfflineQueue, retryStrategy, ...redisOptions } = options
  const create = (): RedisClient =>
    cluster
      ? new Cluster([address], {
          redisOptions,
          enableOfflineQueue,
          clusterRetryStrategy: retryStrategy,
          slotsRefreshTimeout: 2000,
          lazyConnect: true,
        })
      : new Redis(address, { ...options, lazyConnect: true })
  let client: RedisClient
  try {
    client = create()
  } catch {
    throw new Unavailable('Redis', new Error('its address cannot be read')) // the cause would quote it
  }

  let reachable = true
  client.on('error', (error: NodeJS.ErrnoException) => {
    if (reachable) log.error({ reason: error.code ?? error.name }, 'Redis is out of reach')
    reachable = false
  })
  client.on('ready', () => {
    if (!reachable) log.info('Redis is back')
    reachable = true
  })

  try {
    client.connect().catch(() => undefined) // the events below tell
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('not ready within 2 s')), 2000)
      client.once('ready', () => {
        clearTimeout(timer)
        resolve()
      })
    })
  } catch (cause) {
    client.disconnect()
    throw new Unavailable('Redis', cause)
  }
  return client
}
