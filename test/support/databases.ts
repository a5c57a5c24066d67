import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { pino } from 'pino'
import { readSection } from '../../src/platform/config/read-section.ts'
import type { Values } from '../../src/platform/config/section.ts'
import { connectDatabase } from '../../src/platform/database/connect-database.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { databaseSettings } from '../../src/platform/database/database-settings.ts'
import { createEmbeddedEngine } from '../../src/platform/database/embedded/embedded-engine.ts'
import { loadExtensions } from '../../src/platform/database/embedded/extensions.ts'
import { makeCluster, unpackCluster } from '../../src/platform/database/embedded/prepared-cluster.ts'
import { createDatabase } from '../../src/platform/database/engine.ts'
import { migrateDatabase, readMigrations } from '../../src/platform/database/migrate-database.ts'

export const databaseUrl = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'

const silent = pino({ level: 'silent' })

/** The server's address with another database. */
function databaseAt(name: string): string {
  const url = new URL(databaseUrl)
  url.pathname = `/${name}`
  return url.href
}

/** Settings as the environment would give them. */
export const settingsFor = (env: Record<string, string>): Values<typeof databaseSettings> =>
  readSection(databaseSettings, env, { development: true, now: 0 }, [])

/** What is wrong with the settings of the database, a sentence each. */
export function settingsFaults(env: Record<string, string>, development: boolean): string[] {
  const faults: string[] = []
  readSection(databaseSettings, env, { development, now: 0 }, faults)
  return faults
}

async function onServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** `false` when a PostgreSQL is there, else the reason to skip what needs one. */
export const postgresMissing: string | false = await onServer(async (client) => client.query('select 1')).then(
  () => false,
  () => `no PostgreSQL at ${databaseUrl.replace(/\/\/.*@/, '//')}`,
)

export type TestDatabase = Database & { end(): Promise<void>; url?: string }

/**
 * Both engines, each with the reason to skip it when it cannot run here, and with its share of runs that are many and
 * differ: PostgreSQL does three in the time that PGlite needs for one.
 */
export const databaseKinds = [
  { name: 'PGlite', skip: false as string | false, share: postgresMissing ? 0.5 : 0.25 },
  { name: 'PostgreSQL', skip: postgresMissing, share: 0.75 },
] as const

/** For what does not depend on the engine: the one that costs less, of those that are here. */
export const anyKind = databaseKinds[postgresMissing ? 0 : 1]

const schemaHash = () => {
  const hash = createHash('sha256').update(readFileSync('node_modules/@electric-sql/pglite/package.json'))
  for (const { name, checksum } of readMigrations()) hash.update(name).update(checksum)
  return hash.digest('hex').slice(0, 16)
}

interface OwnDatabase {
  name: string
  url: string
  drop(): Promise<void>
}

async function copyOf(source: string): Promise<OwnDatabase> {
  const name = `blinkit_test_${randomBytes(6).toString('hex')}`
  await onServer(async (client) => {
    await client.query('select pg_advisory_lock_shared(2718281828)')
    await client.query(`create database ${name} template ${source}`)
    // Nothing here outlives the server, and what a test kills is a server of its own.
    await client.query(`alter database ${name} set synchronous_commit = off`)
  })
  return {
    name,
    url: databaseAt(name),
    drop: async () => {
      await onServer((client) => client.query(`drop database if exists ${name} with (force)`))
    },
  }
}

/** A new database of the server's with nothing in it, not even the schema. */
export const anEmptyDatabase = (): Promise<OwnDatabase> => copyOf('template0')

/** The name of a migrated database that others are copied from; made by the first that asks, gone a day later. */
async function ensureTemplate(): Promise<string> {
  const template = `blinkit_template_${schemaHash()}`
  await onServer(async (client) => {
    await client.query('select pg_advisory_lock(2718281828)')
    const { rows } = await client.query<{ datname: string; made: string | null }>(
      `select datname, shobj_description(oid, 'pg_database') as made from pg_database where datname like 'blinkit\\_template\\_%'`,
    )
    for (const { datname, made } of rows) {
      const isOld = Date.now() - Number(made) > 86_400_000
      if (datname !== template && isOld) await client.query(`drop database if exists ${datname} with (force)`)
    }
    if (rows.some(({ datname, made }) => datname === template && made !== null)) return
    await client.query(`drop database if exists ${template} with (force)`)
    await client.query(`create database ${template} template template0`)
    const database = await connectDatabase(settingsFor({ DATABASE_URL: databaseAt(template) }), { log: silent })
    await database.close()
    await client.query(`comment on database ${template} is '${Date.now()}'`)
  })
  return template
}

/** Drops the databases that others are copied from. */
export async function dropTemplates(): Promise<void> {
  await onServer(async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      `select datname from pg_database where datname like 'blinkit\\_template\\_%'`,
    )
    for (const { datname } of rows) await client.query(`drop database if exists ${datname} with (force)`)
  })
}

let template: Promise<string> | undefined

/** A new database of the server's that has the schema and no rows. */
export async function aMigratedDatabase(): Promise<OwnDatabase> {
  template ??= ensureTemplate()
  return copyOf(await template)
}

async function onPostgres(): Promise<TestDatabase> {
  const { url, drop } = await aMigratedDatabase()
  const settings = settingsFor({ DATABASE_URL: url, DATABASE_CONNECT_TIMEOUT_MS: '5000' })
  const database = await connectDatabase({ ...settings, statementTimeoutMs: 10_000 }, { log: silent })
  return {
    ...database,
    url,
    async end() {
      await database.close()
      await drop()
    },
  }
}

const cache = join('node_modules/.cache', 'test-database')

/** A PGlite with nothing in it. */
export async function anEmbeddedCluster(): Promise<PGlite> {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-'))
  await makeCluster(join(folder, 'cluster'), unpackCluster)
  const pglite = await PGlite.create(join(folder, 'cluster'), { extensions: await loadExtensions() })
  const close = pglite.close.bind(pglite)
  pglite.close = async () => {
    await close()
    rmSync(folder, { recursive: true })
  }
  return pglite
}

/** A migrated cluster, kept from one run to the next. */
async function embeddedImage(): Promise<Blob> {
  const file = join(cache, `${schemaHash()}.tar`)
  if (!existsSync(file)) {
    const pglite = await anEmbeddedCluster()
    await migrateDatabase(createEmbeddedEngine(pglite), silent)
    await pglite.exec('checkpoint')
    mkdirSync(cache, { recursive: true })
    const own = `${file}.${process.pid}`
    writeFileSync(own, Buffer.from(await (await pglite.dumpDataDir('none')).arrayBuffer()))
    renameSync(own, file)
    await pglite.close()
  }
  return new Blob([readFileSync(file)])
}

let image: Promise<Blob> | undefined

// As openEmbedded has it: no second compilation of what runs for seconds only, and small buffers, which a start fills with zeros.
setFlagsFromString('--wasm-tiering-budget=2147483647')
const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB', '-c', 'wal_buffers=256kB']

async function onPglite(): Promise<TestDatabase> {
  image ??= embeddedImage()
  const pglite = await PGlite.create({ loadDataDir: await image, extensions: await loadExtensions(), startParams })
  const database = createDatabase(createEmbeddedEngine(pglite))
  return { ...database, end: () => database.close() }
}

/** A migrated database of the test's own with no rows in it. End it after use. */
export const aDatabase = ({ name }: { name: string }): Promise<TestDatabase> =>
  name === 'PGlite' ? onPglite() : onPostgres()
