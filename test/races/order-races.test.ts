import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { minutes } from '../support/clock.ts'
import { aDatabase, postgresMissing, type TestDatabase } from '../support/databases.ts'
import { inParallel, statuses } from '../support/service.ts'
import { type Customer, type StartedOrders, startOrders } from '../support/started-orders.ts'

describe('orders that many meet at, on PostgreSQL', { skip: postgresMissing }, () => {
  let database: TestDatabase
  let service: StartedOrders
  before(async () => {
    database = await aDatabase({ name: 'PostgreSQL' })
    service = await startOrders(database)
  })
  after(async () => {
    await service.end()
    await database.end()
  })

  const count = async (sql: string, values: unknown[]) =>
    ((await database.raw(`select count(*) as count from ${sql}`, values)).rows[0] as { count: number }).count
  const seen = async (customer: Customer, id: string) => (await service.see(customer, `orders/${id}`)).body.order
  const stepsOf = async (id: string) => {
    const { rows } = await database.raw(
      `select type from order_events where order_id = $1 and type <> 'refunded' order by id`,
      [id],
    )
    return (rows as { type: string }[]).map(({ type }) => type)
  }
  /** Nothing reserved that no open order has, and no money that neither an order nor a refund accounts for. */
  async function assertAccountedFor(): Promise<void> {
    assert.deepEqual(await service.inventory.verifyStock(), [])
    const { rows } = await database.raw(
      `select o.id, o.status, sum(received_paise) as received, sum(refunded_paise) as refunded, o.total_paise as total
       from orders o join payments p on p.order_id = o.id group by o.id
       having sum(received_paise) - sum(refunded_paise) <> case
         when o.status in ('pending_payment', 'payment_failed', 'expired', 'cancelled', 'returned_to_store') then 0
         when o.payment_method = 'cash' and o.status <> 'delivered' then 0 else o.total_paise end`,
      [],
    )
    assert.deepEqual(rows, [])
  }

  async function waiting(quantity = 100) {
    const shop = await service.aShop({ quantity })
    const customer = await service.customer(shop)
    const { order, payment } = await service.order(customer, { method: 'test' })
    return { shop, customer, id: order.id as string, paymentId: payment.id as string, totalPaise: order.totalPaise }
  }

  test('one key that comes twenty times at once makes one order, and everybody who is answered gets that', async () => {
    const shop = await service.aShop()
    const customer = await service.customer(shop)
    await service.fill(customer)
    const total = await service.totalOf(customer)
    const answers = await inParallel(20, () => service.place(customer, { method: 'test', key: 'one', total }))
    const placed = answers.filter(({ status }) => status === 201)
    assert.ok(placed.length >= 1)
    assert.equal(new Set(placed.map(({ body }) => body.order.id)).size, 1)
    for (const { status, body } of answers)
      if (status !== 201) assert.deepEqual([status, body.code], [409, 'idempotency.in_progress'])
    assert.equal(await count('orders where user_id = $1', [customer.userId]), 1)
    assert.equal(await count('payments where user_id = $1', [customer.userId]), 1)
    const again = await service.place(customer, { method: 'test', key: 'one', total })
    assert.equal(again.body.order.id, placed[0]?.body.order.id)
    assert.deepEqual((await service.stockOf(shop)).reserved, [4, 1])
  })

  test('one cart that is ordered under many keys at once is one order', async () => {
    const shop = await service.aShop()
    const customer = await service.customer(shop)
    await service.fill(customer)
    const total = await service.totalOf(customer)
    const answers = await inParallel(8, () => service.place(customer, { total }))
    assert.deepEqual(statuses(answers), { 201: 1, 409: 7 })
    for (const { status, body } of answers) if (status === 409) assert.equal(body.code, 'order.cart_empty')
    assert.deepEqual((await service.stockOf(shop)).reserved, [4, 1])
  })

  test('the last units, wanted by twenty carts, are in as many orders as there are units', async () => {
    const shop = await service.aShop({ quantity: 12 })
    const customers: Customer[] = []
    for (let at = 0; at < 20; at += 1) customers.push(await service.customer(shop))
    for (const customer of customers) await service.fill(customer, { lines: [[0, 4]] })
    const total = await service.totalOf(customers[0] as Customer)
    const answers = await inParallel(20, (at) =>
      service.place(customers[at] as Customer, { total, method: at % 2 === 0 ? 'cash' : 'test' }),
    )
    assert.deepEqual(statuses(answers), { 201: 3, 409: 17 })
    for (const { status, body } of answers)
      if (status === 409) {
        assert.equal(body.code, 'order.lines_unavailable')
        assert.ok(body.lines[0].available < 4)
      }
    assert.deepEqual((await service.stockOf(shop)).reserved, [12, 0])
    assert.equal(await count('orders where store_id = $1', [shop.id]), 3)
    assert.equal(await count('payments where store_id = $1', [shop.id]), 3)
    await assertAccountedFor()
  })

  test('the last use of a coupon, wanted by many, is in one order', async () => {
    const shop = await service.aShop()
    const couponCode = await service.addCoupon({ totalLimit: 1 })
    const customers: Customer[] = []
    for (let at = 0; at < 10; at += 1) customers.push(await service.customer(shop))
    for (const customer of customers) await service.fill(customer, { couponCode })
    const total = await service.totalOf(customers[0] as Customer)
    const answers = await inParallel(10, (at) => service.place(customers[at] as Customer, { total }))
    assert.deepEqual(statuses(answers), { 201: 1, 409: 9 })
    for (const { status, body } of answers)
      if (status === 409)
        assert.deepEqual(
          [body.code, body.reason, body.bill?.toPayPaise],
          ['order.coupon_refused', 'usedUp', total + 1000],
        )
    assert.deepEqual((await service.stockOf(shop)).reserved, [4, 1])
    assert.equal(
      await count('counted_orders where user_id = any ($1::text[])', [customers.map((each) => each.userId)]),
      1,
    )
  })

  test('a cancellation that meets the money ends in a cancelled order without it', async () => {
    const outcomes = new Set<string>()
    for (let round = 0; round < 12; round += 1) {
      const { shop, customer, id, paymentId, totalPaise } = await waiting()
      const [cancelled] = await Promise.all([
        service.ask(customer, `${id}/cancellation`, {}),
        service.money(paymentId),
        service.money(paymentId, { reference: `same-${id}` }),
        service.money(paymentId, { reference: `same-${id}` }),
      ])
      assert.equal(cancelled.status, 200)
      const { status, payments } = await seen(customer, id)
      assert.equal(status, 'cancelled')
      assert.deepEqual(
        payments.map((each: Record<string, number>) => [each['receivedPaise'], each['refundedPaise']]),
        [[2 * totalPaise, 2 * totalPaise]],
      )
      assert.deepEqual((await service.stockOf(shop)).reserved, [0, 0])
      outcomes.add((await stepsOf(id)).join())
    }
    for (const steps of outcomes) assert.match(steps, /^pending_payment,(placed,)?cancelled$/)
    await assertAccountedFor()
  })

  test('two cancellations, by customer and store, cancel once and give back once', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { shop, customer, id, paymentId, totalPaise } = await waiting()
      const manager = await service.staff('storeManager', shop)
      await service.money(paymentId)
      const answers = await inParallel(6, (at) =>
        service.ask(at % 2 === 0 ? customer : manager, `${id}/cancellation`, {}),
      )
      const counted = statuses(answers)
      assert.deepEqual(counted, { 200: 3, 409: 3 }, 'who did it gets the same answer, the other learns of it')
      assert.deepEqual(await stepsOf(id), ['pending_payment', 'placed', 'cancelled'])
      const { payments, refunds } = await seen(customer, id)
      assert.deepEqual([payments[0].refundedPaise, refunds.length], [totalPaise, 1])
      assert.deepEqual((await service.stockOf(shop)).reserved, [0, 0])
    }
  })

  test('a picker who meets a cancellation has the order, or it is cancelled', async () => {
    const outcomes = new Set<string>()
    const shop = await service.aShop({ quantity: 1000 })
    const [one, other] = [await service.staff('picker', shop), await service.staff('picker', shop)]
    for (let round = 0; round < 12; round += 1) {
      const customer = await service.customer(shop)
      const { order } = await service.order(customer)
      const pick = () =>
        Promise.all([service.ask(one, `${order.id}/picking`), service.ask(other, `${order.id}/picking`)])
      const cancel = () => service.ask(customer, `${order.id}/cancellation`, {})
      const [picked, cancelled] =
        round % 2 === 0
          ? await Promise.all([pick(), cancel()])
          : ((await Promise.all([cancel(), pick()])).toReversed() as [
              Awaited<ReturnType<typeof pick>>,
              Awaited<ReturnType<typeof cancel>>,
            ])
      assert.equal([...picked, cancelled].filter(({ status }) => status === 200).length, 1)
      const steps = await stepsOf(order.id)
      assert.equal(steps.length, 2)
      outcomes.add(String(steps[1]))
    }
    for (const outcome of outcomes) assert.match(outcome, /^(?:picking|cancelled)$/)
    await assertAccountedFor()
  })

  test('time and money that meet leave an order with its stock, or an expired one without either', async () => {
    for (let round = 0; round < 12; round += 1) {
      const { shop, customer, id, paymentId } = await waiting(round % 3 === 0 ? 4 : 100)
      service.clock.pass(minutes(11))
      const other = await service.customer(shop)
      await service.fill(other, { lines: [[0, 4]] })
      const total = await service.totalOf(other)
      await Promise.all([
        service.tick('orders/expire'),
        service.money(paymentId),
        service.tick('orders/expire'),
        service.tick('inventory/expire-reservations'),
        service.place(other, { total }),
      ])
      await service.tick('orders/expire')
      const { status } = await seen(customer, id)
      assert.match(status, /^(?:placed|expired)$/)
      await assertAccountedFor()
    }
  })

  test('codes that are guessed in parallel are five at most, and never the sixth', async () => {
    const shop = await service.aShop()
    const [manager, rider] = [await service.staff('storeManager', shop), await service.staff('rider', shop)]
    const customer = await service.customer(shop)
    const { order } = await service.order(customer)
    for (const step of ['picking', 'packing']) await service.ask(manager, `${order.id}/${step}`, {})
    await service.ask(rider, `${order.id}/dispatch`, {})
    const { deliveryCode } = await seen(customer, order.id)
    const guesses = Array.from({ length: 25 }, (_, at) =>
      String((Number(deliveryCode) + 1 + at) % 10_000).padStart(4, '0'),
    )
    const cashCollectedPaise = order.totalPaise
    const answers = await inParallel(25, (at) =>
      service.ask(rider, `${order.id}/delivery`, { code: guesses[at], cashCollectedPaise }),
    )
    const tries = answers.filter(({ body }) => body.code === 'order.code_wrong').map(({ body }) => body.triesLeft)
    assert.deepEqual(tries.sort(), [0, 1, 2, 3, 4])
    assert.equal(answers.filter(({ body }) => body.code === 'order.code_locked').length, 20)
    const right = await service.ask(rider, `${order.id}/delivery`, { code: deliveryCode, cashCollectedPaise })
    assert.equal(right.body.code, 'order.code_locked')
  })

  test('a delivery that is told by many at once takes the cash once', async () => {
    const shop = await service.aShop()
    const [manager, rider] = [await service.staff('storeManager', shop), await service.staff('rider', shop)]
    const customer = await service.customer(shop)
    const { order } = await service.order(customer)
    for (const step of ['picking', 'packing']) await service.ask(manager, `${order.id}/${step}`, {})
    await service.ask(rider, `${order.id}/dispatch`, {})
    const { deliveryCode: code } = await seen(customer, order.id)
    const content = { code, cashCollectedPaise: order.totalPaise }
    const answers = await inParallel(6, () => service.ask(rider, `${order.id}/delivery`, content))
    assert.deepEqual(statuses(answers), { 200: 6 })
    const { payments, events } = await seen(customer, order.id)
    assert.equal(payments[0].receivedPaise, order.totalPaise)
    assert.equal(events.filter(({ type }: { type: string }) => type === 'delivered').length, 1)
    await assertAccountedFor()
  })

  test('many shoppers of the same goods, in any order, wait for each other and lock nobody out', async () => {
    const shop = await service.aShop({ count: 6, quantity: 1000 })
    const before = await count(`pg_stat_database where datname = current_database() and deadlocks > 0`, [])
    const customers: Customer[] = []
    for (let at = 0; at < 12; at += 1) customers.push(await service.customer(shop))
    await inParallel(12, async (at) => {
      const customer = customers[at] as Customer
      for (let round = 0; round < 4; round += 1) {
        const lines = [0, 1, 2, 3, 4, 5].map((each) => [(each + at + round) % 6, 1] as const)
        const { order, payment } = await service.order(customer, { lines, method: round % 2 === 0 ? 'cash' : 'test' })
        if (round === 1) await service.money(payment.id)
        if (round === 2) await service.ask(customer, `${order.id}/cancellation`, {})
      }
    })
    assert.equal(await count(`pg_stat_database where datname = current_database() and deadlocks > 0`, []), before)
    assert.equal(await count('orders where store_id = $1', [shop.id]), 48)
    await assertAccountedFor()
  })
})
