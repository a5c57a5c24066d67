import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { newFolder } from '../harness/child-process.ts'
import type { Subject } from '../harness/measure.ts'
import type { PostgresServer } from '../harness/postgres-databases.ts'
import type { RedisProcess } from '../harness/redis-process.ts'
import { type Place, type ServerProcess, startServer } from '../harness/server-process.ts'
import { processMeter } from '../harness/usage.ts'
import { startTelling, whole } from '../sign-in/service.ts'
import { betterAuthDialect } from './better-auth-dialect.ts'
import type { Dialect } from './dialect.ts'
import { ourDialect } from './our-dialect.ts'

export interface Running extends Omit<Subject, 'operation' | 'inspect'> {
  /** How many accounts and sessions there are; absent where nobody outside can look. */
  countRows?(): Promise<{ accounts: number; sessions: number }>
}

/** A program that signs people in and keeps their accounts. */
export interface AccountServer {
  name: string
  dialect: Dialect
  start(): Promise<Running>
}

interface Stores {
  postgres: PostgresServer
  redis: RedisProcess
}

/** What a server with a database of its own is told about it, and what it is called in there. */
interface OnPostgres {
  start(database: { url: string; redisPrefix: string }): Promise<ServerProcess>
  tables: { accounts: string; sessions: string }
}

/** Everything that a server works with runs on its core, as far as that can be arranged. */
async function runOnPostgres({ postgres, redis }: Stores, { start, tables }: OnPostgres): Promise<Running> {
  const database = await postgres.createDatabase()
  const redisPrefix = redis.newPrefix()
  const cleanUp = async () => {
    await redis.removeKeys(redisPrefix)
    await database.drop()
  }
  try {
    const server = await start({ url: database.url, redisPrefix })
    return {
      server,
      others: [database.meter, processMeter('Redis', redis.pid)],
      settle: () => database.pin(server.cores.server),
      countRows: async () => ({
        accounts: await database.countRows(tables.accounts),
        sessions: await database.countRows(tables.sessions),
      }),
      async stop() {
        await server.stop()
        await cleanUp()
      },
    }
  } catch (error) {
    await cleanUp()
    throw error
  }
}

const ourTables = { accounts: 'users', sessions: 'sessions' }

/** This service on PostgreSQL and Redis; it tells the code in its answer. */
export const onPostgres = (place: Place, stores: Stores): AccountServer => ({
  name: 'server, PostgreSQL + Redis',
  dialect: ourDialect,
  start: () =>
    runOnPostgres(stores, {
      tables: ourTables,
      start: ({ url, redisPrefix }) =>
        startTelling({
          ...place,
          program: whole,
          redis: { process: stores.redis, prefix: redisPrefix },
          env: { DATABASE_URL: url },
        }),
    }),
})

/** This service with nothing beside it: its embedded database in a folder of its own, the rest in its memory. */
export const embedded = (place: Place): AccountServer => ({
  name: 'server, embedded',
  dialect: ourDialect,
  async start() {
    const folder = newFolder()
    const server = await startTelling({ ...place, program: whole, env: { DATA_DIR: folder } })
    const stop = async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    }
    return { server, stop }
  },
})

export const floor = (place: Place, stores: Stores): AccountServer => ({
  name: 'floor: Fastify + pg + Redis',
  dialect: ourDialect,
  start: () =>
    runOnPostgres(stores, {
      tables: ourTables,
      start: ({ url, redisPrefix }) =>
        startServer(new URL('../floors/accounts-postgres.ts', import.meta.url), {
          ...place,
          env: { DATABASE_URL: url, REDIS_URL: stores.redis.url, REDIS_PREFIX: redisPrefix },
        }),
    }),
})

/** The peer in production mode, as `peers/better-auth/server.ts` sets it up. */
export const betterAuth = (
  place: Place,
  stores: Stores,
  { rateLimit }: { rateLimit: 'on' | 'off' },
): AccountServer => ({
  name: rateLimit === 'on' ? 'better-auth, limits on' : 'better-auth',
  dialect: betterAuthDialect,
  start: () =>
    runOnPostgres(stores, {
      tables: { accounts: '"user"', sessions: 'session' },
      start: ({ url }) =>
        startServer(new URL('../peers/better-auth/server.ts', import.meta.url), {
          ...place,
          env: {
            NODE_ENV: 'production',
            BETTER_AUTH_SECRET: randomBytes(32).toString('base64'),
            DATABASE_URL: url,
            RATE_LIMIT: rateLimit,
          },
        }),
    }),
})
