import { rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { newFolder } from '../harness/child-process.ts'
import { HttpConnection } from '../harness/http-connection.ts'
import type { PostgresServer } from '../harness/postgres-databases.ts'
import type { RedisProcess } from '../harness/redis-process.ts'
import type { Fact } from '../harness/report.ts'
import type { Place, ServerProcess } from '../harness/server-process.ts'
import { startDevelopment, startProduction, whole } from '../sign-in/service.ts'
import { measureStart } from '../sign-in/start-and-idle.ts'
import type { VendorStandIn } from '../sign-in/vendor-stand-in.ts'

const pollPauseMs = 2
const longestMs = 20_000

/** Counts the start until the server says that it is ready, not only alive. @throws when it never does */
async function untilReady(server: ServerProcess): Promise<ServerProcess> {
  const liveAt = performance.now()
  const connection = await HttpConnection.open(server.port)
  while ((await connection.get('/api/health/ready')).status !== 200) {
    if (performance.now() - liveAt > longestMs) throw new Error('the server was not ready in time')
    await pause(pollPauseMs)
  }
  connection.close()
  return { ...server, readyInMs: server.readyInMs + performance.now() - liveAt }
}

type Env = Record<string, string>

const embeddedIn = async (folder: string, place: Place, env: Env): Promise<ServerProcess> =>
  untilReady(await startDevelopment({ ...place, program: whole, env: { ...env, DATA_DIR: folder } }))

/** The embedded database as `npm run dev` has it, each time in a new folder. */
export const measureFirstStart = (place: Place): Promise<Fact[]> =>
  measureStart('embedded, first start', async (env) => {
    const folder = newFolder()
    const server = await embeddedIn(folder, place, env)
    const stop = async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    }
    return { ...server, stop }
  })

/** The same in the folder of the start before. */
export async function measureNextStart(place: Place): Promise<Fact[]> {
  const folder = newFolder()
  const facts = await measureStart('embedded, next start', (env) => embeddedIn(folder, place, env))
  rmSync(folder, { recursive: true, force: true })
  return facts
}

/** As `npm start` on PostgreSQL and Redis, on the database of the start before. */
export async function measurePostgresStart(
  place: Place,
  { postgres, redis, vendor }: { postgres: PostgresServer; redis: RedisProcess; vendor: VendorStandIn },
): Promise<Fact[]> {
  const database = await postgres.createDatabase()
  const prefix = redis.newPrefix()
  const start = async (env: Env) =>
    untilReady(
      await startProduction(
        { ...place, program: whole, redis: { process: redis, prefix }, env: { ...env, DATABASE_URL: database.url } },
        vendor.url,
      ),
    )
  try {
    return await measureStart('production, PostgreSQL + Redis', start)
  } finally {
    await redis.removeKeys(prefix)
    await database.drop()
  }
}
