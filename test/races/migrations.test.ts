import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import pg from 'pg'
import { readMigrations } from '../../src/platform/database/migrate-database.ts'
import { anEmptyDatabase, postgresMissing } from '../support/databases.ts'
import { bareEnv } from '../support/processes.ts'
import { inParallel } from '../support/service.ts'

const project = join(import.meta.dirname, '../..')

/** `npm run migrate` in a process of its own. */
function startMigrating(url: string) {
  const child = spawn(process.execPath, ['src/migrate.ts'], {
    cwd: project,
    env: { ...bareEnv, DATABASE_URL: url },
  })
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)])
  return { child, ended: ended.then(([[code], out, err]) => ({ code, out, err })) }
}

describe('processes that migrate one database at once', { skip: postgresMissing }, () => {
  const names = readMigrations().map(({ name }) => name)
  const ledger = async (url: string): Promise<string[]> => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const { rows } = await client.query('select name from schema_migrations order by number')
    await client.end()
    return rows.map(({ name }) => name)
  }

  /** Holds every process where it looks what is to be done, until all of them are there. */
  async function startTogether(url: string, processes: number) {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query('create table schema_migrations (number int primary key, name text, checksum text)')
    await client.query('begin')
    await client.query('lock table schema_migrations')
    const results = inParallel(processes, () => startMigrating(url).ended)
    const waiting =
      'select count(*)::int as count from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())'
    while ((await client.query(waiting)).rows[0].count < processes)
      await new Promise((resolve) => setTimeout(resolve, 20))
    await client.query('commit')
    await client.end()
    return results
  }

  test('run each migration once between them, and all come up', async (context) => {
    const { url, drop } = await anEmptyDatabase()
    context.after(drop)
    const results = await startTogether(url, 5)
    assert.deepEqual(
      results.map(({ code, err }) => [code, err]),
      results.map(() => [0, '']),
    )
    const applied = results.flatMap(({ out }) => out.match(/\d{4}-[a-z-]+\.sql/g) ?? [])
    assert.deepEqual(applied.sort(), names)
    assert.deepEqual(await ledger(url), names)
  })

  test('leave nothing half-done when one is killed, and the next one finishes', async (context) => {
    const { url, drop } = await anEmptyDatabase()
    context.after(drop)
    for (const afterMs of [350, 450, 550]) {
      const { child, ended } = startMigrating(url)
      setTimeout(() => child.kill('SIGKILL'), afterMs)
      await ended
    }
    const { code, err } = await startMigrating(url).ended
    assert.deepEqual([code, err], [0, ''])
    assert.deepEqual(await ledger(url), names)
  })
})
