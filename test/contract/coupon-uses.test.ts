import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { newId } from '../../src/platform/ids.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { aTill, type Till } from '../support/pricing.ts'

for (const kind of databaseKinds) {
  describe(`uses of coupons on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let till: Till
    before(async () => {
      database = await aDatabase(kind)
      till = await aTill(database)
    })
    after(async () => {
      till.changes.stop()
      await database.end()
    })

    const anOrder = () => newId('ord')
    const aCustomer = () => newId('usr')

    test('are as many as the coupon may have in all', async () => {
      const couponId = await till.addCoupon({ totalLimit: 2 })
      const outcomes = []
      for (let times = 0; times < 4; times += 1) outcomes.push(await till.record(anOrder(), aCustomer(), couponId))
      assert.deepEqual(outcomes, ['recorded', 'recorded', 'usedUp', 'usedUp'])
      assert.deepEqual(await till.usesOf(couponId), { uses: 2, rows: 2 })
    })

    test('are as many as each customer may have, and those of one are nothing to another', async () => {
      const couponId = await till.addCoupon({ customerLimit: 2 })
      const [one, other] = [aCustomer(), aCustomer()]
      const outcomes = []
      for (let times = 0; times < 3; times += 1) outcomes.push(await till.record(anOrder(), one, couponId))
      assert.deepEqual(outcomes, ['recorded', 'recorded', 'usedByYou'])
      assert.equal(await till.record(anOrder(), other, couponId), 'recorded')
      assert.deepEqual(await till.usesOf(couponId), { uses: 3, rows: 3 })
    })

    test('that were before a customer limit count towards it', async () => {
      const couponId = await till.addCoupon()
      const customer = aCustomer()
      for (let times = 0; times < 2; times += 1) await till.record(anOrder(), customer, couponId)
      await database.raw('update coupons set customer_limit = 3 where id = $1', [couponId])
      assert.equal(await till.record(anOrder(), customer, couponId), 'recorded')
      assert.equal(await till.record(anOrder(), customer, couponId), 'usedByYou')
    })

    test('of a coupon for first orders are those of orders that nobody had one before', async () => {
      const [first, second] = [
        await till.addCoupon({ isForFirstOrder: true }),
        await till.addCoupon({ isForFirstOrder: true }),
      ]
      const [newcomer, regular] = [aCustomer(), aCustomer()]
      assert.equal(await till.record(anOrder(), newcomer, first), 'recorded')
      assert.equal(await till.record(anOrder(), newcomer, first), 'notFirstOrder')
      assert.equal(await till.record(anOrder(), newcomer, second), 'notFirstOrder')
      const plain = anOrder()
      assert.equal(await till.record(plain, regular), 'recorded')
      assert.equal(await till.record(anOrder(), regular, first), 'notFirstOrder')
      await till.forget(plain)
      assert.equal(await till.record(anOrder(), regular, first), 'recorded')
    })

    test('are one for an order, however often it is recorded', async () => {
      const couponId = await till.addCoupon({ totalLimit: 1, customerLimit: 1, isForFirstOrder: true })
      const [orderId, customer] = [anOrder(), aCustomer()]
      for (let times = 0; times < 3; times += 1)
        assert.equal(await till.record(orderId, customer, couponId), 'recorded')
      assert.deepEqual(await till.usesOf(couponId), { uses: 1, rows: 1 })
      const plain = anOrder()
      for (let times = 0; times < 2; times += 1) assert.equal(await till.record(plain, customer), 'recorded')
    })

    test('are given back once when an order comes to nothing, and may be taken again, by the same order too', async () => {
      const couponId = await till.addCoupon({ totalLimit: 1, customerLimit: 1 })
      const [orderId, customer] = [anOrder(), aCustomer()]
      assert.equal(await till.record(orderId, customer, couponId), 'recorded')
      for (let times = 0; times < 3; times += 1) await till.forget(orderId)
      assert.deepEqual(await till.usesOf(couponId), { uses: 0, rows: 0 })
      assert.equal(await till.record(orderId, customer, couponId), 'recorded')
      await till.forget(orderId)
      assert.equal(await till.record(anOrder(), aCustomer(), couponId), 'recorded')
      assert.equal(await till.record(orderId, customer, couponId), 'usedUp', 'another was first')
      await till.forget(anOrder())
      assert.deepEqual(await till.usesOf(couponId), { uses: 1, rows: 1 })
    })

    test('that were refused have counted nothing, in a transaction that goes on', async () => {
      const usedUp = await till.addCoupon({ totalLimit: 1 })
      const mine = await till.addCoupon({ customerLimit: 1 })
      const first = await till.addCoupon({ isForFirstOrder: true })
      const customer = aCustomer()
      await till.record(anOrder(), customer, usedUp)
      await till.record(anOrder(), customer, mine)
      const refused = anOrder()
      const outcomes = await till.within(async (tx) => {
        const all = []
        for (const couponId of [usedUp, mine, first, newId('cpn')]) {
          const coupon = { couponId, discountPaise: 1 }
          all.push(await till.pricing.recordOrder(tx, { orderId: refused, userId: customer, coupon }))
        }
        return all
      })
      assert.deepEqual(outcomes, ['usedUp', 'usedByYou', 'notFirstOrder', 'unknown'])
      const { rows } = await database.raw(
        `select (select count(*) from counted_orders where order_id = $1) as orders,
          (select count(*) from coupon_uses where order_id = $1) as uses`,
        [refused],
      )
      assert.deepEqual(rows, [{ orders: 0, uses: 0 }])
      assert.deepEqual(await till.usesOf(first), { uses: 0, rows: 0 })
    })

    test('of an order that is taken up again count, though the coupon was switched off or ended meanwhile', async () => {
      const couponId = await till.addCoupon({ endsAt: '2026-01-15T12:00:01Z' })
      await database.raw('update coupons set is_active = false where id = $1', [couponId])
      assert.equal(await till.record(anOrder(), aCustomer(), couponId), 'recorded')
    })

    test('are kept within their limits by the database itself', async () => {
      const couponId = await till.addCoupon({ totalLimit: 1, customerLimit: 1, isForFirstOrder: true })
      const [orderId, customer] = [anOrder(), aCustomer()]
      await till.record(orderId, customer, couponId)
      const other = anOrder()
      await till.record(other, customer)
      const refuses = (statement: string, constraint: string, values: unknown[] = []) =>
        assert.rejects(database.raw(statement, values), { name: 'StatementError', constraint })
      await refuses(`update coupons set uses = uses + 1 where id = $1`, 'coupons_uses_within_limit', [couponId])
      await refuses(`update coupons set uses = -1 where id = $1`, 'coupons_uses_check', [couponId])
      const use = `insert into coupon_uses (order_id, coupon_id, user_id, nth_use, is_first_order, discount_paise, used_at)
        values ($1, $2, $3, $4, $5, 1, now())`
      await refuses(use, 'coupon_uses_are_within_limit', [other, couponId, customer, 1, false])
      await refuses(use, 'coupon_uses_first_order', [other, couponId, customer, 2, true])
      await refuses(use, 'coupon_uses_order_fkey', [anOrder(), couponId, aCustomer(), 1, false])
    })
  })
}
