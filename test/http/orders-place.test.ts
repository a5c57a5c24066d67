import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { minutes } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { type Customer, type StartedOrders, startOrders, type TestShop } from '../support/started-orders.ts'

for (const kind of databaseKinds) {
  describe(`ordering on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedOrders
    let shop: TestShop
    before(async () => {
      database = await aDatabase(kind)
      service = await startOrders(database)
      shop = await service.aShop()
    })
    after(async () => {
      await service.end()
      await database.end()
    })

    const rowsOf = async ({ userId }: Customer) => {
      const { rows } = await database.raw(
        `select (select count(*) from orders where user_id = $1) as orders,
          (select count(*) from payments where user_id = $1) as payments,
          (select count(*) from counted_orders where user_id = $1) as counted,
          (select jsonb_array_length(jsonb_path_query_array(lines, '$.*')) from carts where user_id = $1) as lines`,
        [userId],
      )
      return rows[0] as { orders: number; payments: number; counted: number; lines: number }
    }
    const reserved = async (at: TestShop) => (await service.stockOf(at)).reserved

    test('places a cash order at once: priced, its stock held for good, the cart empty, a code for the door', async () => {
      const own = await service.aShop()
      const customer = await service.customer(own)
      await service.fill(customer, { instructions: 'Ring twice', tipPaise: 1000 })
      const { status, body, headers } = await service.place(customer)
      assert.equal(status, 201)
      assert.equal(headers['idempotency-replayed'], undefined)
      const { order, payment } = body
      assert.match(order.id, /^ord_/)
      assert.equal(order.status, 'placed')
      assert.equal(order.totalPaise, order.bill.toPayPaise)
      assert.deepEqual(
        order.lines.map((line: { variantId: string; quantity: number; pricePaise: number }) => [
          line.variantId,
          line.quantity,
          line.pricePaise,
        ]),
        [
          [own.variantIds[0], 4, 2500],
          [own.variantIds[1], 1, 5000],
        ],
      )
      assert.equal(order.promisedAt, new Date(service.clock.now() + 5 * 60_000).toISOString())
      assert.deepEqual([payment.method, payment.status, payment.amountPaise], ['cash', 'due', order.totalPaise])
      assert.equal(payment.client, null)
      assert.deepEqual(await reserved(own), [4, 1])
      assert.deepEqual(await rowsOf(customer), { orders: 1, payments: 1, counted: 1, lines: 0 })

      const seen = (await service.see(customer, `orders/${order.id}`)).body.order
      assert.match(seen.deliveryCode, /^\d{4}$/)
      assert.deepEqual(
        [seen.address.lines, seen.address.instructions, seen.needsDeliveryCode],
        [['12 Main Road', 'Indiranagar'], 'Ring twice', true],
      )
      assert.deepEqual(
        seen.events.map(({ type, actor }: { type: string; actor: string }) => [type, actor]),
        [['placed', 'customer']],
      )
      assert.doesNotMatch(JSON.stringify(body), new RegExp(`"${seen.deliveryCode}"|Main Road`), 'told to nobody else')
      assert.doesNotMatch(service.logged(), /12 Main Road/)
    })

    test('holds the stock of an online order for ten minutes, and says what its provider needs', async () => {
      const own = await service.aShop()
      const customer = await service.customer(own)
      const { order, payment } = await service.order(customer, { method: 'test' })
      assert.equal(order.status, 'pending_payment')
      assert.equal(order.payUntil, new Date(service.clock.now() + 600_000).toISOString())
      assert.equal(payment.status, 'pending')
      assert.match(payment.client.simulation, /^\/api\/payments\/pay_/)
      assert.deepEqual(await reserved(own), [4, 1])
      const { rows } = await database.raw('select status, expires_at from reservations where reference = $1', [
        order.id,
      ])
      assert.deepEqual(rows, [{ status: 'held', expires_at: new Date(order.payUntil) }])
      assert.equal((await service.see(customer, `orders/${order.id}`)).body.order.deliveryCode, null)
    })

    test('answers the same again under the same key, with what the provider needs, and refuses another request under it', async () => {
      const customer = await service.customer(shop)
      await service.fill(customer)
      const total = await service.totalOf(customer)
      const first = await service.place(customer, { method: 'test', key: 'k-1', total })
      const again = await service.place(customer, { method: 'test', key: 'k-1', total })
      assert.deepEqual([again.status, again.headers['idempotency-replayed']], [201, 'true'])
      assert.deepEqual(again.body, first.body)
      const other = await service.place(customer, { method: 'cash', key: 'k-1', total })
      assert.deepEqual([other.status, other.body.code], [422, 'idempotency.key_reused'])
      assert.equal((await rowsOf(customer)).orders, 1)
    })

    test('answers a repeated key with the order and its payment as both are now', async () => {
      const repeat = async (customer: Customer, method: string, key: string, total: number) => {
        const { status, headers, body } = await service.place(customer, { method, key, total })
        assert.deepEqual([status, headers['idempotency-replayed']], [201, 'true'])
        return [body.order.status, body.payment.method, body.payment.status, body.payment.client]
      }
      const online = await service.customer(shop)
      await service.fill(online)
      const total = await service.totalOf(online)
      const { order, payment } = (await service.place(online, { method: 'test', key: 'k-2', total })).body
      await service.money(payment.id)
      assert.deepEqual(await repeat(online, 'test', 'k-2', total), ['placed', 'test', 'captured', null])
      assert.equal((await service.ask(online, `${order.id}/cancellation`, { reason: 'Changed my mind' })).status, 200)
      assert.equal((await repeat(online, 'test', 'k-2', total))[0], 'cancelled')

      const cash = await service.customer(shop)
      await service.fill(cash)
      const { body } = await service.place(cash, { key: 'k-3', total })
      assert.deepEqual(await repeat(cash, 'cash', 'k-3', total), ['placed', 'cash', 'due', null])
      assert.equal((await service.ask(cash, `${body.order.id}/cancellation`, { reason: 'Never mind' })).status, 200)
      assert.deepEqual(await repeat(cash, 'cash', 'k-3', total), ['cancelled', 'cash', 'closed', null])

      const late = await service.customer(shop)
      await service.fill(late)
      await service.place(late, { method: 'test', key: 'k-4', total })
      service.clock.pass(minutes(11))
      await service.tick('orders/expire')
      assert.deepEqual(await repeat(late, 'test', 'k-4', total), ['expired', 'test', 'closed', null])
    })

    test('names no tax where the seller is not registered for GST, in the cart and in the order, and costs the same', async () => {
      const unregistered = await startOrders(database, { isTaxed: false })
      try {
        const bills: { toPayPaise: number; tax: object; items: { gstBasisPoints: number; cgstPaise: number }[] }[] = []
        for (const seller of [service, unregistered]) {
          const own = await seller.aShop()
          const customer = await seller.customer(own)
          await seller.fill(customer, { tipPaise: 1000 })
          const { bill: shown } = (await seller.see(customer, 'cart')).body.cart
          const { order } = (await seller.place(customer)).body
          assert.deepEqual(order.bill, shown)
          assert.deepEqual((await seller.see(customer, `orders/${order.id}`)).body.order.bill, shown)
          assert.ok(
            order.lines.every((line: { gstBasisPoints: number }) => line.gstBasisPoints > 0 === (seller === service)),
          )
          bills.push(shown)
        }
        const [taxed, plain] = bills
        assert.equal(plain?.toPayPaise, taxed?.toPayPaise)
        assert.deepEqual(plain?.tax, { goods: [], fees: null, cgstPaise: 0, sgstPaise: 0 })
        assert.ok(plain?.items.every(({ gstBasisPoints, cgstPaise }) => gstBasisPoints === 0 && cgstPaise === 0))
        assert.notDeepEqual(taxed?.tax, plain?.tax)
      } finally {
        await unregistered.end()
      }
    })

    test('needs a key', async () => {
      const { token } = await service.customer(shop)
      const body = { expectedTotalPaise: 1, paymentMethod: 'cash' }
      const missing = await service.call('POST', '/api/orders', { token, body })
      assert.deepEqual([missing.status, missing.body.code], [400, 'idempotency.key_required'])
      const headers = { 'idempotency-key': 'ü' }
      assert.equal(
        (await service.call('POST', '/api/orders', { token, body, headers })).body.code,
        'idempotency.key_invalid',
      )
      assert.equal((await service.call('POST', '/api/orders', { body })).status, 401)
      for (const bad of [
        {},
        { ...body, expectedTotalPaise: -1 },
        { ...body, expectedTotalPaise: 1.5 },
        { ...body, more: 1 },
      ])
        assert.equal((await service.call('POST', '/api/orders', { token, body: bad })).body.code, 'request.malformed')
    })

    describe('leaves nothing behind when', () => {
      const refused = async (customer: Customer, code: string, options: Parameters<StartedOrders['place']>[1] = {}) => {
        const before = await rowsOf(customer)
        const { status, body } = await service.place(customer, { total: 17_000, ...options })
        assert.equal(body.code, code, JSON.stringify(body))
        assert.deepEqual(await rowsOf(customer), before)
        return { status, body }
      }

      test('the cart is empty or was never there', async () => {
        const customer = await service.customer(shop)
        assert.equal((await refused(customer, 'order.cart_empty')).status, 409)
        await service.fill(customer, { lines: [] })
        await refused(customer, 'order.cart_empty')
      })

      test('there is no address, or it is not on the map', async () => {
        const customer = await service.customer(shop)
        await service.fill(customer)
        await database.raw('update addresses set latitude = null, longitude = null where id = $1', [customer.addressId])
        await refused(customer, 'order.address_missing')
        await database.raw('update carts set address_id = null where user_id = $1', [customer.userId])
        await refused(customer, 'order.address_missing')
      })

      test('the store does not deliver there, or is paused', async () => {
        const customer = await service.customer(shop)
        await service.fill(customer)
        await database.raw('update addresses set latitude = 28.6 where id = $1', [customer.addressId])
        const { body } = await refused(customer, 'order.not_serviceable')
        assert.equal(body.outcome, 'not_covered')

        const paused = await service.aShop({ fields: { status: 'paused', pauseReason: 'rain' } })
        const other = await service.customer(paused)
        await service.fill(other)
        const answer = await refused(other, 'order.not_serviceable')
        assert.deepEqual([answer.body.outcome, answer.body.reason], ['paused', 'rain'])
      })

      test('the goods cost less than the store delivers from', async () => {
        const customer = await service.customer(shop)
        await service.fill(customer, { lines: [[0, 3]] })
        const { body } = await refused(customer, 'order.below_minimum', { total: await service.totalOf(customer) })
        assert.equal(body.minimumOrderPaise, 9900)
      })

      test('the total is another than the customer saw: with the new bill', async () => {
        const customer = await service.customer(shop)
        await service.fill(customer)
        const total = await service.totalOf(customer)
        const { body } = await refused(customer, 'order.total_changed', { total: total - 1 })
        assert.equal(body.bill.toPayPaise, total)
      })

      test('a line is not sold any more, is more than one may order, or is out of stock', async () => {
        const own = await service.aShop({ quantity: 3 })
        const customer = await service.customer(own)
        const [first, second] = own.variantIds
        await service.fill(customer, {
          lines: [
            [0, 4],
            [1, 1],
          ],
        })
        const short = await refused(customer, 'order.lines_unavailable', { total: await service.totalOf(customer) })
        assert.deepEqual(short.body.lines, [{ variantId: first, wanted: 4, available: 3 }])
        assert.deepEqual(await reserved(own), [0, 0])
        await database.raw('update variants set max_per_order = 2 where id = $1', [first])
        await database.raw('update listings set is_listed = false where variant_id = $1', [second])
        const gone = await refused(customer, 'order.lines_unavailable')
        assert.deepEqual(gone.body.lines, [
          { variantId: first, wanted: 4, available: 2 },
          { variantId: second, wanted: 1, available: 0 },
        ])
      })

      test('there is too little for one, and that is no reason to refuse another who wants less', async () => {
        const own = await service.aShop({ count: 1, quantity: 14 })
        const wanting = async (quantity: number) => {
          const customer = await service.customer(own)
          await service.fill(customer, { lines: [[0, quantity]] })
          return customer
        }
        assert.equal((await service.place(await wanting(8))).status, 201)
        assert.equal((await service.place(await wanting(6), { method: 'test' })).status, 201)
        service.clock.pass(minutes(11)) // the hold has ended, and nobody has given it back
        const { body } = await service.place(await wanting(8))
        assert.deepEqual([body.code, body.lines?.[0]?.available], ['order.lines_unavailable', 6])
        assert.equal((await service.place(await wanting(5))).status, 201)
      })

      test('the coupon is refused, unless the customer expects a total without it', async () => {
        const customer = await service.customer(shop)
        const couponCode = await service.addCoupon({ minimumItemsPaise: 1_000_000 })
        await service.fill(customer, { couponCode })
        const total = await service.totalOf(customer)
        const { body } = await refused(customer, 'order.coupon_refused', { total: total - 1000 })
        assert.deepEqual([body.reason, body.bill.toPayPaise], ['belowMinimum', total])
        assert.equal((await service.place(customer, { total })).status, 201)
      })

      test('it cannot be paid so', async () => {
        const customer = await service.customer(shop)
        await service.fill(customer)
        const total = await service.totalOf(customer)
        assert.equal(
          (await refused(customer, 'order.payment_method_unavailable', { method: 'gold', total })).status,
          422,
        )
      })

      test('it is too much for cash', async () => {
        const own = await service.aShop({ count: 1, quantity: 300 })
        const customer = await service.customer(own)
        await database.raw('update variants set mrp_paise = 260000 where id = $1', [own.variantIds[0]])
        await database.raw('update listings set price_paise = 260000 where variant_id = $1', [own.variantIds[0]])
        await service.fill(customer, { lines: [[0, 2]] })
        const total = await service.totalOf(customer)
        const { paymentMethods, canOrder } = (await service.see(customer, 'cart')).body.cart
        assert.deepEqual(
          paymentMethods.map(({ id, mostPaise, isOpen }: Record<string, unknown>) => [id, mostPaise, isOpen]),
          [
            ['test', null, true],
            ['cash', 500_000, false],
          ],
          'the cart foretells it',
        )
        assert.equal(canOrder, true)
        const { body } = await refused(customer, 'order.payment_method_unavailable', { total })
        assert.deepEqual([body.leastPaise, body.mostPaise], [0, 500_000])
        assert.equal((await service.place(customer, { method: 'test', total })).status, 201)
      })
    })

    test('uses a coupon up with the order', async () => {
      const customer = await service.customer(shop)
      const couponCode = await service.addCoupon({ totalLimit: 1 })
      const { order } = await service.order(customer, { couponCode })
      const line = order.bill.lines.find((each: { kind: string }) => each.kind === 'coupon')
      assert.equal(line.amountPaise, -1000)
      const other = await service.customer(shop)
      await service.fill(other, { couponCode })
      const total = (await service.totalOf(other)) - 1000
      const { body } = await service.place(other, { total })
      assert.deepEqual([body.code, body.reason], ['order.coupon_refused', 'usedUp'])
    })

    test('asks for a code where it is cash, age restricted or worth much, and else for none', async () => {
      const bar = await service.aShop({ ageRestricted: true })
      const codeOf = async (customer: Customer, orderId: string) =>
        (await service.see(customer, `orders/${orderId}`)).body.order
      const cases = [
        {
          at: shop,
          lines: [
            [0, 4],
            [1, 1],
          ] as const,
          method: 'test',
          needs: false,
        },
        { at: bar, lines: [[0, 4]] as const, method: 'test', needs: true },
        { at: shop, lines: [[1, 20]] as const, method: 'test', needs: true },
      ]
      await database.raw('update variants set max_per_order = 50', [])
      for (const { at, lines, method, needs } of cases) {
        const customer = await service.customer(at)
        const { order, payment } = await service.order(customer, { lines, method })
        await service.money(payment.id)
        const seen = await codeOf(customer, order.id)
        assert.deepEqual([seen.status, seen.needsDeliveryCode, seen.deliveryCode !== null], ['placed', needs, needs])
      }
    })
  })
}
