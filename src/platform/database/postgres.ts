import type { Pool, PoolConfig } from 'pg'
import { CannotStart } from '../cannot-start.ts'
import type { Values } from '../config/section.ts'
import type { databaseSettings } from './database-settings.ts'
import { type DatabaseTelemetry, reasonOf, type SessionCounts } from './database-telemetry.ts'
import type { Engine } from './engine.ts'
import { hostOf, postgresFault } from './postgres-fault.ts'
import { openPostgresSession } from './postgres-session.ts'
import type { Session } from './session.ts'
import { translateRefusal } from './statement-error.ts'
import { parserOf } from './value-types.ts'

/** How much longer than the server this side waits before it gives a session up: a frozen server cancels nothing. */
const graceMs = 200
const backgroundMs = 30_000
const backgroundSessions = 2
const startMs = 5000
const stopMs = 2000
const oldestVersion = 15
const inUtc = '-c timezone=UTC'
/** For what answers in milliseconds, starting further processes or compiling costs more than it saves. */
const forRequests = '-c max_parallel_workers_per_gather=0 -c jit=off'

const countsOf = ({ totalCount, idleCount, waitingCount }: Pool): SessionCounts => ({
  busy: totalCount - idleCount,
  idle: idleCount,
  waiting: waitingCount,
})

/** Sessions with a PostgreSQL server. None is opened before it is needed. */
export async function createPostgresEngine(
  { url, poolSize, connectTimeoutMs, statementTimeoutMs }: Omit<Values<typeof databaseSettings>, 'folder'>,
  telemetry: DatabaseTelemetry,
): Promise<Engine> {
  const { default: pg } = await import('pg') // 6 MB that a process on the embedded database does not need
  const address = url?.reveal() ?? ''

  const createPool = (own: PoolConfig): Pool => {
    const pool = new pg.Pool({
      connectionString: address,
      connectionTimeoutMillis: connectTimeoutMs,
      idleTimeoutMillis: 60_000,
      options: inUtc,
      keepAlive: true,
      pipeline: true, // a transaction begins in the same round trip as its first statement
      types: { getTypeParser: parserOf(pg.types) },
      ...own,
    })
    pool.on('error', () => undefined) // an idle session ended; the next caller gets another
    pool.on('connect', (client) => client.on('error', () => undefined)) // a busy one: its statement tells
    return pool
  }
  const limitedTo = (ms: number): PoolConfig => ({
    statement_timeout: ms,
    idle_in_transaction_session_timeout: ms + graceMs,
  })
  const backgroundTimeoutMs = Math.max(statementTimeoutMs, backgroundMs)
  const pools = {
    requests: createPool({
      max: poolSize,
      application_name: 'blinkit',
      options: `${inUtc} ${forRequests}`,
      ...limitedTo(statementTimeoutMs),
    }),
    background: createPool({
      max: backgroundSessions,
      application_name: 'blinkit background',
      ...limitedTo(backgroundTimeoutMs),
    }),
  }
  telemetry.watchSessions(() => ({ requests: countsOf(pools.requests), background: countsOf(pools.background) }))

  const connectTo = (pool: Pool, timeoutMs: number) => {
    const deps = { Query: pg.Query, longestWaitMs: timeoutMs + graceMs, telemetry }
    return async (): Promise<Session> => {
      try {
        return openPostgresSession(await pool.connect(), deps)
      } catch (error) {
        telemetry.failed(reasonOf(error), error)
        throw translateRefusal(error)
      }
    }
  }

  return {
    kind: 'postgres',
    connect: connectTo(pools.requests, statementTimeoutMs),
    connectInBackground: connectTo(pools.background, backgroundTimeoutMs),
    async connectToMigrate() {
      const pool = createPool({ max: 1, application_name: 'blinkit migration', connectionTimeoutMillis: startMs })
      const client = await pool.connect().catch((error: unknown) => {
        throw postgresFault(address, error)
      })
      const session = openPostgresSession(client, { Query: pg.Query, longestWaitMs: undefined, telemetry })
      const { rows } = await session.query('show server_version')
      const [{ server_version: version }] = rows as [{ server_version: string }]
      const release = () => {
        session.release(true)
        pool.end().catch(() => undefined)
      }
      if (Number.parseInt(version, 10) >= oldestVersion) return { ...session, release }
      release()
      throw new CannotStart(
        `PostgreSQL at ${hostOf(address)} is too old: it is ${version}, and must be ${oldestVersion} or newer.`,
      )
    },
    onCommand: () => undefined,
    isWaitedFor: () => pools.requests.waitingCount > 0,
    async close() {
      const { promise: longEnough, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, stopMs)
      await Promise.race([Promise.all(Object.values(pools).map((pool) => pool.end())), longEnough])
      clearTimeout(timer)
    },
  }
}
