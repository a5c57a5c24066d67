import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, mock, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { type ChangeFeed, createChangeFeed } from '../../src/platform/changes/change-feed.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { setClock } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { until } from '../support/queues.ts'

const log = pino({ level: 'silent' })

for (const kind of databaseKinds) {
  describe(`the change feed on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let isAway: boolean
    let feed: ChangeFeed
    let told: string[]
    before(async () => {
      database = await aDatabase(kind)
    })
    beforeEach(async () => {
      isAway = false
      told = []
      const raw: Database['raw'] = (...statement) =>
        isAway ? Promise.reject(new Error('away')) : database.raw(...statement)
      feed = createChangeFeed({ database: { db: database.db, raw }, clock: setClock(), log })
      feed.follow('shelf', (keys) => told.push(...(keys === 'everything' ? [keys] : keys)))
      await feed.start()
    })
    afterEach(() => {
      feed.stop()
      mock.restoreAll()
    })
    after(() => database.end())

    /** By another process: this feed is not told that it happened. */
    const elsewhere = (key: string, topic = 'shelf') =>
      database.raw('insert into changes (topic, key) values ($1, $2)', [topic, key])

    test('tells what another process changed within a second, each change once, other topics not at all', async () => {
      await elsewhere('a')
      await elsewhere('b', 'stores')
      await until(() => told.length > 0, 1000)
      await sleep(600)
      assert.deepEqual(told, ['a'])
    })

    test('tells what this process changed as soon as it is committed, and never what was rolled back', async () => {
      const broken = inTransaction(database.db, async (tx) => {
        await feed.note(tx, 'shelf', ['undone'])
        throw new Error('changed my mind')
      })
      await assert.rejects(broken)
      await inTransaction(database.db, (tx) => feed.note(tx, 'shelf', ['a', 'b']))
      await until(() => told.length === 2, 200)
      assert.deepEqual(told, ['a', 'b'])
    })

    test('does not tell what was committed before it began', async () => {
      await elsewhere('old')
      feed.stop()
      await feed.start()
      await sleep(400)
      assert.deepEqual(told, [])
    })

    test('is not current while the database is away, and tells what it missed when it is back', async () => {
      assert.equal(feed.isCurrent(), true)
      isAway = true
      await elsewhere('missed')
      await until(() => !feed.isCurrent(), 2000)
      assert.deepEqual(told, [])
      isAway = false
      await until(() => feed.isCurrent(), 1000)
      assert.deepEqual(told, ['missed'])
    })

    test('takes everything as changed after it was away for longer than changes are kept', async () => {
      const { now } = performance
      isAway = true
      mock.method(performance, 'now', () => now.call(performance) + 301_000)
      isAway = false
      await until(() => told.length > 0, 1000)
      assert.deepEqual(told, ['everything'])
    })

    test('forgets what is older than any process waits for', async () => {
      await elsewhere('old')
      await database.raw(`update changes set at = now() - interval '1 day'`, [])
      await elsewhere('new')
      const cleaner = createChangeFeed({ database, clock: { now: () => Date.now() }, log })
      await cleaner.cleanUp()
      const { rows } = await database.raw('select key from changes', [])
      assert.deepEqual(rows, [{ key: 'new' }])
    })

    test('tells a change once that was made early and committed late, whatever was committed in between', {
      skip: kind.name === 'PGlite' && 'the embedded database has one session',
    }, async () => {
      const { promise: go, resolve: commit } = Promise.withResolvers<void>()
      const { promise: made, resolve: isMade } = Promise.withResolvers<void>()
      const late = inTransaction(database.db, async (tx) => {
        await feed.note(tx, 'shelf', ['late'])
        isMade()
        await go
      })
      await made
      await elsewhere('early')
      await until(() => told.includes('early'), 1000)
      await sleep(600)
      assert.deepEqual(told, ['early'])
      commit()
      await late
      await until(() => told.includes('late'), 1000)
      await sleep(600)
      assert.deepEqual(told, ['early', 'late'])
    })
  })
}
