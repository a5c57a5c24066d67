import type { Writable } from 'node:stream'
import type { Pool, PoolClient, PoolConfig } from 'pg'
import { CannotStart } from '../cannot-start.ts'
import type { Values } from '../config/section.ts'
import type { databaseSettings } from './database-settings.ts'
import { type DatabaseTelemetry, reasonOf, type SessionCounts } from './database-telemetry.ts'
import type { Engine } from './engine.ts'
import { hostOf, postgresFault } from './postgres-fault.ts'
import type { Session, StatementResult } from './session.ts'
import { breaksSession, isOutage, translate, translateRefusal } from './statement-error.ts'
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

/**
 * Has what is sent in this turn leave in one write: a statement, which `pg` makes two of, the beginning of its transaction,
 * and others that follow at once. A write costs 40 µs and more, because it wakes the server: it was a third of a checkout's CPU.
 */
function leaveTogether(client: PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection
  if (stream.writableCorked > 0) return
  stream.cork()
  process.nextTick(() => stream.uncork())
}

/** A session that is thrown away as soon as something went wrong with it rather than with a statement. */
function openSession(client: PoolClient, telemetry: DatabaseTelemetry): Session {
  let broken: unknown
  let beginning: string | undefined
  const attempt = async <T>(work: () => Promise<T>, leavesTraces: boolean): Promise<T> => {
    if (broken) throw translate(broken)
    try {
      const result = await work()
      telemetry.answered()
      return result
    } catch (error) {
      if (isOutage(error)) telemetry.failed(reasonOf(error), error)
      if (leavesTraces || breaksSession(error)) broken = error
      throw translate(error)
    }
  }
  return {
    query: (text, values = [], name) =>
      attempt(async () => {
        const statement = { text, values: values as unknown[], ...(name !== undefined && { name }) }
        const before = beginning
        beginning = undefined
        leaveTogether(client)
        const sent = [before && client.query(before), client.query(statement)] as const
        return (await Promise.all(sent))[1] as StatementResult
      }, false),
    begin(sql) {
      beginning = sql
    },
    run: (sql) =>
      attempt(async () => {
        const results = [await client.query(sql)].flat() as unknown as StatementResult[]
        return { rows: results.flatMap(({ rows }) => rows) }
      }, true), // it may have stopped inside a transaction
    release: (discard) => client.release(Boolean(discard || broken)),
  }
}

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
    query_timeout: ms + graceMs,
    idle_in_transaction_session_timeout: ms + graceMs,
  })
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
      ...limitedTo(Math.max(statementTimeoutMs, backgroundMs)),
    }),
  }
  telemetry.watchSessions(() => ({ requests: countsOf(pools.requests), background: countsOf(pools.background) }))

  const connectTo = (pool: Pool) => async (): Promise<Session> => {
    try {
      return openSession(await pool.connect(), telemetry)
    } catch (error) {
      telemetry.failed(reasonOf(error), error)
      throw translateRefusal(error)
    }
  }

  return {
    kind: 'postgres',
    connect: connectTo(pools.requests),
    connectInBackground: connectTo(pools.background),
    async connectToMigrate() {
      const pool = createPool({ max: 1, application_name: 'blinkit migration', connectionTimeoutMillis: startMs })
      const client = await pool.connect().catch((error: unknown) => {
        throw postgresFault(address, error)
      })
      const session = openSession(client, telemetry)
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
