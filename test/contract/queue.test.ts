import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { runQueueCommand } from '../../src/platform/queue/queue-command.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { aQueue, type TestQueue, until } from '../support/queues.ts'
import { inParallel } from '../support/service.ts'
import { allowed } from '../support/time-limits.ts'

const quick = { firstSeconds: 1, longestSeconds: 1 }

for (const kind of databaseKinds) {
  describe(`the queue on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let queue: TestQueue
    const others: TestQueue[] = []
    before(async () => {
      database = await aDatabase(kind)
      await database.executeSql('create table parcels (id int primary key)')
    })
    beforeEach(async () => {
      queue = aQueue(database)
      await database.executeSql('drop schema if exists pgboss cascade; truncate parcels')
    })
    afterEach(async () => {
      await Promise.all([queue, ...others.splice(0)].map((each) => each.stop()))
    })
    after(() => database.end())

    /** Another process, as far as the database can tell. */
    function another(): TestQueue {
      const other = aQueue(database)
      others.push(other)
      return other
    }
    const seen: { id: number; attempt: number }[] = []
    beforeEach(() => void seen.splice(0))
    const note = async ({ id }: { id: number }, { attempt }: { attempt: number }) => void seen.push({ id, attempt })

    test('a job of this process starts soon after its transaction is committed, not with the next poll', async () => {
      const slow = aQueue(database, { pollSeconds: 30 })
      others.push(slow)
      const job = slow.define({ name: 'pack', handle: note })
      await slow.start({ work: true })
      await sleep(150)
      const startedAt = performance.now()
      await inTransaction(database.db, async (tx) => {
        await slow.enqueue(tx, job, { id: 1 })
        await sleep(50)
        assert.deepEqual(seen, [], 'it ran before the transaction was committed')
      })
      await until(() => seen.length > 0)
      assert.deepEqual(seen, [{ id: 1, attempt: 1 }])
      const took = performance.now() - startedAt
      assert.ok(took < 1000, `took ${Math.round(took)} ms`)
    })

    test('no job without its transaction, and no transaction without its job', async () => {
      const job = queue.define({ name: 'pack', handle: note })
      await queue.start({ work: true })
      const order = (id: number, fails: boolean) =>
        inTransaction(database.db, async (tx) => {
          await tx
            .insertInto('parcels' as never)
            .values({ id } as never)
            .execute()
          await queue.enqueue(tx, job, { id })
          if (fails) throw new Error('changed my mind')
        })
      await inParallel(20, (id) => order(id, id % 2 === 0).catch(() => undefined))
      await until(() => seen.length >= 10)
      await sleep(300)
      const kept = (await database.raw('select id from parcels order by id', [])).rows
      assert.deepEqual(
        seen.map(({ id }) => ({ id })).sort((a, b) => a.id - b.id),
        kept,
      )
      assert.equal(kept.length, 10)
      await assert.rejects(order(1, false)) // the number is taken: the statement fails, and with it the job
      await sleep(200)
      assert.equal(seen.length, 10)
    })

    test('two processes run each job once between them', async () => {
      const other = another()
      const job = queue.define({ name: 'pack', handle: note })
      other.define({ name: 'pack', handle: note })
      await Promise.all([queue.start({ work: true }), other.start({ work: true })])
      await inParallel(100, (id) => queue.enqueue(database.db, job, { id }))
      await until(() => seen.length >= 100)
      await sleep(300)
      assert.deepEqual(
        seen.map(({ id }) => id).sort((a, b) => a - b),
        Array.from({ length: 100 }, (_, id) => id),
      )
    })

    test('a process that does no background work leaves its jobs to others, and runs none', async () => {
      const worker = another()
      const job = queue.define({ name: 'pack', handle: () => assert.fail('ran in the wrong process') })
      worker.define({ name: 'pack', handle: note })
      await queue.start({ work: false })
      await queue.enqueue(database.db, job, { id: 1 })
      await sleep(300)
      assert.deepEqual(seen, [])
      await worker.start({ work: true })
      await until(() => seen.length === 1)
    })

    test('runs no more of a kind at once than its definition allows', async () => {
      let running = 0
      let most = 0
      let done = 0
      const job = queue.define<{ id: number }>({
        name: 'pack',
        atOnce: 3,
        handle: async () => {
          running += 1
          most = Math.max(most, running)
          await sleep(20)
          running -= 1
          done += 1
        },
      })
      await queue.start({ work: true })
      await inParallel(20, (id) => queue.enqueue(database.db, job, { id }))
      await until(() => done === 20)
      assert.equal(most, 3)
    })

    test('takes and writes down together what comes and ends while more comes', async () => {
      const asked: string[] = []
      const watched = aQueue({
        ...database,
        async executeSql(text, values) {
          asked.push(text)
          return database.executeSql(text, values)
        },
      })
      others.push(watched)
      const job = watched.define({ name: 'pack', atOnce: 50, handle: note })
      await watched.start({ work: true })
      await sleep(300)
      asked.length = 0
      for (let id = 0; id < 40; id += 1) {
        await watched.enqueue(database.db, job, { id })
        await sleep(10)
      }
      await until(() => seen.length === 40)
      await watched.stop()
      const times = (pattern: RegExp) => asked.filter((text) => pattern.test(text)).length
      const [taken, settled] = [times(/SKIP LOCKED/), times(/'completed'/)]
      assert.ok(taken >= 1 && taken <= 12, `taken with ${taken} statements`)
      assert.ok(settled >= 1 && settled <= 12, `written down with ${settled} statements`)
      const { rows } = await database.raw(
        `select count(*) from pgboss.job where name = 'pack' and state = 'completed'`,
        [],
      )
      assert.deepEqual(rows, [{ count: 40 }])
    })

    test('jobs give way to requests that wait for the database, for two seconds at most', async () => {
      let isHigh = true
      const polite = aQueue(database, { pollSeconds: 30, pressure: { isHigh: () => isHigh } })
      others.push(polite)
      const job = polite.define({ name: 'pack', handle: note })
      await polite.start({ work: true })
      const start = performance.now()
      await polite.enqueue(database.db, job, { id: 1 })
      await sleep(1500)
      assert.deepEqual(seen, [])
      await until(() => seen.length === 1)
      const took = performance.now() - start
      assert.ok(took > 1900 && took < allowed(4000), `took ${Math.round(took)} ms`)
      await polite.enqueue(database.db, job, { id: 2 })
      await until(() => seen.length === 2, 700) // they have waited, and do not again for a while
      isHigh = false
      await polite.enqueue(database.db, job, { id: 3 })
      await until(() => seen.length === 3, 700)
    })

    test('a job with a time to start after waits for it', async () => {
      const job = queue.define({ name: 'pack', handle: note })
      await queue.start({ work: true })
      await queue.enqueue(database.db, job, { id: 1 }, { startAfter: new Date(Date.now() + 1000) })
      await sleep(700)
      assert.deepEqual(seen, [])
      await until(() => seen.length === 1)
    })

    test('while a job with a key waits no second one is added, and it runs with what was said last', async () => {
      const job = queue.define({ name: 'pack', handle: note })
      await queue.start({ work: false })
      for (const id of [1, 2, 3]) await queue.enqueue(database.db, job, { id }, { singletonKey: 'order' })
      await queue.enqueue(database.db, job, { id: 9 }, { singletonKey: 'another' })
      const worker = another()
      worker.define({ name: 'pack', handle: note })
      await worker.start({ work: true })
      await until(() => seen.length === 2)
      await sleep(300)
      assert.deepEqual(seen.map(({ id }) => id).sort(), [3, 9])
    })

    test('a handler that fails is tried again, later each time, then dead: counted, listed and retried by the command', async () => {
      const at: number[] = []
      let isMended = false
      const job = queue.define<{ id: number }>({
        name: 'pack',
        retries: 2,
        backoff: { firstSeconds: 1, longestSeconds: 900 },
        handle: async () => {
          at.push(performance.now())
          if (!isMended) throw new Error('no box for asha@example.com, +91 98765 43210, code 123456')
        },
      })
      queue.define({ name: 'weigh', handle: note })
      await queue.start({ work: true })
      await queue.enqueue(database.db, job, { id: 1 })
      await until(async () => (await queue.metric('queue_dead_letters{job="pack"}')) === 1)
      assert.equal(at.length, 3)
      const [first = 0, second = 0, third = 0] = at
      assert.ok(second - first >= 950 && third - second >= 1900, `paused ${second - first} and ${third - second} ms`)
      assert.equal(await queue.metric('queue_attempts_total{job="pack",outcome="retried"}'), 2)
      assert.equal(await queue.metric('queue_attempts_total{job="pack",outcome="failed"}'), 1)

      const [line = ''] = await runQueueCommand(queue, ['dead'])
      const [, id = ''] =
        /^([0-9a-f-]{36}) {2}\S+Z {2}pack, attempts: 3, last: Error: no box for \[…\]/.exec(line) ?? []
      assert.ok(id, line)
      isMended = true
      assert.deepEqual(await runQueueCommand(queue, ['retry', id]), ['Put back into the queue: 1.'])
      await until(() => at.length === 4)
      assert.deepEqual(await runQueueCommand(queue, ['dead']), ['There are no dead letters.'])
      await until(async () => (await queue.metric('queue_attempts_total{job="pack",outcome="done"}')) === 1)
      assert.equal(await queue.metric('queue_dead_letters{job="pack"}'), undefined)
      await assert.rejects(runQueueCommand(queue, ['retry', id]), /There is no dead letter of that id/)
      for (const wrong of [[], ['retry'], ['retry', 'all'], ['dead', '--all'], ['bury']])
        await assert.rejects(runQueueCommand(queue, wrong), /^CannotStart: Use: npm run queue/)
    })

    test('retries all dead letters at once', async () => {
      let isMended = false
      const job = queue.define<{ id: number }>({
        name: 'pack',
        retries: 0,
        handle: async (payload, attempt) => {
          if (!isMended) throw new Error('no box')
          await note(payload, attempt)
        },
      })
      await queue.start({ work: true })
      await inParallel(5, (id) => queue.enqueue(database.db, job, { id }))
      await until(async () => (await queue.deadLetters.list()).length === 5)
      isMended = true
      assert.deepEqual(await runQueueCommand(queue, ['retry', '--all']), ['Put back into the queue: 5.'])
      await until(() => seen.length === 5)
    })

    test('tells how long the oldest job has waited', async () => {
      const job = queue.define({ name: 'pack', handle: note })
      await queue.start({ work: false })
      await queue.enqueue(database.db, job, { id: 1 })
      await sleep(300)
      await queue.enqueue(database.db, job, { id: 2 })
      assert.equal(await queue.metric('queue_waiting_jobs{job="pack"}'), 2)
      const seconds = (await queue.metric('queue_oldest_waiting_seconds{job="pack"}')) ?? 0
      assert.ok(seconds >= 0.25 && seconds < 5, `${seconds} s`)
    })

    test('ends an attempt that takes too long, and tells its handler', async () => {
      let reason: unknown
      const job = queue.define<{ id: number }>({
        name: 'pack',
        expireInSeconds: 1,
        retries: 1,
        backoff: quick,
        handle: async ({ id }, { attempt, signal }) => {
          if (attempt > 1) return seen.push({ id, attempt })
          signal.addEventListener('abort', () => {
            reason = signal.reason
          })
          await new Promise(() => undefined)
        },
      })
      await queue.start({ work: true })
      await queue.enqueue(database.db, job, { id: 1 })
      await until(() => seen.length === 1)
      assert.deepEqual(seen, [{ id: 1, attempt: 2 }])
      assert.match(String(reason), /longer than 1 s/)
    })

    test('runs what is scheduled once in each span of time, whatever the number of processes', async () => {
      let runs = 0
      const handle = async () => {
        runs += 1
      }
      const queues = [queue, another(), another()]
      for (const each of queues) each.schedule({ name: 'sweep', everySeconds: 1, handle })
      await Promise.all(queues.map((each) => each.start({ work: true })))
      await sleep(3000)
      await Promise.all(queues.map((each) => each.stop()))
      const { rows } = await database.raw(
        `select distinct singleton_on from pgboss.job where name = 'sweep' and state = 'completed'`,
        [],
      )
      assert.ok(runs >= 2, `ran ${runs} times`)
      assert.equal(runs, rows.length)
    })

    test('what fails on schedule leaves no dead letter: the next span of time is another try', async () => {
      let runs = 0
      queue.schedule({
        name: 'sweep',
        everySeconds: 3600,
        handle: async () => {
          runs += 1
          throw new Error('no broom')
        },
      })
      await queue.start({ work: true })
      await until(async () => (await queue.metric('queue_attempts_total{job="sweep",outcome="retried"}')) === 1)
      assert.equal(runs, 1)
      await database.executeSql(
        `update pgboss.job set retry_count = retry_limit, start_after = now() where name = 'sweep'`,
      )
      await until(async () => (await queue.metric('queue_attempts_total{job="sweep",outcome="failed"}')) === 1)
      assert.deepEqual(await queue.deadLetters.list(), [])
    })

    test('logs no payload, and of an error only what cannot be an address, a number, a code or a token', async () => {
      const token = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c3JfMDEifQ.c2lnbmF0dXJlMTIz'
      const payload = { phone: '+919876543210', email: 'asha@example.com', code: '123456', token }
      const job = queue.define<typeof payload>({
        name: 'pack',
        retries: 1,
        backoff: quick,
        handle: async ({ phone, email, code, token }, { log }) => {
          log.info('packing')
          throw new Error(`refused ${phone} <${email}> with ${code} and ${token}`)
        },
      })
      await queue.start({ work: true })
      await queue.enqueue(database.db, job, payload)
      await until(async () => (await queue.deadLetters.list()).length === 1)
      const shown = queue.logged() + JSON.stringify(await queue.deadLetters.list())
      for (const value of ['9876543210', 'asha', '123456', 'eyJ', 'c2ln']) assert.ok(!shown.includes(value), value)
      assert.match(shown, /Error: refused/)
      assert.match(shown, /"job":"pack","jobId":"[0-9a-f-]{36}","attempt":1,"msg":"packing"/)
    })

    test('stops when the jobs that run are done, and takes no new ones', async () => {
      const job = queue.define<{ id: number }>({
        name: 'pack',
        atOnce: 1,
        handle: async (payload, attempt) => {
          await sleep(400)
          await note(payload, attempt)
        },
      })
      await queue.start({ work: true })
      for (const id of [1, 2]) await queue.enqueue(database.db, job, { id })
      await sleep(150)
      await queue.stop()
      assert.deepEqual(seen, [{ id: 1, attempt: 1 }])
      const next = another()
      next.define({ name: 'pack', handle: note })
      await next.start({ work: true })
      await until(() => seen.length === 2)
      await sleep(200)
      assert.deepEqual(seen[1], { id: 2, attempt: 1 })
    })

    test('is told when it is used wrongly', async () => {
      const job = queue.define({ name: 'pack', handle: note })
      assert.throws(() => queue.define({ name: 'pack', handle: note }), /two jobs of the name pack/)
      await assert.rejects(queue.enqueue(database.db, job, { id: 1 }), /has not started/)
      await queue.start({ work: false })
      assert.throws(() => queue.define({ name: 'weigh', handle: note }), /before the queue starts/)
      // @ts-expect-error the payload is of another shape
      const wrong = () => queue.enqueue(database.db, job, { order: 1 })
      assert.ok(wrong)
    })
  })
}
