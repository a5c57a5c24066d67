import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { getHeapSpaceStatistics } from 'node:v8'
import { sql } from 'kysely'
import { PgBoss } from 'pg-boss'
import { pino } from 'pino'
import { connectDatabase } from '../../src/platform/database/connect-database.ts'
import { inTransaction, sendWithCommit } from '../../src/platform/database/in-transaction.ts'
import { prepared } from '../../src/platform/database/prepared.ts'
import { sqlOf } from '../../src/platform/database/sql-of.ts'
import { constraintOf, type StatementError } from '../../src/platform/database/statement-error.ts'
import { Unavailable } from '../../src/platform/unavailable.ts'
import {
  aDatabase,
  anEmptyDatabase,
  databaseKinds,
  postgresMissing,
  settingsFor,
  type TestDatabase,
} from '../support/databases.ts'
import { inParallel } from '../support/service.ts'

declare module '../../src/platform/database/database.ts' {
  interface Tables {
    parcels: { id: number; phone: string; weight: number }
  }
}

const raise = (code: string) => sql.raw(`do $$ begin raise exception using errcode = '${code}'; end $$`)

for (const kind of databaseKinds) {
  describe(`the database on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    before(async () => {
      database = await aDatabase(kind)
      await database.executeSql(
        'create table parcels (id int primary key, phone text constraint one_phone unique, weight int)',
      )
    })
    beforeEach(() => database.executeSql('truncate parcels'))
    after(() => database.end())

    const insert = (id: number, weight = 0) => ({ id, phone: `+9198765432${id}`, weight })
    const prepareds = async () =>
      (await database.raw(`select from pg_prepared_statements where name = 'parcels-heavier-than'`, [])).rows.length
    const all = () => database.db.selectFrom('parcels').selectAll().orderBy('id').execute()

    test('keeps all of a transaction or nothing', async () => {
      const { db } = database
      const changed = inTransaction(db, async (tx) => {
        await tx.insertInto('parcels').values(insert(1)).execute()
        throw new Error('changed my mind')
      })
      await assert.rejects(changed, /changed my mind/)
      assert.deepEqual(await all(), [])
      await inTransaction(db, (tx) => tx.insertInto('parcels').values(insert(1)).execute())
      assert.deepEqual(await all(), [insert(1)])
    })

    test('keeps nothing of a transaction in which a statement failed, though the work caught it', async () => {
      const { db } = database
      const caught = inTransaction(db, async (tx) => {
        await tx.insertInto('parcels').values(insert(1)).execute()
        await tx
          .insertInto('parcels')
          .values(insert(1))
          .execute()
          .catch(() => undefined)
      })
      await assert.rejects(caught)
      assert.deepEqual(await all(), [])
    })

    test('runs what a transaction begins at once in the order in which it was begun', async () => {
      const { db } = database
      const seen = await inTransaction(db, async (tx) => {
        const add = (id: number) =>
          prepared(tx, 'add-parcel', 'insert into parcels (id, phone, weight) values ($1, $2, $3)', [id, `${id}`, id])
        const count = () =>
          prepared<{ count: number }>(tx, 'count-parcels', 'select count(*)::int as count from parcels', [])
        return Promise.all([count(), add(1), count(), add(2), count()])
      })
      assert.deepEqual([seen[0], seen[2], seen[4]].flat(), [{ count: 0 }, { count: 1 }, { count: 2 }])
    })

    test('keeps nothing when a statement that was sent with the commit failed, and tells its failure', async () => {
      const { db } = database
      const failing = inTransaction(db, async (tx) => {
        const add = () =>
          prepared(tx, 'add-parcel', 'insert into parcels (id, phone, weight) values ($1, $2, $3)', [1, '1', 1])
        await add()
        sendWithCommit(add())
      })
      await assert.rejects(failing, (error: StatementError) => error.code === '23505')
      assert.deepEqual(await all(), [])
    })

    test('names the constraint that a statement breaks, and tells no value of it', async () => {
      const { db } = database
      await db.insertInto('parcels').values(insert(1)).execute()
      const broken = await db
        .insertInto('parcels')
        .values({ ...insert(1), id: 2 })
        .execute()
        .catch((error: unknown) => error)
      assert.equal(constraintOf(broken), 'one_phone')
      const misread = await database.raw('select $1::text::int', ['+919876543210']).catch((error: unknown) => error)
      assert.equal((misread as StatementError).code, '22003')
      for (const error of [broken, misread] as Error[]) {
        const told = JSON.stringify([error.message, ...Object.values(error), error.cause])
        assert.doesNotMatch(told, /\+91/)
      }
    })

    test('runs a transaction again when others got in its way, a dozen times at most', async () => {
      for (const code of ['40001', '40P01']) {
        let runs = 0
        await inTransaction(database.db, async (tx) => {
          runs += 1
          await tx.insertInto('parcels').values(insert(runs)).execute()
          if (runs < 4) await raise(code).execute(tx)
        })
        assert.equal(runs, 4)
        assert.deepEqual(await all(), [insert(4)])
        await database.executeSql('truncate parcels')
      }
      let runs = 0
      const hopeless = inTransaction(database.db, async (tx) => {
        runs += 1
        await raise('40001').execute(tx)
      })
      await assert.rejects(hopeless, (error: StatementError) => error.code === '40001')
      assert.equal(runs, 12)
    })

    test('loses no update of transactions that run at once', async () => {
      const { db } = database
      await db.insertInto('parcels').values(insert(1, 0)).execute()
      const add = () =>
        inTransaction(
          db,
          async (tx) => {
            const { weight } = await tx.selectFrom('parcels').select('weight').executeTakeFirstOrThrow()
            await tx
              .updateTable('parcels')
              .set({ weight: weight + 1 })
              .execute()
          },
          { isolation: 'serializable' },
        )
      await Promise.all(Array.from({ length: 8 }, add))
      assert.deepEqual(await all(), [insert(1, 8)])
    })

    test('gives values as the same JavaScript as the other engine', async () => {
      const { rows } = await database.raw(
        `select 12345678901::int8 as big, count(*) as count, 1.50::numeric as price, '2026-01-15'::date as day,
          '2026-01-15T12:00:00.123+05:30'::timestamptz as at, '\\x00ff'::bytea as bytes, '{"a": [1]}'::jsonb as json,
          array['x', 'y z'] as words, true as flag, null as nothing, 1.5::float8 as half, $1::text[] as given,
          $2::jsonb as sent, $3::timestamptz as moment, $4::bytea as digest, '{1,2}'::int8[] as bigs`,
        [['a', 'b"c'], '{"b": 1}', new Date(0), Buffer.from('digest')],
      )
      assert.deepEqual(rows, [
        {
          big: 12345678901,
          count: 1,
          price: '1.50',
          day: '2026-01-15',
          at: new Date('2026-01-15T06:30:00.123Z'),
          bytes: Buffer.from([0, 255]),
          json: { a: [1] },
          words: ['x', 'y z'],
          flag: true,
          nothing: null,
          half: 1.5,
          given: ['a', 'b"c'],
          sent: { b: 1 },
          moment: new Date(0),
          digest: Buffer.from('digest'),
          bigs: [1, 2],
        },
      ])
    })

    test('tells a write how many rows it changed', async () => {
      const { db } = database
      await db
        .insertInto('parcels')
        .values([insert(1), insert(2)])
        .execute()
      const { numUpdatedRows } = await db.updateTable('parcels').set({ weight: 5 }).executeTakeFirst()
      assert.equal(numUpdatedRows, 2n)
    })

    test('runs a prepared statement again after a migration changed its answer', async () => {
      const ask = () => database.raw('select * from parcels', [], 'all-parcels')
      await Promise.all([ask(), ask(), ask()])
      await database.executeSql('alter table parcels add column fragile bool')
      await Promise.all([ask(), ask(), ask()])
      await database.executeSql('alter table parcels drop column fragile')
      assert.deepEqual((await ask()).rows, [])
    })

    test('answers each of the look-ups that are made at once by itself, also where another fails', async () => {
      const divide = (by: number) => database.lookUp('select 12 / $1::int as part', [by], 'divide-twelve')
      const found = await Promise.allSettled([...Array.from({ length: 20 }, (_, at) => at % 5)].map(divide))
      const parts = found.map((each) =>
        each.status === 'fulfilled'
          ? (each.value.rows[0] as { part: number }).part
          : (each.reason as StatementError).code,
      )
      const five = ['22012', 12, 6, 4, 3]
      assert.deepEqual(parts, [...five, ...five, ...five, ...five])
    })

    test('makes look-ups again after a migration changed their answer', async () => {
      await database.db.insertInto('parcels').values(insert(1)).execute()
      const ask = () => database.lookUp('select * from parcels where id = $1', [1], 'look-up-parcel')
      const six = async () => (await Promise.all(Array.from({ length: 6 }, ask))).map(({ rows }) => rows[0])
      await six()
      await database.executeSql('alter table parcels add column fragile bool')
      assert.deepEqual(await six(), Array(6).fill({ ...insert(1), fragile: null }))
      await database.executeSql('alter table parcels drop column fragile')
      assert.deepEqual(await six(), Array(6).fill(insert(1)))
    })

    test('runs a transaction once more when a migration changed the answer of a statement prepared before it', async () => {
      await database.db.insertInto('parcels').values(insert(1)).execute()
      const ask = (onEach: () => void = () => undefined) =>
        inTransaction(database.db, async (tx) => {
          onEach()
          await tx.updateTable('parcels').set({ weight: 7 }).execute()
          return prepared(tx, 'parcels-heavier-than', 'select * from parcels where weight > $1', [1])
        })
      await Promise.all([ask(), ask(), ask()])
      const known = await prepareds()
      assert.equal(known > 0, kind.name === 'PostgreSQL')
      await database.executeSql('alter table parcels add column fragile bool')
      let runs = 0
      const count = () => {
        runs += 1
      }
      const rows = await Promise.all(Array.from({ length: 6 }, () => ask(count)))
      for (const found of rows) assert.deepEqual(found, [{ ...insert(1, 7), fragile: null }])
      assert.ok(runs > 6 === (kind.name === 'PostgreSQL') && runs <= 12, `${runs} runs`)
      await database.executeSql('alter table parcels drop column fragile')
      assert.deepEqual(await ask(), [insert(1, 7)])
    })

    test('leaves no transaction open when a text of several statements stops half-way', async () => {
      await assert.rejects(database.executeSql('begin; insert into parcels values (1); select 1 / 0; commit'))
      await database.executeSql("insert into parcels values (2, 'x', 0)")
      assert.deepEqual(
        (await all()).map(({ id }) => id),
        [2],
      )
    })

    test('pg-boss keeps its jobs in it, and a job that is sent in a transaction shares its fate', async (context) => {
      const backend = kind.name === 'PGlite' ? 'pglite' : 'postgres'
      const boss = new PgBoss({ db: database, backend, supervise: false, schedule: false })
      boss.on('error', () => undefined)
      await boss.start()
      context.after(() => boss.stop({ graceful: false }))
      await boss.createQueue('letters')
      const send = (to: string, fail: boolean) =>
        inTransaction(database.db, async (tx) => {
          await boss.send('letters', { to }, { db: sqlOf(tx) })
          if (fail) throw new Error('no')
        })
      await assert.rejects(send('nobody', true))
      await send('somebody', false)
      const jobs = await boss.fetch('letters', { batchSize: 10 })
      assert.deepEqual(
        jobs.map(({ data }) => data),
        [{ to: 'somebody' }],
      )
    })

    test('answers a question for its health, and is Unavailable when it is closed', async () => {
      const other = await aDatabase(kind)
      await other.ping()
      await other.end()
      await assert.rejects(other.ping(), Unavailable)
      await assert.rejects(other.db.selectFrom('parcels').selectAll().execute(), Unavailable)
    })
  })
}

test('a statement that fails names the file that asked', { skip: postgresMissing }, async (context) => {
  const database = await aDatabase({ name: 'PostgreSQL' })
  context.after(() => database.end())
  const refused = await database.raw('select 1 / $1::int', [0]).catch((error: Error) => error)
  assert.match(String((refused as Error).stack), /database\.test\.ts/)
})

test('what was answered and is not used any more is young garbage, and does not wait for a full collection', {
  skip: postgresMissing,
}, async (context) => {
  const database = await aDatabase({ name: 'PostgreSQL' })
  context.after(() => database.end())
  const oldBytes = () =>
    getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')?.space_used_size ?? Number.NaN
  const answers = 2000
  const bytesEach = 12_000
  const ask = () => database.raw('select repeat($1, $2) as text', ['x', bytesEach], 'long-text')
  const askAll = async () => {
    let most = 0
    for (let asked = 0; asked < answers; asked += 10) {
      await inParallel(10, ask)
      most = Math.max(most, oldBytes()) // a full collection makes it less again
    }
    return most
  }
  await askAll() // what is compiled and kept for good is old by now
  const before = oldBytes()
  const grown = (await askAll()) - before
  assert.ok(grown < (answers * bytesEach) / 4, `${grown} bytes of answers became old`)
})

test('look-ups of one moment share a session, eight at most; those of different moments do not wait for each other', {
  skip: postgresMissing,
}, async (context) => {
  const database = await aDatabase({ name: 'PostgreSQL' })
  context.after(() => database.end())
  const where = async () =>
    ((await database.lookUp('select pg_backend_pid() as pid', [])).rows[0] as { pid: number }).pid
  assert.equal(new Set(await Promise.all(Array.from({ length: 8 }, where))).size, 1)
  assert.equal(new Set(await Promise.all(Array.from({ length: 17 }, where))).size, 3)
  const slow = database.lookUp('select pg_sleep(0.5), pg_backend_pid() as pid', [])
  await new Promise((resolve) => setTimeout(resolve, 50))
  const other = await where()
  assert.equal(await Promise.race([slow.then(() => 'slow'), Promise.resolve('quick')]), 'quick')
  assert.notEqual(((await slow).rows[0] as { pid: number }).pid, other)
})

test('look-ups that wait in vain for a table that somebody has locked are Unavailable, each of them', {
  skip: postgresMissing,
}, async (context) => {
  const empty = await anEmptyDatabase()
  const database = await connectDatabase(settingsFor({ DATABASE_URL: empty.url }), { log: pino({ level: 'silent' }) })
  context.after(async () => {
    await database.close()
    await empty.drop()
  })
  await database.executeSql('create table shelves (id int)')
  const read = () => database.lookUp('select id from shelves', [], 'read-shelves')
  await inTransaction(database.background, async (tx) => {
    await sql`lock table shelves in access exclusive mode`.execute(tx)
    await inParallel(3, () => assert.rejects(read(), Unavailable))
  })
  assert.deepEqual((await read()).rows, [])
})

test('a value that the embedded database cannot take is no outage', async (context) => {
  const database = await aDatabase({ name: 'PGlite' })
  context.after(() => database.end())
  await assert.rejects(database.raw('select $1::boolean', [{}]), (error) => !(error instanceof Unavailable))
})

test('a statement beside its own transaction, which would wait for ever, is explained', async (context) => {
  const database = await aDatabase({ name: 'PGlite' })
  context.after(() => database.end())
  await assert.rejects(
    inTransaction(database.db, () => database.raw('select 1', [])),
    /every statement runs on its tx/,
  )
  await database.ping()
})
