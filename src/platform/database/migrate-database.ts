import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CannotStart } from '../cannot-start.ts'
import type { Logger } from '../observability/logger.ts'
import type { Engine } from './engine.ts'
import type { Session } from './session.ts'
import { StatementError } from './statement-error.ts'

export interface Migration {
  number: number
  /** Of the file, such as `0001-users.sql`. */
  name: string
  sql: string
  checksum: string
}

/** Any number, as long as nothing else takes the same lock. */
const lock = 3_141_592_653

const folder = join(import.meta.dirname, '../../../migrations')

/** The numbered files of a folder in their order. @throws CannotStart when two have one number */
export function readMigrations(from = folder): Migration[] {
  const names = readdirSync(from).filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
  const migrations = names.sort().map((name) => {
    const sql = readFileSync(join(from, name), 'utf8')
    return { number: Number(name.slice(0, 4)), name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
  })
  for (const [at, { number, name }] of migrations.entries()) {
    const before = migrations[at - 1]
    if (before?.number === number) throw new CannotStart(`Migrations ${before.name} and ${name} have the same number.`)
  }
  return migrations
}

type Applied = Pick<Migration, 'number' | 'name' | 'checksum'>

async function readApplied(session: Session): Promise<Applied[]> {
  const { rows } = await session.query(`select to_regclass('public.schema_migrations') is not null as known`)
  if (!(rows[0] as { known: boolean }).known) return []
  return (await session.query('select number, name, checksum from schema_migrations order by number')).rows as Applied[]
}

/** What is still to do. @throws CannotStart when what was done is not what the files say */
function pendingOf(migrations: readonly Migration[], applied: readonly Applied[]): Migration[] {
  const done = new Map(applied.map((each) => [each.number, each]))
  for (const { number, name, checksum } of migrations) {
    const before = done.get(number)
    if (before && before.checksum !== checksum)
      throw new CannotStart(
        before.name === name
          ? `Migration ${name} was changed after it was applied to this database. Restore it, and put the change in a new migration.`
          : `Migration ${name} has the number of ${before.name}, which was applied to this database. Give it a new number.`,
      )
  }
  const known = new Set(migrations.map(({ number }) => number))
  const newer = applied.filter(({ number }) => !known.has(number)).map(({ name }) => name)
  if (newer.length > 0)
    throw new CannotStart(`The database is newer than this program: it has ${newer.join(', ')}. Start a newer version.`)
  return migrations.filter(({ number }) => !done.has(number))
}

const ledger = `create table if not exists schema_migrations (
  number int primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now()
)`

async function runMigration(session: Session, { name, sql }: Migration): Promise<void> {
  try {
    await session.run(sql)
  } catch (error) {
    if (!(error instanceof StatementError)) throw error
    throw new CannotStart(`Migration ${name} failed and was undone: ${error.message} (SQLSTATE ${error.code}).`)
  }
}

/** Applies the first pending migration, unless another process does. Its name, or `undefined` when nothing was left. */
async function applyNext(session: Session, migrations: readonly Migration[]): Promise<string | undefined> {
  await session.run(`begin; select pg_advisory_xact_lock(${lock}); ${ledger}`)
  try {
    const [next] = pendingOf(migrations, await readApplied(session))
    if (next) {
      await runMigration(session, next)
      await session.query('insert into schema_migrations (number, name, checksum) values ($1, $2, $3)', [
        next.number,
        next.name,
        next.checksum,
      ])
    }
    await session.run('commit')
    return next?.name
  } catch (error) {
    await session.run('rollback').catch(() => undefined)
    throw error
  }
}

/**
 * Brings the schema up to date, each migration in a transaction of its own. Any number of processes may do so at
 * once: each migration runs once. Returns the names of those that ran here.
 * @throws CannotStart when an applied file was changed, the database is newer than the files, or a migration fails
 */
export async function migrateDatabase(
  engine: Pick<Engine, 'connectToMigrate'>,
  log: Logger,
  migrations = readMigrations(),
): Promise<string[]> {
  const session = await engine.connectToMigrate()
  const ran: string[] = []
  try {
    if (pendingOf(migrations, await readApplied(session)).length === 0) return ran
    for (;;) {
      const name = await applyNext(session, migrations)
      if (!name) return ran
      log.info({ migration: name }, 'migration applied')
      ran.push(name)
    }
  } finally {
    session.release(true)
  }
}
