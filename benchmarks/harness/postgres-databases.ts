import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { findPostmaster, pinPostgres, postgresMeter } from './postgres-cpu.ts'
import { createTemplates, type TemplateOptions, type Templates } from './postgres-templates.ts'
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
  /** One statement, by a connection of its own. */
  query(text: string, values?: unknown[]): Promise<unknown[]>
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
  templates: Templates
  /** A new one: empty, or a copy of a template. */
  createDatabase(template?: string): Promise<BenchDatabase>
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
export async function findPostgres(options: TemplateOptions = {}): Promise<PostgresServer | undefined> {
  const url = process.env['BENCH_DATABASE_URL'] ?? defaultUrl
  const admin = await connectTo(url)
  if (!admin) return undefined
  const { rows } = await admin.query(
    `select pg_backend_pid() as pid, current_database() as database, current_setting('server_version') as version`,
  )
  const { pid, database, version } = rows[0] as { pid: number; database: string; version: string }
  const postmaster = findPostmaster(pid, database)

  const existing = new Set<string>()
  const templates = createTemplates(admin, options, (name) => onDatabase(url, name))
  process.once('exit', () => {
    const names = [...existing, ...templates.names()]
    if (names.length === 0) return
    spawnSync(process.execPath, [dropDatabases, ...names], { env: { ...process.env, BENCH_DATABASE_URL: url } })
  })

  let pins = 0
  let refusedPins = 0
  return {
    version,
    isVisible: postmaster !== undefined,
    isPinned: () => pins > 0 && refusedPins === 0,
    templates,
    async createDatabase(template) {
      const name = `blinkit_bench_${randomBytes(6).toString('hex')}`
      existing.add(name)
      await admin.query(`create database ${name}${template ? ` template ${template} strategy file_copy` : ''}`)
      const ownUrl = onDatabase(url, name)
      const query: BenchDatabase['query'] = async (text, values = []) => {
        const client = new Client({ connectionString: ownUrl })
        await client.connect()
        try {
          return (await client.query(text, values)).rows
        } finally {
          await client.end()
        }
      }
      return {
        url: ownUrl,
        meter: postmaster === undefined ? unreadable : postgresMeter(postmaster, name),
        pin(core) {
          if (core === undefined || postmaster === undefined) return
          pins += 1
          if (!pinPostgres(postmaster, name, core)) refusedPins += 1
        },
        query,
        async countRows(table) {
          const [counted] = (await query(`select count(*)::int as rows from ${table}`)) as [{ rows: number }]
          return counted.rows
        },
        async drop() {
          await admin.query(`drop database if exists ${name} with (force)`)
          existing.delete(name)
        },
      }
    },
    async close() {
      await templates.drop()
      await admin.end()
    },
  }
}
