import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eraseUser } from '../../src/modules/accounts/account-queries.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { minutes } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { until } from '../support/queues.ts'
import { type Customer, type StartedOrders, startOrders } from '../support/started-orders.ts'

for (const kind of databaseKinds) {
  describe(`the money of orders on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedOrders
    before(async () => {
      database = await aDatabase(kind)
      service = await startOrders(database)
    })
    after(async () => {
      await service.end()
      await database.end()
    })

    const seen = async (customer: Customer, id: string) => (await service.see(customer, `orders/${id}`)).body.order
    const refundsOf = async (customer: Customer, id: string) =>
      (await seen(customer, id)).refunds.map(({ amountPaise, reason }: Record<string, unknown>) => [
        amountPaise,
        reason,
      ])

    /** An order that waits for its money, in a shop of its own. */
    async function waiting({ quantity = 100, couponCode }: { quantity?: number; couponCode?: string } = {}) {
      const shop = await service.aShop({ quantity })
      const customer = await service.customer(shop)
      const { order, payment } = await service.order(customer, {
        method: 'test',
        ...(couponCode !== undefined && { couponCode }),
      })
      return {
        shop,
        customer,
        id: order.id as string,
        paymentId: payment.id as string,
        totalPaise: order.totalPaise as number,
        reserved: async () => (await service.stockOf(shop)).reserved,
        expire: async () => {
          service.clock.pass(minutes(11))
          await service.tick('orders/expire')
        },
      }
    }

    test('places an order when it is there, and keeps its stock for good', async () => {
      const { customer, id, paymentId, shop } = await waiting()
      service.clock.pass(minutes(4))
      await service.money(paymentId)
      const order = await seen(customer, id)
      assert.equal(order.status, 'placed')
      assert.equal(order.placedAt, new Date(service.clock.now()).toISOString())
      const promised = Date.parse(order.promisedAt) - service.clock.now()
      assert.equal(promised, minutes(5), 'as many minutes as were promised, from now on')
      assert.deepEqual([order.payments[0].status, order.refunds], ['captured', []])
      service.clock.pass(minutes(60))
      await service.tick('orders/expire')
      await service.tick('inventory/expire-reservations')
      assert.deepEqual((await service.stockOf(shop)).reserved, [4, 1])
      assert.equal((await seen(customer, id)).status, 'placed')
    })

    test('counts once, however often it is told', async () => {
      const { customer, id, paymentId, totalPaise } = await waiting()
      for (let time = 0; time < 3; time += 1) await service.money(paymentId, { reference: `mny_${id}` })
      const { payments, refunds, events } = await seen(customer, id)
      assert.deepEqual([payments[0].receivedPaise, refunds], [totalPaise, []])
      assert.equal(events.filter(({ type }: { type: string }) => type === 'placed').length, 1)
    })

    test('can be tried again after a failure, in another way too, while the stock is held', async () => {
      const { customer, id, paymentId } = await waiting()
      await service.money(paymentId, { state: 'failed' })
      assert.equal((await seen(customer, id)).status, 'payment_failed')
      const again = await service.ask(customer, `${id}/payments`, {})
      assert.deepEqual([again.status, again.body.payment.id], [200, paymentId])
      assert.match(again.body.payment.client.simulation, /simulation/)
      assert.equal((await seen(customer, id)).status, 'pending_payment')
      const same = await service.ask(customer, `${id}/payments`, { paymentMethod: 'test' })
      assert.equal(same.body.payment.id, paymentId, 'asked again, it is the same payment')
      assert.deepEqual([again.body.payment.status, same.body.payment.status], ['pending', 'pending'])
      for (const paymentMethod of ['cash', 'gold']) {
        const { status, body } = await service.ask(customer, `${id}/payments`, { paymentMethod })
        assert.deepEqual([status, body.code], [422, 'order.payment_method_unavailable'])
        assert.ok(!('leastPaise' in body), 'no amount makes these ways possible')
      }
      await service.money(paymentId, { state: 'failed' })
      await service.money(paymentId)
      const paid = await seen(customer, id)
      assert.equal(paid.status, 'placed', 'money that comes after a failure counts')
      const over = await service.ask(customer, `${id}/payments`, {})
      assert.deepEqual([over.status, over.body.code, over.body.status], [409, 'order.not_in_state', 'placed'])
    })

    test('cannot be paid in a way that takes other amounts, and what it takes is said', async () => {
      const { customer, id } = await waiting()
      await database.raw('update orders set total_paise = 50 where id = $1', [id])
      const { status, body } = await service.ask(customer, `${id}/payments`, { paymentMethod: 'test' })
      assert.deepEqual([status, body.code], [422, 'order.payment_method_unavailable'])
      assert.deepEqual([body.leastPaise, body.mostPaise], [100, null])
    })

    test('of a failed try that is no longer the latest changes nothing', async () => {
      const { customer, id, paymentId } = await waiting()
      await database.raw(`update orders set payment_id = 'pay_later' where id = $1`, [id])
      await service.money(paymentId, { state: 'failed' })
      assert.equal((await seen(customer, id)).status, 'pending_payment')
      await service.money(paymentId)
      assert.equal((await seen(customer, id)).status, 'placed')
      await service.money(paymentId, { state: 'failed' })
      assert.equal((await seen(customer, id)).status, 'placed')
    })

    test('that does not come ends the order: stock and coupon are free, the cart is full again', async () => {
      const couponCode = await service.addCoupon({ totalLimit: 1 })
      const { customer, id, expire, reserved, shop } = await waiting({ couponCode })
      await expire()
      const order = await seen(customer, id)
      assert.deepEqual([order.status, order.payments[0].status], ['expired', 'closed'])
      assert.deepEqual(await reserved(), [0, 0])
      const { cart } = (await service.see(customer, 'cart')).body
      assert.deepEqual(
        cart.lines.map(({ variantId, quantity }: Record<string, unknown>) => [variantId, quantity]),
        [
          [shop.variantIds[0], 4],
          [shop.variantIds[1], 1],
        ],
      )
      await service.fill(customer, { couponCode })
      assert.equal((await service.place(customer)).status, 201, 'the coupon counts again')
      const late = await service.ask(customer, `${id}/payments`, {})
      assert.equal(late.body.code, 'order.not_in_state')
    })

    test('is not waited for any more when its time is over, before the job comes too', async () => {
      const { customer, id } = await waiting()
      service.clock.pass(minutes(10))
      const { body } = await service.ask(customer, `${id}/payments`, {})
      assert.equal(body.code, 'order.pay_time_over')
    })

    test('leaves what is in the cart by then as it is', async () => {
      const { customer, expire } = await waiting()
      await service.fill(customer, { lines: [[1, 2]] })
      await expire()
      const { cart } = (await service.see(customer, 'cart')).body
      assert.deepEqual(
        cart.lines.map(({ quantity }: Record<string, unknown>) => quantity),
        [2],
      )
    })

    test('that does not come ends every order but those that cannot be ended, and those are told of', async () => {
      const stuck = await waiting()
      const other = await waiting()
      const constraint = 'orders_not_this_one'
      await database.raw(
        `alter table orders add constraint ${constraint} check (id <> '${stuck.id}' or status <> 'expired')`,
        [],
      )
      try {
        await assert.rejects(other.expire(), /1 of \d+ orders/)
        assert.equal((await seen(stuck.customer, stuck.id)).status, 'pending_payment')
        assert.equal((await seen(other.customer, other.id)).status, 'expired')
      } finally {
        await database.raw(`alter table orders drop constraint ${constraint}`, [])
      }
      await other.expire()
      assert.equal((await seen(stuck.customer, stuck.id)).status, 'expired')
    })

    test('that does not come from somebody who has left fills no cart', async () => {
      const { customer, id, expire, reserved } = await waiting()
      const { userId } = customer
      await inTransaction(database.db, (tx) => eraseUser(tx, userId, new Date()))
      await service.reactions.get('account.deleted/forget-cart')?.({ userId, letter: '' })
      await expire()
      const { rows } = await database.raw(
        'select (select count(*) from carts where user_id = $1) as carts, status from orders where id = $2',
        [userId, id],
      )
      assert.deepEqual([rows, await reserved()], [[{ carts: 0, status: 'expired' }], [0, 0]])
    })

    describe('that comes late', () => {
      test('brings an order back that had expired, with all its lines and its coupon', async () => {
        const couponCode = await service.addCoupon({ totalLimit: 1 })
        const { customer, id, expire, paymentId, reserved, totalPaise } = await waiting({ couponCode })
        await expire()
        await service.money(paymentId)
        const order = await seen(customer, id)
        assert.deepEqual([order.status, order.refunds], ['placed', []])
        assert.deepEqual(await reserved(), [4, 1])
        assert.equal(order.payments[0].receivedPaise, totalPaise)
        const other = await service.customer(customer.shop)
        await service.fill(other, { couponCode })
        const { body } = await service.place(other, { total: 1 })
        assert.equal(body.reason, 'usedUp')
      })

      test('takes the lines of an order that it brings back out of the cart, and nothing else', async () => {
        const [same, changed, cancelled] = [await waiting(), await waiting(), await waiting()]
        await cancelled.expire()
        for (const { paymentId } of [same, changed, cancelled]) await service.money(paymentId)
        await database.raw(`update carts set lines = jsonb_set(lines, array[$2, 'quantity'], '2') where user_id = $1`, [
          changed.customer.userId,
          changed.shop.variantIds[0],
        ])
        assert.equal((await service.ask(cancelled.customer, `${cancelled.id}/cancellation`, {})).status, 200)
        await service.work()
        const inCart = async ({ customer }: { customer: Customer }) =>
          (await service.see(customer, 'cart')).body.cart.lines.map((line: { quantity: number }) => line.quantity)
        assert.deepEqual([await inCart(same), await inCart(changed), await inCart(cancelled)], [[], [2, 1], [4, 1]])
      })

      test('goes back when it is too late', async () => {
        const { customer, id, expire, paymentId, totalPaise, reserved } = await waiting()
        await expire()
        service.clock.pass(minutes(30))
        await service.money(paymentId)
        assert.equal((await seen(customer, id)).status, 'expired')
        assert.deepEqual(await refundsOf(customer, id), [[totalPaise, 'late']])
        assert.deepEqual(await reserved(), [0, 0])
      })

      test('goes back when a line, the store or the coupon is gone', async () => {
        const sold = await waiting({ quantity: 5 })
        await sold.expire()
        await service.order(await service.customer(sold.shop))
        await service.money(sold.paymentId)
        assert.deepEqual(await refundsOf(sold.customer, sold.id), [[sold.totalPaise, 'short']])
        assert.deepEqual(await sold.reserved(), [4, 1])

        const unlisted = await waiting()
        await unlisted.expire()
        await database.raw('update listings set is_listed = false where variant_id = $1', [unlisted.shop.variantIds[1]])
        await service.money(unlisted.paymentId)
        assert.deepEqual(await refundsOf(unlisted.customer, unlisted.id), [[unlisted.totalPaise, 'short']])
        assert.deepEqual(await unlisted.reserved(), [0, 0])

        const closed = await waiting()
        await closed.expire()
        const { token } = await service.admin()
        const body = { status: 'paused', pauseReason: 'rain' }
        const headers = { 'if-match': '"1"' }
        const paused = await service.call('PATCH', `/api/stores/${closed.shop.id}`, { token, body, headers })
        assert.equal(paused.status, 200)
        const served = async () => (await service.see(closed.customer, 'cart')).body.cart.serviceability.outcome
        await until(async () => (await served()) === 'paused')
        await service.money(closed.paymentId)
        assert.deepEqual(await refundsOf(closed.customer, closed.id), [[closed.totalPaise, 'short']])

        const couponCode = await service.addCoupon({ totalLimit: 1 })
        const used = await waiting({ couponCode })
        await used.expire()
        await service.order(await service.customer(used.shop), { couponCode })
        await service.money(used.paymentId)
        assert.deepEqual(await refundsOf(used.customer, used.id), [[used.totalPaise, 'short']])
        assert.deepEqual(await used.reserved(), [4, 1])
      })

      test('takes the stock anew when the hold ended before the order did, or ends the order with a refund', async () => {
        const free = await waiting()
        service.clock.pass(minutes(11))
        await service.tick('inventory/expire-reservations')
        await service.money(free.paymentId)
        assert.equal((await seen(free.customer, free.id)).status, 'placed')
        assert.deepEqual(await free.reserved(), [4, 1])

        const couponCode = await service.addCoupon({ totalLimit: 1 })
        const sold = await waiting({ quantity: 5, couponCode })
        service.clock.pass(minutes(11))
        await service.tick('inventory/expire-reservations')
        await service.order(await service.customer(sold.shop))
        await service.money(sold.paymentId)
        const order = await seen(sold.customer, sold.id)
        assert.deepEqual([order.status, order.payments[0].refundedPaise], ['expired', sold.totalPaise])
        assert.deepEqual(await sold.reserved(), [4, 1])
        const other = await service.customer((await waiting()).shop)
        assert.equal((await service.order(other, { couponCode })).order.status, 'placed', 'the coupon counts again')
      })

      test('goes back when the order was cancelled, and never brings it back', async () => {
        const { customer, id, paymentId, totalPaise, reserved } = await waiting()
        assert.equal((await service.ask(customer, `${id}/cancellation`, {})).status, 200)
        await service.money(paymentId)
        await service.work()
        assert.equal((await seen(customer, id)).status, 'cancelled')
        assert.deepEqual(await refundsOf(customer, id), [[totalPaise, 'cancelled']])
        assert.deepEqual(await reserved(), [0, 0])
        const { events } = await seen(customer, id)
        assert.equal(events.at(-1).type, 'refunded')
      })
    })

    test('that comes twice goes back once, each time', async () => {
      const { customer, id, paymentId, totalPaise } = await waiting()
      await service.money(paymentId)
      await service.money(paymentId)
      await service.money(paymentId)
      const order = await seen(customer, id)
      assert.deepEqual(
        [order.status, order.payments[0].receivedPaise, order.payments[0].refundedPaise],
        ['placed', 3 * totalPaise, 2 * totalPaise],
      )
      assert.deepEqual(await refundsOf(customer, id), [
        [totalPaise, 'twice'],
        [totalPaise, 'twice'],
      ])
    })

    test('that is not what was asked for places nothing, and goes back whole', async () => {
      for (const wrong of [{ amountPaise: 100 }, { amountPaise: 1_000_000 }, { currency: 'USD' }]) {
        const { customer, id, paymentId, totalPaise } = await waiting()
        await service.money(paymentId, wrong)
        assert.equal((await seen(customer, id)).status, 'pending_payment')
        assert.deepEqual(await refundsOf(customer, id), [[wrong.amountPaise ?? totalPaise, 'inexact']])
        await service.money(paymentId)
        assert.equal((await seen(customer, id)).status, 'placed')
        assert.equal((await refundsOf(customer, id)).length, 1)
      }
    })

    test('given back by hand is told as that, once somebody has done so', async () => {
      const customer = await service.customer(await service.aShop())
      const { order } = await service.order(customer)
      const { id: orderId, totalPaise: amountPaise } = order
      await inTransaction(database.db, async (tx) => {
        assert.ok(await service.payments.collectCash(tx, { orderId, amountPaise, riderId: customer.userId }))
        await service.payments.refund(tx, { orderId, amountPaise: 500, reason: 'Spoilt', reference: 'spoilt' })
      })
      const [{ id: refundId }] = (await seen(customer, orderId)).refunds
      const { token } = await service.admin()
      const body = { note: 'In cash' }
      const settled = await service.call('POST', `/api/refunds/${refundId}/settlement`, { token, body })
      assert.equal(settled.status, 200)
      const events: { type: string; details: object }[] = (await seen(customer, orderId)).events
      const about = { refundId, amountPaise: 500, reason: 'Spoilt' }
      assert.deepEqual(
        events.filter(({ type }) => type === 'refunded').map(({ details }) => details),
        [
          { ...about, status: 'manual' },
          { ...about, status: 'processed', byHand: true },
        ],
      )
    })

    test('of an order that is cancelled after it was paid goes back in full, by itself', async () => {
      const { customer, id, paymentId, totalPaise, reserved } = await waiting()
      await service.money(paymentId)
      const { body } = await service.ask(customer, `${id}/cancellation`, { reason: 'Changed my mind' })
      assert.deepEqual([body.order.status, body.order.cancelReason], ['cancelled', 'Changed my mind'])
      assert.deepEqual((await service.ask(customer, `${id}/cancellation`, {})).body, body)
      await service.work()
      const order = await seen(customer, id)
      assert.deepEqual([order.payments[0].refundedPaise, order.refunds[0].status], [totalPaise, 'processed'])
      assert.deepEqual(await reserved(), [0, 0])
      assert.deepEqual(
        order.events.map(({ type, actor }: Record<string, string>) => `${type} ${actor}`),
        ['pending_payment customer', 'placed provider', 'cancelled customer', 'refunded provider'],
      )
    })
  })
}
