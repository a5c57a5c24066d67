import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { connectDatabase } from '../../src/platform/database/connect-database.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { Unavailable } from '../../src/platform/unavailable.ts'
import { anEmptyDatabase, postgresMissing, settingsFor } from '../support/databases.ts'
import { type ProxyServer, startProxy } from '../support/own-postgres.ts'
import { aQueue, type TestQueue, until } from '../support/queues.ts'

const log = pino({ level: 'silent' })
const unhandled: unknown[] = []
process.on('unhandledRejection', (reason) => void unhandled.push(reason))

describe('the queue while PostgreSQL goes away', { skip: postgresMissing }, () => {
  let empty: Awaited<ReturnType<typeof anEmptyDatabase>>
  let proxy: ProxyServer
  let database: Database
  let queue: TestQueue
  before(async () => {
    empty = await anEmptyDatabase()
  })
  beforeEach(async () => {
    proxy = await startProxy(empty.url)
    database = await connectDatabase(settingsFor({ DATABASE_URL: proxy.url }), { log })
    await database.executeSql('drop schema if exists pgboss cascade')
    queue = aQueue(database)
  })
  afterEach(async () => {
    proxy.thaw()
    await queue.stop()
    await database.close()
    await proxy.end()
    assert.deepEqual(unhandled, [])
  })
  after(() => empty.drop())

  test('enqueueing fails as Unavailable, and background work goes on by itself when it is back', async () => {
    const done: number[] = []
    const job = queue.define({ name: 'pack', handle: async ({ id }: { id: number }) => void done.push(id) })
    await queue.start({ work: true })
    for (const disturb of [() => proxy.cut(), () => proxy.refuse()]) {
      await disturb()
      await sleep(500)
    }
    await assert.rejects(queue.enqueue(database.db, job, { id: 1 }), Unavailable)
    await proxy.accept()
    const enqueue = async () => {
      await queue.enqueue(database.db, job, { id: 2 })
      return true
    }
    await until(() => enqueue().catch(() => false))
    await until(() => done.length === 1, 5000)
    assert.deepEqual(done, [2])
    assert.doesNotMatch(queue.logged(), /fault/)
  })

  test('a job that ends meanwhile is written down afterwards, and does not run again', async () => {
    const attempts: number[] = []
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    const job = queue.define<{ id: number }>({
      name: 'pack',
      handle: async (_payload, { attempt }) => {
        attempts.push(attempt)
        await ended
      },
    })
    await queue.start({ work: true })
    await queue.enqueue(database.db, job, { id: 1 })
    await until(() => attempts.length === 1)
    await proxy.refuse()
    end()
    await sleep(1500)
    await proxy.accept()
    await until(async () => (await queue.metric('queue_attempts_total{job="pack",outcome="done"}')) === 1)
    await sleep(500)
    assert.deepEqual(attempts, [1])
  })

  test('stops in bounded time while it is away', async () => {
    const job = queue.define<{ id: number }>({ name: 'pack', handle: () => new Promise(() => undefined) })
    await queue.start({ work: true })
    await queue.enqueue(database.db, job, { id: 1 })
    await sleep(300)
    await proxy.refuse()
    const startedAt = performance.now()
    await queue.stop()
    const took = performance.now() - startedAt
    assert.ok(took < 8000, `took ${Math.round(took)} ms`)
    assert.match(queue.logged(), /"unfinished":1/)
    await proxy.accept()
  })

  test('a worker that was believed dead learns that its job is another’s, and writes nothing about it', async () => {
    const ends: string[] = []
    const job = queue.define<{ id: number }>({
      name: 'pack',
      backoff: { firstSeconds: 1, longestSeconds: 1 },
      handle: async (_payload, { attempt, signal }) => {
        if (attempt > 1) return ends.push('second done')
        signal.addEventListener('abort', () => void ends.push(String(signal.reason)))
        await new Promise(() => undefined)
      },
    })
    await queue.start({ work: true })
    await queue.enqueue(database.db, job, { id: 1 })
    await sleep(300)
    const age = `update pgboss.job set heartbeat_on = heartbeat_on - interval '1 minute' where state = 'active'`
    await database.executeSql(age)
    await until(() => ends.length === 2, 15_000)
    assert.deepEqual(ends.sort(), ['Error: another worker has the job', 'second done'])
    assert.equal(await queue.metric('queue_attempts_total{job="pack",outcome="lost"}'), 1)
  })
})
