import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { pino } from 'pino'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { aTill, type Till } from '../support/payments.ts'

const log = pino({ level: 'silent' })

for (const kind of databaseKinds) {
  describe(`cash on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let till: Till
    before(async () => {
      database = await aDatabase(kind)
      till = aTill(database, { development: false })
    })
    after(() => database.end())

    const collect = (orderId: string, amountPaise: number) =>
      till.within((tx) => till.payments.collectCash(tx, { orderId, amountPaise, riderId: 'usr_rider' }))
    const paymentOf = async (orderId: string) => {
      const [payment, ...more] = await till.payments.paymentsOf(database.db, orderId)
      assert.deepEqual(more, [])
      assert.ok(payment)
      return payment
    }

    test('is due when it is opened, and needs nothing of the client', async () => {
      const { id, orderId } = await till.open('cash', 25_000)
      const started = await till.payments.start(id, { log })
      assert.equal(started.client, null)
      assert.deepEqual(started.payment, await paymentOf(orderId))
      assert.deepEqual(started.payment, {
        id,
        orderId,
        method: 'cash',
        kind: 'cash',
        status: 'due',
        amountPaise: 25_000,
        receivedPaise: 0,
        refundedPaise: 0,
      })
    })

    test('is collected once, and only as much as is due', async () => {
      const { orderId } = await till.open('cash', 25_000)
      assert.equal(await collect(orderId, 24_999), false)
      assert.equal((await paymentOf(orderId)).status, 'due')
      assert.equal(await collect(orderId, 25_000), true)
      assert.equal(await collect(orderId, 25_000), false)
      const { status, receivedPaise } = await paymentOf(orderId)
      assert.deepEqual([status, receivedPaise], ['collected', 25_000])
    })

    test('becomes less when less is found, to nothing at last, and never more', async () => {
      const { orderId } = await till.open('cash', 25_000)
      const lower = (paise: number) => till.within((tx) => till.payments.lowerCashDue(tx, orderId, paise))
      await lower(20_000)
      await lower(20_000)
      await assert.rejects(lower(20_001), RangeError)
      await assert.rejects(lower(-1), RangeError)
      assert.equal(await collect(orderId, 25_000), false)
      await lower(0)
      assert.equal(await collect(orderId, 0), true)
      assert.equal((await paymentOf(orderId)).status, 'collected')
    })

    test('is not collected once the order was closed', async () => {
      const { orderId } = await till.open('cash')
      await till.within((tx) => till.payments.close(tx, orderId))
      assert.equal(await collect(orderId, 25_000), false)
      assert.equal((await paymentOf(orderId)).status, 'closed')
    })

    test('is given back by a person, up to what was collected, and once for a reference', async () => {
      const { orderId } = await till.open('cash', 25_000)
      const refund = (reference: string, amountPaise?: number) =>
        till.within((tx) =>
          till.payments.refund(tx, { orderId, reference, reason: 'Spoilt', ...(amountPaise && { amountPaise }) }),
        )
      assert.deepEqual(await refund('early'), [])
      await collect(orderId, 25_000)
      const [first] = await refund('a', 10_000)
      assert.equal(first?.status, 'manual')
      assert.deepEqual(await refund('a', 10_000), [first])
      assert.deepEqual(
        (await refund('b', 20_000)).map(({ amountPaise }) => amountPaise),
        [15_000],
      )
      assert.deepEqual(await refund('c'), [])
      assert.equal((await paymentOf(orderId)).refundedPaise, 25_000)
      assert.equal((await till.payments.refundsOf(database.db, orderId)).length, 2)
      assert.deepEqual(till.waiting(), [])
    })

    test('is refused above the largest order that may be paid so, and where it is switched off', async () => {
      await assert.rejects(till.open('cash', 500_001), RangeError)
      await assert.rejects(till.open('cash', 0.5), RangeError)
      await assert.rejects(till.open('test'), RangeError)
      const without = aTill(database, { env: { CASH_ON_DELIVERY: 'false' }, development: false })
      assert.deepEqual(without.payments.methods(), [])
      await assert.rejects(without.open('cash'), RangeError)
    })
  })
}
