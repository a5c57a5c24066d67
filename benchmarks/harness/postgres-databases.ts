import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { findPostmaster, pinPostgres, postgresMeter } from './postgres-cpu.ts'
import type { CpuMeter } from './usage.ts'

const defaultUrl = 'postgres://postgres@127.0.0.1:5432/postgres'
const dropDatabases = fileURLToPath(new URL('./drop-databases.ts', import.meta.url))

/** A database of its own for one run. */
export interface BenchDatabase {
  url: string
  /** Cannot be read when the server's processes cannot be seen from here. */
  meter: CpuMeter
  /** Moves the backends that it has now to a core, where that is allowed. */
  pin(core: number | undefined): void
  /** How many rows a table has, by its name in SQL. */
  countRows(table: string): Promise<number>
  drop(): Promise<void>
}

export interface PostgresServer {
  version: string
  /** Whether the CPU time of its processes can be read. */
  isVisible: boolean
  /** Whether each `pin` so far succeeded. */
  isPinned(): boolean
  createDatabase(): Promise<BenchDatabase>
  close(): Promise<void>
}

async function connectTo(url: string): Promise<Client | undefined> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  client.on('error', () => undefined) // the next statement tells
  try {
    await client.connect()
    return client
  } catch {
    return undefined
  }
}

const unreadable: CpuMeter = { name: 'PostgreSQL', readMs: () => Number.NaN }

const onDatabase = (url: string, name: string): string => {
  const address = new URL(url)
  address.pathname = `/${name}`
  return address.href
}

/**
 * The PostgreSQL at `BENCH_DATABASE_URL`, whose user may create databases; `undefined` when nobody answers there.
 * What was created is dropped however this process ends, short of being killed.
 */
export async function findPostgres(): Promise<PostgresServer | undefined> {
  const url = process.env['BENCH_DATABASE_URL'] ?? defaultUrl
  const admin = await connectTo(url)
  if (!admin) return undefined
  const { rows } = await admin.query(
    `select pg_backend_pid() as pid, current_database() as database, current_setting('server_version') as version`,
  )
  const { pid, database, version } = rows[0] as { pid: number; database: string; version: string }
  const postmaster = findPostmaster(pid, database)

  const existing = new Set<string>()
  process.once('exit', () => {
    if (existing.size === 0) return
    spawnSync(process.execPath, [dropDatabases, ...existing], { env: { ...process.env, BENCH_DATABASE_URL: url } })
  })

  let pins = 0
  let refusedPins = 0
  return {
    version,
    isVisible: postmaster !== undefined,
    isPinned: () => pins > 0 && refusedPins === 0,
    async createDatabase() {
      const name = `blinkit_bench_${randomBytes(6).toString('hex')}`
      existing.add(name)
      await admin.query(`create database ${name}`)
      const ownUrl = onDatabase(url, name)
      return {
        url: ownUrl,
        meter: postmaster === undefined ? unreadable : postgresMeter(postmaster, name),
        pin(core) {
          if (core === undefined || postmaster === undefined) return
          pins += 1
          if (!pinPostgres(postmaster, name, core)) refusedPins += 1
        },
        async countRows(table) {
          const client = await connectTo(ownUrl)
          try {
            const counted = await client?.query(`select count(*)::int as rows from ${table}`)
            return (counted?.rows[0] as { rows: number } | undefined)?.rows ?? Number.NaN
          } finally {
            await client?.end()
          }
        },
        async drop() {
          await admin.query(`drop database if exists ${name} with (force)`)
          existing.delete(name)
        },
      }
    },
    close: () => admin.end(),
  }
}
