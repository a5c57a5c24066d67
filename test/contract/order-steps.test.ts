import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { noteChange } from '../../src/modules/orders/note-change.ts'
import {
  addRefunded,
  findEvent,
  readEvents,
  type Step,
  takeStep,
} from '../../src/modules/orders/order-event-queries.ts'
import { findOrder, lockOrder, readOrder } from '../../src/modules/orders/order-queries.ts'
import { countAhead } from '../../src/modules/orders/place-queries.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { constraintOf } from '../../src/platform/database/statement-error.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { anOrder } from '../support/orders.ts'

for (const kind of databaseKinds) {
  describe(`the tables of orders on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    before(async () => {
      database = await aDatabase(kind)
    })
    after(() => database.end())

    const now = new Date(Date.UTC(2026, 0, 15, 12, 5))
    const step = (fields: Pick<Step, 'orderId'> & Partial<Step>) =>
      inTransaction(database.db, (tx) =>
        takeStep(tx, {
          from: ['placed'],
          to: 'picking',
          actor: 'picker',
          actorId: 'usr_p',
          details: {},
          now,
          ...fields,
        }),
      )

    test('give an order back as it was placed, and to others without its delivery code', async () => {
      const order = await anOrder(database, { coupon: { couponId: 'cpn_1', discountPaise: 500 } })
      assert.deepEqual(await readOrder(database.db, order.id), order)
      const { paymentId, reservationId, coupon, deliveryCode, codeTries, ...known } = order
      assert.deepEqual(await findOrder(database.db, order.id), known)
      assert.deepEqual(await inTransaction(database.db, (tx) => lockOrder(tx, order.id)), order)
      assert.equal(await findOrder(database.db, 'ord_unknown'), undefined)
      const [first] = await readEvents(database.db, order.id)
      assert.deepEqual([first?.type, first?.actor, first?.details], ['placed', 'customer', {}])
    })

    test('take a step once, with its event, and only from where it begins', async () => {
      const { id, storeId, userId } = await anOrder(database)
      const added = await step({ orderId: id, details: { note: 'x' } })
      assert.deepEqual(added, { eventId: added?.eventId, orderId: id, storeId, userId, type: 'picking' })
      const event = {
        id: added?.eventId,
        orderId: id,
        type: 'picking',
        actor: 'picker',
        at: now,
        details: { note: 'x' },
      }
      assert.deepEqual(await findEvent(database.db, added?.eventId ?? 0), event)
      assert.equal(await step({ orderId: id }), undefined)
      assert.equal((await findOrder(database.db, id))?.status, 'picking')
      assert.equal((await readEvents(database.db, id)).length, 2)
    })

    test('change with a step what it says, and keep the rest', async () => {
      const order = await anOrder(database, { status: 'pending_payment', placedAt: null })
      const changed = {
        paymentId: 'pay_other',
        paymentMethod: 'stripe',
        reservationId: 'rsv_other',
        totalPaise: 7000,
        promisedAt: now,
      }
      await step({ orderId: order.id, from: ['pending_payment'], to: 'placed', actor: 'provider', ...changed })
      const placed = { ...order, ...changed, status: 'placed', placedAt: now }
      assert.deepEqual(await readOrder(database.db, order.id), placed)
      await step({ orderId: order.id, from: ['placed'], to: 'delivered', riderId: 'usr_r' })
      const delivered = { ...placed, status: 'delivered', deliveredAt: now, riderId: 'usr_r' }
      assert.deepEqual(await readOrder(database.db, order.id), delivered)
    })

    test('note what was refunded without a step', async () => {
      const { id } = await anOrder(database, { status: 'cancelled' })
      const details = { amountPaise: 7500 }
      const added = await inTransaction(database.db, (tx) => addRefunded(tx, { orderId: id, details, now }))
      assert.equal(added?.type, 'refunded')
      assert.deepEqual((await findEvent(database.db, added?.eventId ?? 0))?.details, details)
      assert.equal((await findOrder(database.db, id))?.status, 'cancelled')
    })

    test('never change what happened', async () => {
      const { id } = await anOrder(database)
      for (const sql of [
        `update order_events set type = 'cancelled' where order_id = $1`,
        'delete from order_events where order_id = $1',
      ])
        await assert.rejects(database.raw(sql, [id]), (error) => constraintOf(error) === 'order_events_stay')
    })

    test('count what is picked first in a store, and nothing else', async () => {
      const { storeId } = await anOrder(database)
      for (const status of ['picking', 'packed', 'out_for_delivery', 'cancelled', 'pending_payment'] as const)
        await anOrder(database, { storeId, status })
      assert.equal(await inTransaction(database.db, (tx) => countAhead(tx, storeId)), 2)
    })

    test('tell of a step when it is committed, by an event and a note of store, order and customer', async () => {
      const { id, storeId, userId } = await anOrder(database)
      const emitted: unknown[] = []
      const noted: unknown[] = []
      const deps = {
        events: {
          emit: async (_tx: unknown, { name }: { name: string }, payload: object) =>
            void emitted.push({ name, ...payload }),
        },
        changes: {
          note: async (_tx: unknown, topic: string, keys: readonly string[]) => void noted.push([topic, ...keys]),
        },
      }
      const added = { eventId: 7, orderId: id, storeId, userId, type: 'picking' as const }
      await inTransaction(database.db, (tx) => noteChange(deps, tx, added))
      assert.deepEqual(emitted, [{ name: 'order.changed', ...added }])
      assert.deepEqual(noted, [['orders', `${storeId} ${id} ${userId}`]])
    })
  })
}
