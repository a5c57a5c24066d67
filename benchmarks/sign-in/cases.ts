import type { Case, Subject } from '../harness/measure.ts'
import type { RedisProcess } from '../harness/redis-process.ts'
import { type Place, type ServerProcess, startServer } from '../harness/server-process.ts'
import { processMeter } from '../harness/usage.ts'
import { signIn } from './operations.ts'
import { startDevelopment, startProduction, startTelling } from './service.ts'
import type { VendorStandIn } from './vendor-stand-in.ts'

const startFloor = (file: string, place: Place, env: Record<string, string> = {}): Promise<ServerProcess> =>
  startServer(new URL(`../floors/${file}.ts`, import.meta.url), { ...place, env })

/** A server that tells the code in its answer and needs nothing else. */
const alone = (server: ServerProcess): Subject => ({ server, operation: signIn(), stop: () => server.stop() })

/** In the memory of one process. */
export const memoryCases = (place: Place): Case[] => [
  { name: 'server, memory', floor: 'floor: bare Fastify', start: async () => alone(await startTelling(place)) },
  { name: 'floor: bare Fastify', start: async () => alone(await startFloor('fastify', place)) },
  { name: 'floor: bare node:http', start: async () => alone(await startFloor('node-http', place)) },
  {
    name: 'server, memory, npm run dev',
    floor: 'floor: bare Fastify',
    start: async () => alone(await startDevelopment(place)),
  },
]

/** With Redis, whose work counts as the server's. */
export function redisCases(place: Place, redis: RedisProcess): Case[] {
  const onRedis = async (start: (prefix: string) => Promise<ServerProcess>): Promise<Subject> => {
    const prefix = redis.newPrefix()
    const server = await start(prefix)
    const stop = async () => {
      await server.stop()
      await redis.removeKeys(prefix)
    }
    return { server, operation: signIn(), others: [processMeter('Redis', redis.pid)], stop }
  }
  return [
    {
      name: 'server, Redis',
      floor: 'floor: Fastify + Redis',
      start: () => onRedis((prefix) => startTelling({ ...place, redis: { process: redis, prefix } })),
    },
    {
      name: 'floor: Fastify + Redis',
      start: () =>
        onRedis((prefix) => startFloor('fastify-redis', place, { REDIS_URL: redis.url, REDIS_PREFIX: prefix })),
    },
  ]
}

/** With one call to a vendor, who answers at once. */
export function vendorCases(place: Place, vendor: VendorStandIn): Case[] {
  const calling = (server: ServerProcess, codeFrom?: VendorStandIn['takeCode']): Subject => ({
    server,
    operation: signIn(codeFrom),
    stop: () => server.stop(),
  })
  return [
    {
      name: 'server, Twilio stand-in',
      floor: 'floor: Fastify + fetch',
      start: async () => calling(await startProduction(place, vendor.url), vendor.takeCode),
    },
    {
      name: 'floor: Fastify + fetch',
      start: async () =>
        calling(await startFloor('fastify-vendor', place, { VENDOR_URL: `${vendor.url}/Messages.json` })),
    },
  ]
}
