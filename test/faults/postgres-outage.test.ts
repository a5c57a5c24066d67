import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { sql } from 'kysely'
import pg from 'pg'
import { pino } from 'pino'
import { connectDatabase } from '../../src/platform/database/connect-database.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { prepared } from '../../src/platform/database/prepared.ts'
import { createMetrics, type Metrics } from '../../src/platform/observability/metrics.ts'
import { Unavailable } from '../../src/platform/unavailable.ts'
import { anEmptyDatabase, databaseUrl, postgresMissing, settingsFaults, settingsFor } from '../support/databases.ts'
import {
  type OwnPostgres,
  ownPostgresMissing,
  type ProxyServer,
  startPostgres,
  startProxy,
} from '../support/own-postgres.ts'
import { freePort } from '../support/processes.ts'
import { inParallel } from '../support/service.ts'
import { allowed } from '../support/time-limits.ts'

/** Asserts that work fails as Unavailable, and soon. */
async function unavailableWithin(ms: number, work: () => Promise<unknown>): Promise<void> {
  const startedAt = performance.now()
  await assert.rejects(work(), (error: Error) => {
    assert.ok(error instanceof Unavailable, String(error))
    assert.equal(error.part, 'database')
    return true
  })
  const took = performance.now() - startedAt
  assert.ok(took < allowed(ms), `took ${Math.round(took)} ms`)
}

async function answersWithin(ms: number, database: Database): Promise<void> {
  const deadline = Date.now() + allowed(ms)
  for (;;) {
    const answered = await database.ping().then(
      () => true,
      () => false,
    )
    if (answered) return
    assert.ok(Date.now() < deadline, `did not recover within ${ms} ms`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const start = (url: string) =>
  connectDatabase(settingsFor({ DATABASE_URL: url }), { log: pino({ level: 'silent' }) }).catch((error) => error)

describe('PostgreSQL goes away and comes back', { skip: postgresMissing }, () => {
  let empty: Awaited<ReturnType<typeof anEmptyDatabase>>
  let proxy: ProxyServer
  let database: Database
  let metrics: Metrics
  let lines: string[]
  before(async () => {
    empty = await anEmptyDatabase()
  })
  beforeEach(async () => {
    proxy = await startProxy(empty.url)
    metrics = createMetrics()
    lines = []
    const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
    const settings = settingsFor({ DATABASE_URL: proxy.url, DATABASE_POOL_SIZE: '4' })
    database = await connectDatabase(settings, { log, metrics })
    await database.executeSql('drop table if exists rows_kept; create table rows_kept (id int primary key)')
  })
  afterEach(async () => {
    proxy.thaw()
    await database.close()
    await proxy.end()
  })
  after(() => empty.drop())

  const insert = (id: number) => database.raw('insert into rows_kept values ($1)', [id], 'insert-row')
  const kept = async () => (await database.raw('select id from rows_kept order by id', [])).rows

  test('a frozen server is Unavailable within 2 s, with old connections and new ones, and recovers by itself', async () => {
    await insert(1)
    proxy.freeze()
    await unavailableWithin(2000, () => inParallel(8, insert))
    await unavailableWithin(2000, () => database.ping())
    proxy.thaw()
    await answersWithin(3000, database)
    await insert(9)
  })

  test('look-ups that travel together are each Unavailable when the server freezes, is cut off or refuses', async () => {
    const ask = (id: number) => database.lookUp('select id from rows_kept where id = $1', [id], 'find-row')
    const together = () => inParallel(12, ask)
    const allUnavailableWithin = (ms: number) => inParallel(12, (id) => unavailableWithin(ms, () => ask(id)))
    await together()
    proxy.freeze()
    await allUnavailableWithin(2000)
    proxy.thaw()
    await answersWithin(3000, database)
    const slow = unavailableWithin(1000, () => database.lookUp('select pg_sleep(1)', []))
    const behind = inParallel(5, (id) => unavailableWithin(1000, () => ask(id)))
    setTimeout(proxy.cut, 100)
    await Promise.all([slow, behind])
    await proxy.refuse()
    await allUnavailableWithin(1000)
    await proxy.accept()
    await answersWithin(1000, database)
    await together()
  })

  test('a transaction that freezes half-way is Unavailable within 2 s and leaves nothing', async () => {
    const work = () =>
      inTransaction(database.db, async (tx) => {
        await sql`insert into rows_kept values (1)`.execute(tx)
        proxy.freeze()
        await sql`insert into rows_kept values (2)`.execute(tx)
      })
    await unavailableWithin(2000, work)
    proxy.thaw()
    await answersWithin(3000, database)
    assert.deepEqual(await kept(), [])
  })

  test('a value that cannot be sent fails alone, and what is asked behind it keeps its time limit', async () => {
    const behind = (statement: string) =>
      inTransaction(database.db, async (tx) => {
        const strange = prepared(tx, undefined, 'select $1::jsonb', [{ amount: 1n }])
        const [one, other] = await Promise.allSettled([strange, prepared(tx, undefined, statement, [])])
        assert.equal(one.status === 'rejected' && one.reason.name, 'TypeError')
        if (other.status === 'rejected') throw other.reason
        assert.deepEqual(other.value, [{ two: 2 }])
      })
    await behind('select 2 as two')
    setTimeout(proxy.freeze, 100)
    await unavailableWithin(2000, () => behind('select pg_sleep(10)'))
    proxy.thaw()
    await answersWithin(3000, database)
  })

  test('a connection that is cut fails its statement at once, its transaction leaves nothing, the next statement works', async () => {
    const cutDuring = (work: () => Promise<unknown>) =>
      unavailableWithin(1000, () => {
        setTimeout(proxy.cut, 100)
        return work()
      })
    await cutDuring(() => database.raw('select pg_sleep(1)', []))
    await cutDuring(() =>
      inTransaction(database.db, async (tx) => {
        await sql`insert into rows_kept values (1)`.execute(tx)
        await new Promise((resolve) => setTimeout(resolve, 200)) // cut while nobody listens to it
        await sql`insert into rows_kept values (2)`.execute(tx)
      }),
    )
    assert.deepEqual(await kept(), [])
    await inParallel(4, () => database.ping())
    proxy.cut() // while all are idle
    await new Promise((resolve) => setTimeout(resolve, 50))
    await inParallel(4, () => database.ping())
  })

  test('a server that refuses is Unavailable at once, recovers by itself, and is logged once', async () => {
    await proxy.refuse()
    await inParallel(10, () => unavailableWithin(1000, () => database.ping()))
    await proxy.accept()
    await answersWithin(1000, database)
    const told = lines.map((line) => JSON.parse(line).msg as string).filter((text) => text.startsWith('the database'))
    assert.deepEqual(told, ['the database is out of reach', 'the database is back'])
    assert.doesNotMatch(lines.join(), /postgres:\/\//)
  })

  test('who gets no connection in time is told so, and those who have one are not disturbed', async () => {
    const busy = inParallel(4, () => database.raw('select pg_sleep(1)', []))
    await new Promise((resolve) => setTimeout(resolve, 200))
    await unavailableWithin(1000, () => database.ping())
    assert.match((await metrics.expose()).text, /database_sessions\{purpose="requests",state="busy"\} 4/)
    await busy
    await database.ping()
    assert.match((await metrics.expose()).text, /database_outages_total\{reason="no_session"\} 1/)
  })

  test('background work is not held up by requests, nor they by it', async () => {
    const background = inParallel(4, () => database.executeSql('select pg_sleep(0.4)'))
    await inParallel(8, () => database.ping())
    await background
  })

  test('a statement that takes too long is stopped by the server, and its connection is used again', async () => {
    const backend = async () => (await database.raw('select pg_backend_pid() as pid', [])).rows
    const before = await backend()
    await unavailableWithin(1900, () => database.raw('select pg_sleep(10)', []))
    assert.deepEqual(await backend(), before)
    assert.match((await metrics.expose()).text, /database_outages_total\{reason="timeout"\} 1/)
  })

  test('a session that the server ended is replaced', async () => {
    const { rows } = await database.raw('select pg_backend_pid() as pid', [])
    await database.executeSql(`select pg_terminate_backend(${(rows[0] as { pid: number }).pid})`)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await database.ping()
  })

  test('a database that lets nobody in is Unavailable, and recovers by itself', async (context) => {
    const admin = new pg.Client({ connectionString: databaseUrl })
    await admin.connect()
    const allowing = (isAllowed: boolean) => admin.query(`alter database ${empty.name} allow_connections ${isAllowed}`)
    context.after(() => allowing(true).then(() => admin.end()))
    await allowing(false)
    proxy.cut()
    await new Promise((resolve) => setTimeout(resolve, 50))
    await unavailableWithin(1000, () => database.ping())
    await unavailableWithin(1000, () => insert(1))
    assert.match((await start(empty.url)).message, /cannot be used: it lets nobody into that database\.$/)
    await allowing(true)
    await answersWithin(1000, database)
    await database.executeSql('create sequence if not exists numbers')
    const tooEarly = database.raw("select currval('numbers')", []) // 55000 too, and the fault of the statement
    await assert.rejects(tooEarly, { name: 'StatementError', code: '55000' })
  })

  test('closes within 3 s though the server is frozen', async () => {
    const other = await connectDatabase(settingsFor({ DATABASE_URL: proxy.url }), { log: pino({ level: 'silent' }) })
    await other.ping()
    proxy.freeze()
    const startedAt = performance.now()
    await other.close()
    assert.ok(performance.now() - startedAt < allowed(3000))
  })
})

describe('starting without PostgreSQL', () => {
  test('says in one sentence where nobody listens, without user, password and database', async () => {
    const { name, message } = await start('postgres://anna:sEcReTpw@127.0.0.1:1/ledger')
    assert.equal(name, 'CannotStart')
    assert.equal(message, 'PostgreSQL at 127.0.0.1:1 cannot be used: nobody listens there.')
  })

  test('says that there is no such host', async () => {
    const { message } = await start('postgres://anna:sEcReTpw@nowhere.invalid/ledger')
    assert.equal(message, 'PostgreSQL at nowhere.invalid:5432 cannot be used: there is no such host.')
  })

  test('says that there is no such database', { skip: postgresMissing }, async () => {
    const url = new URL(databaseUrl)
    url.pathname = '/blinkit_nowhere'
    assert.match((await start(url.href)).message, /cannot be used: it has no database of that name\.$/)
  })

  test('says within 6 s that a server does not answer', { skip: postgresMissing }, async (context) => {
    const proxy = await startProxy(databaseUrl)
    context.after(() => proxy.end())
    proxy.freeze()
    const startedAt = performance.now()
    assert.match((await start(proxy.url)).message, /cannot be used: it does not answer\.$/)
    assert.ok(performance.now() - startedAt < allowed(6000))
  })

  test('refuses an address that cannot be read, without telling it, and in production none', () => {
    for (const url of [
      'postgres://anna:sEcReTpw%zz@h/db',
      'postgres://anna:sEcReTpw@h',
      'mysql://anna:sEcReTpw@h/db',
    ]) {
      const faults = settingsFaults({ DATABASE_URL: url }, true)
      assert.match(faults[0] ?? '', /^DATABASE_URL must be an address such as /, url)
      assert.doesNotMatch(faults.join(), /sEcReTpw/)
    }
    assert.match(settingsFaults({}, false)[0] ?? '', /^DATABASE_URL is missing/)
    assert.deepEqual(settingsFaults({}, true), [])
  })
})

describe('PostgreSQL is killed', { skip: ownPostgresMissing }, () => {
  let server: OwnPostgres
  let database: Database
  before(async () => {
    server = await startPostgres(await freePort())
    database = await connectDatabase(settingsFor({ DATABASE_URL: server.url }), { log: pino({ level: 'silent' }) })
    await database.executeSql('create table rows_kept (id int primary key)')
  })
  after(async () => {
    await database.close()
    await server.end()
  })

  test('no write that was acknowledged is lost, and the next ones work without a restart of ours', async () => {
    const acknowledged: number[] = []
    let next = 0
    for (let round = 0; round < 3; round += 1) {
      let running = true
      const writing = inParallel(4, async () => {
        while (running) {
          next += 1
          const id = next
          try {
            await inTransaction(database.db, (tx) => sql`insert into rows_kept values (${id})`.execute(tx))
            acknowledged.push(id)
          } catch (error) {
            assert.ok(error instanceof Unavailable, String(error))
            await new Promise((resolve) => setTimeout(resolve, 20))
          }
        }
      })
      await new Promise((resolve) => setTimeout(resolve, 300))
      await server.kill()
      await unavailableWithin(2000, () => database.ping())
      await server.start()
      await answersWithin(5000, database)
      running = false
      await writing
    }
    const { rows } = await database.raw('select array_agg(id) as ids from rows_kept', [])
    const kept = new Set((rows[0] as { ids: number[] }).ids)
    assert.ok(acknowledged.length > 50, `only ${acknowledged.length} writes`)
    assert.deepEqual(
      acknowledged.filter((id) => !kept.has(id)),
      [],
    )
  })
})
