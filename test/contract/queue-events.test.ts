import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Tx } from '../../src/platform/database/database.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { createEvents, defineEvent, type Events } from '../../src/platform/events/events.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { aQueue, type TestQueue, until } from '../support/queues.ts'

const userBlocked = defineEvent<'user.blocked', { userId: string }>('user.blocked')
const quick = { firstSeconds: 1, longestSeconds: 1 }

for (const kind of databaseKinds) {
  describe(`events on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let queue: TestQueue
    let events: Events
    let learned: string[]
    before(async () => {
      database = await aDatabase(kind)
    })
    beforeEach(async () => {
      await database.executeSql('drop schema if exists pgboss cascade')
      queue = aQueue(database)
      events = createEvents(queue)
      learned = []
    })
    afterEach(() => queue.stop())
    after(() => database.end())

    const learn = (who: string) => async (fact: { userId: string }) => void learned.push(`${who} ${fact.userId}`)
    const emit = (userId: string) => inTransaction(database.db, (tx) => events.emit(tx, userBlocked, { userId }))

    test('every listener learns of a fact once its transaction is committed, and of none that was rolled back', async () => {
      events.when(userBlocked, 'end-sessions', learn('sessions'))
      events.when(userBlocked, 'empty-cart', learn('cart'))
      await queue.start({ work: true })
      const broken = inTransaction(database.db, async (tx) => {
        await events.emit(tx, userBlocked, { userId: 'usr_0' })
        throw new Error('changed my mind')
      })
      await assert.rejects(broken, /changed my mind/)
      await emit('usr_1')
      await until(() => learned.length === 2)
      await sleep(200)
      assert.deepEqual(learned.sort(), ['cart usr_1', 'sessions usr_1'])
    })

    test('a listener that fails is tried again alone', async () => {
      let failures = 0
      const failOnce = async ({ userId }: { userId: string }) => {
        failures += 1
        if (failures === 1) throw new Error('no cart')
        learned.push(`cart ${userId}`)
      }
      events.when(userBlocked, 'end-sessions', learn('sessions'))
      events.when(userBlocked, 'empty-cart', failOnce, { backoff: quick })
      await queue.start({ work: true })
      await emit('usr_1')
      await until(() => learned.includes('cart usr_1'))
      assert.deepEqual(learned, ['sessions usr_1', 'cart usr_1'])
    })

    test('a listener that has nothing to do about a fact gets no job for it', async () => {
      const wants = ({ userId }: { userId: string }) => userId === 'usr_2'
      events.when(userBlocked, 'end-sessions', learn('sessions'), { wants })
      events.when(userBlocked, 'empty-cart', learn('cart'))
      await queue.start({ work: true })
      await emit('usr_1')
      await emit('usr_2')
      await until(() => learned.length === 3)
      assert.deepEqual(learned.sort(), ['cart usr_1', 'cart usr_2', 'sessions usr_2'])
      const { rows } = await database.executeSql(
        `select count(*)::int as jobs from pgboss.job where name like 'user.blocked/%'`,
      )
      assert.deepEqual(rows, [{ jobs: 3 }])
    })

    test('a fact that nobody listens to costs no statement', async () => {
      const untouchable = new Proxy({} as Tx, { get: () => assert.fail('the transaction was used') })
      await queue.start({ work: true })
      await events.emit(untouchable, userBlocked, { userId: 'usr_1' })
    })

    test('a reaction has one name, and gets what the fact carries', () => {
      events.when(userBlocked, 'end-sessions', learn('sessions'))
      const again = () => events.when(userBlocked, 'end-sessions', learn('sessions'))
      assert.throws(again, /two jobs of the name user.blocked\/end-sessions/)
      // @ts-expect-error a blocked user is not an order
      events.when(userBlocked, 'other', async ({ orderId }: { orderId: string }) => orderId)
      // @ts-expect-error
      const wrong = (tx: Tx) => events.emit(tx, userBlocked, { orderId: 'ord_1' })
      assert.ok(wrong)
    })
  })
}
