import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { pino } from 'pino'
import { createDatabaseTelemetry } from '../../src/platform/database/database-telemetry.ts'
import { createEmbeddedEngine } from '../../src/platform/database/embedded/embedded-engine.ts'
import type { Engine } from '../../src/platform/database/engine.ts'
import { type Migration, migrateDatabase, readMigrations } from '../../src/platform/database/migrate-database.ts'
import { createPostgresEngine } from '../../src/platform/database/postgres.ts'
import { describeSchema } from '../../tools/write-schema.ts'
import {
  aDatabase,
  anEmbeddedCluster,
  anEmptyDatabase,
  databaseKinds,
  settingsFor,
  type TestDatabase,
} from '../support/databases.ts'

const log = pino({ level: 'silent' })

const migration = (number: number, sql: string, name = `${String(number).padStart(4, '0')}-test.sql`): Migration => ({
  number,
  name,
  sql,
  checksum: sql,
})

describe('the migrations', () => {
  test('say whose they are, why, and what they lock', () => {
    for (const { name, sql } of readMigrations()) {
      assert.match(sql, /^-- owner: [a-z-]+\n-- why: /, name)
      assert.match(sql, /^-- locks: /m, name)
      assert.doesNotMatch(sql, /^\s*(?:begin|commit|rollback)\s*;/im, name)
    }
  })

  test('are all taken: no file beside them has a name that is passed over', () => {
    const files = readdirSync('migrations').filter((name) => name !== 'schema.sql')
    assert.deepEqual(
      files.sort(),
      readMigrations().map(({ name }) => name),
    )
  })

  test('make what schema.sql says: else run tools/write-schema.ts', async () => {
    assert.equal(readFileSync('migrations/schema.sql', 'utf8'), await describeSchema())
  })
})

for (const kind of databaseKinds) {
  describe(`the schema on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    before(async () => {
      database = await aDatabase(kind)
    })
    after(() => database.end())

    test('has an index for every foreign key', async () => {
      const { rows } = await database.raw(
        `select conrelid::regclass::text || ' ' || conname as name from pg_constraint k
          where contype = 'f' and connamespace = 'public'::regnamespace and not exists (
            select from pg_index i where i.indrelid = k.conrelid and i.indpred is null
              and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)`,
        [],
      )
      assert.deepEqual(rows, [])
    })
  })

  describe(`migrating on ${kind.name}`, { skip: kind.skip }, () => {
    const first = migration(1, 'create table a (id int)')
    const second = migration(2, 'create table b (id int); insert into b values (1)')
    let engine: Engine
    let end: () => Promise<void>
    before(async () => {
      if (kind.name === 'PGlite') {
        engine = createEmbeddedEngine(await anEmbeddedCluster())
        end = () => engine.close()
      } else {
        const { url, drop } = await anEmptyDatabase()
        engine = await createPostgresEngine(settingsFor({ DATABASE_URL: url }), createDatabaseTelemetry(log))
        end = () => engine.close().then(drop)
      }
    })
    after(() => end())

    const migrate = (...migrations: Migration[]) => migrateDatabase(engine, log, migrations)
    const rowsOf = async (text: string) => {
      const session = await engine.connect()
      try {
        return (await session.query(text)).rows
      } finally {
        session.release()
      }
    }

    test('runs what is new, in order, once', async () => {
      assert.deepEqual(await migrate(first), ['0001-test.sql'])
      assert.deepEqual(await migrate(first, second), ['0002-test.sql'])
      assert.deepEqual(await migrate(first, second), [])
      assert.deepEqual(await rowsOf('select * from b'), [{ id: 1 }])
    })

    test('refuses a file that was changed after it was applied, and a number that was given twice', async () => {
      await assert.rejects(migrate({ ...first, checksum: 'other' }, second), {
        name: 'CannotStart',
        message: /^Migration 0001-test\.sql was changed after it was applied to this database\. /,
      })
      await assert.rejects(migrate(first, migration(2, 'select 1', '0002-else.sql')), {
        message: /^Migration 0002-else\.sql has the number of 0002-test\.sql, /,
      })
    })

    test('refuses a database that is newer than the program', async () => {
      await assert.rejects(migrate(first), {
        name: 'CannotStart',
        message: /^The database is newer than this program: it has 0002-test\.sql\. /,
      })
    })

    test('undoes all of a migration that fails, and says in a sentence which and why', async () => {
      const bad = migration(3, 'create table c (id int); create table a (id int)')
      await assert.rejects(migrate(first, second, bad), {
        name: 'CannotStart',
        message: 'Migration 0003-test.sql failed and was undone: relation "a" already exists (SQLSTATE 42P07).',
      })
      assert.deepEqual(await rowsOf(`select to_regclass('c') as c`), [{ c: null }])
      assert.deepEqual(await migrate(first, second, migration(3, 'create table c (id int)')), ['0003-test.sql'])
    })
  })
}
