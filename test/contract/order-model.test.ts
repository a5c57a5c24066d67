import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { type Actor, hasEnded, isUnpaid, sourcesOf, transitions } from '../../src/modules/orders/order.ts'
import { readEvents } from '../../src/modules/orders/order-event-queries.ts'
import type { OrderStatus } from '../../src/modules/orders/order-status.ts'
import { minutes } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import {
  type Customer,
  type Person,
  type StartedOrders,
  startOrders,
  type TestShop,
} from '../support/started-orders.ts'

const which = fc.nat(5)
const staffSteps = ['picking', 'dispatch', 'arrival', 'delivery-failure', 'return'] as const

type Step =
  | { do: 'place'; by: number; method: 'cash' | 'test'; quantities: [number, number]; hasCoupon: boolean }
  | { do: 'money'; which: number; how: 'right' | 'again' | 'wrong' | 'failed' }
  | { do: 'payAgain'; which: number }
  | { do: 'cancel'; which: number; by: 'customer' | 'manager' }
  | { do: 'pack'; which: number; found: [number, number] }
  | { do: 'deliver'; which: number; isRight: boolean }
  /** What comes next on the way to the door, or back from it. */
  | { do: 'onward'; which: number; found: [number, number]; fails: boolean }
  | { do: (typeof staffSteps)[number]; which: number }
  | { do: 'pass'; minutes: number }
  | { do: 'expire' }
  | { do: 'work' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('place' as const),
      by: fc.nat(2),
      method: fc.constantFrom('cash' as const, 'test' as const, 'test' as const),
      quantities: fc.tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 4 })),
      hasCoupon: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('money' as const),
      which,
      how: fc.constantFrom('right' as const, 'right' as const, 'again' as const, 'wrong' as const, 'failed' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('payAgain' as const), which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('cancel' as const),
      which,
      by: fc.constantFrom('customer' as const, 'manager' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pack' as const), which, found: fc.tuple(fc.nat(6), fc.nat(4)) }),
  },
  {
    weight: 25,
    arbitrary: fc.record({
      do: fc.constant('onward' as const),
      which,
      found: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.nat(4)),
      fails: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('deliver' as const), which, isRight: fc.boolean() }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constantFrom(...staffSteps), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 25 }) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'expire' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'work' as const }) },
)

interface Known {
  id: string
  customer: Customer
  paymentId: string
  isCash: boolean
  status: OrderStatus
  lines: { variantId: string; quantity: number }[]
}

interface Row {
  id: string
  status: OrderStatus
  total: number
  method: string
  coupon: string | null
  received: number
  refunded: number
  uses: number
  found: Record<string, number>
  reserved: string | null
}

const stock = 12

for (const kind of databaseKinds) {
  describe(`orders on ${kind.name}, whatever is done in whatever order`, { skip: kind.skip }, () => {
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

    const readRows = async (storeId: string) => {
      const { rows } = await database.raw(
        `select o.id, o.status, o.total_paise as total, payment_method as method, coupon_id as coupon,
          (select sum(received_paise)::int from payments where order_id = o.id) as received,
          (select sum(refunded_paise)::int from payments where order_id = o.id) as refunded,
          (select count(*)::int from coupon_uses where order_id = o.id) as uses,
          (select json_object_agg(variant_id, found_quantity) from order_lines where order_id = o.id) as found,
          (select r.status from reservations r where r.id = o.reservation_id) as reserved
         from orders o where store_id = $1`,
        [storeId],
      )
      return rows as Row[]
    }

    /** What an order owes nobody, and nobody owes it. */
    function assertMoney({ id, status, total, method, received, refunded }: Row): void {
      const isPaid = method === 'cash' ? status === 'delivered' : !hasEnded(status) && !isUnpaid(status)
      const kept = isPaid || status === 'delivered' ? total : 0
      assert.equal(received - refunded, kept, `${id} is ${status}: ${received} came, ${refunded} went back`)
    }

    async function assertEvents(id: string): Promise<void> {
      let from: OrderStatus | null = null
      for (const { type, actor } of await readEvents(database.db, id)) {
        if (type === 'refunded') continue
        const isAllowed = transitions.some((each) => each.from === from && each.to === type && each.by.includes(actor))
        assert.ok(isAllowed, `${from} → ${type} by ${actor}`)
        from = type
      }
    }

    async function assertStock(shop: TestShop, rows: readonly Row[]): Promise<void> {
      assert.deepEqual(await service.inventory.verifyStock(), [])
      const left = (statuses: OrderStatus[], variantId: string) =>
        rows
          .filter(({ status }) => statuses.includes(status))
          .reduce((sum, { found }) => sum + (found[variantId] ?? 0), 0)
      const { onHand, reserved } = await service.stockOf(shop)
      for (const [at, variantId] of shop.variantIds.entries()) {
        const gone = left(['out_for_delivery', 'arrived', 'delivered', 'delivery_failed'], variantId)
        assert.equal(onHand[at], stock - gone)
        const promised = left(['placed', 'picking', 'packed'], variantId)
        const waiting = left(['pending_payment', 'payment_failed'], variantId)
        assert.ok((reserved[at] ?? 0) >= promised && (reserved[at] ?? 0) <= promised + waiting)
      }
      const held = { placed: 'committed', picking: 'committed', packed: 'committed', delivered: 'consumed' } as const
      for (const row of rows)
        if (row.status in held) assert.equal(row.reserved, held[row.status as keyof typeof held], row.status)
    }

    async function run(steps: readonly Step[]): Promise<void> {
      const shop = await service.aShop({ quantity: stock })
      const customers: Customer[] = []
      for (let at = 0; at < 3; at += 1) customers.push(await service.customer(shop))
      const manager = await service.staff('storeManager', shop)
      const couponCode = await service.addCoupon({ totalLimit: 2, customerLimit: 1 })
      const known: Known[] = []
      const orderAt = (at: number) => known[at % Math.max(1, known.length)]
      const statusOf = async ({ id }: Known) => (await service.orders.findOrder(database.db, id))?.status

      /** Somebody takes a step; the table alone says whether that can be. */
      async function take(order: Known, path: string, to: OrderStatus, by: [Person, Actor], body?: object) {
        const { status, body: answer } = await service.ask(by[0], `${order.id}/${path}`, body)
        const isRepeated = order.status === to
        const isPossible = sourcesOf(to, by[1]).includes(order.status)
        if (status === 200) {
          assert.ok(isPossible || isRepeated, `${path} of ${order.status}`)
          assert.equal(answer.order.status, to)
        } else {
          assert.ok(!isPossible, `${path} of ${order.status}: ${answer.code}`)
          assert.deepEqual([status, answer.code, answer.status], [409, 'order.not_in_state', order.status])
        }
        if (isPossible) order.status = to
      }

      async function place({ by, method, quantities, hasCoupon }: Extract<Step, { do: 'place' }>): Promise<void> {
        const customer = customers[by] as Customer
        const lines = quantities.map((quantity, at) => [at, quantity] as const)
        await service.fill(customer, { lines, ...(hasCoupon && { couponCode }) })
        const { status, body } = await service.place(customer, { method })
        if (status !== 201)
          return assert.ok(['order.lines_unavailable', 'order.coupon_refused'].includes(body.code), body.code)
        known.push({
          id: body.order.id,
          customer,
          paymentId: body.payment.id,
          isCash: method === 'cash',
          status: body.order.status,
          lines: body.order.lines,
        })
      }

      async function money(order: Known, how: Extract<Step, { do: 'money' }>['how']): Promise<void> {
        if (order.isCash) return
        const { status: before } = order
        const seen = {
          right: {},
          again: { reference: `one-${order.id}` },
          wrong: { amountPaise: 777 },
          failed: { state: 'failed' as const },
        }[how]
        await service.money(order.paymentId, seen)
        const now = (await statusOf(order)) as OrderStatus
        const possible: OrderStatus[] = [before]
        if (how === 'failed' && before === 'pending_payment') possible.push('payment_failed')
        if (how === 'right' || how === 'again') {
          if (isUnpaid(before)) possible.push('placed', 'expired')
          if (before === 'expired') possible.push('placed')
        }
        assert.ok(possible.includes(now), `${before} with ${how} money is ${now}`)
        if (how === 'right' && isUnpaid(before)) assert.ok(!isUnpaid(now), 'money is never ignored')
        order.status = now
      }

      async function pack(order: Known, found: [number, number]): Promise<void> {
        const lines = order.lines.map(({ variantId, quantity }, at) => ({
          variantId,
          foundQuantity: Math.min(quantity, found[at] ?? 0),
        }))
        const isNothing = lines.every(({ foundQuantity }) => foundQuantity === 0)
        const { status, body } = await service.ask(manager, `${order.id}/packing`, { lines })
        if (order.status === 'picking') {
          assert.equal(status, 200, body.code)
          order.status = isNothing ? 'cancelled' : 'packed'
        } else if (status !== 200) assert.equal(body.code, 'order.not_in_state')
        assert.equal(await statusOf(order), order.status)
      }

      async function deliver(order: Known, isRight: boolean): Promise<void> {
        const { body } = await service.see(order.customer, `orders/${order.id}`)
        const { deliveryCode, totalPaise } = body.order
        const content = {
          ...(isRight && deliveryCode !== null ? { code: deliveryCode } : { code: '0000' }),
          ...(order.isCash && { cashCollectedPaise: totalPaise }),
        }
        const answer = await service.ask(manager, `${order.id}/delivery`, content)
        const isThere = order.status === 'out_for_delivery' || order.status === 'arrived'
        if (answer.status === 200) {
          assert.ok(isThere || order.status === 'delivered')
          order.status = 'delivered'
        } else {
          const codes = isThere ? ['order.code_wrong', 'order.code_locked'] : ['order.not_in_state']
          assert.ok(codes.includes(answer.body.code), answer.body.code)
        }
      }

      const targets = {
        picking: ['picking', undefined],
        dispatch: ['out_for_delivery', {}],
        arrival: ['arrived', undefined],
        'delivery-failure': ['delivery_failed', { reason: 'Nobody was there' }],
        return: ['returned_to_store', undefined],
      } as const

      async function act(each: Step): Promise<void> {
        if (each.do === 'pass') return service.clock.pass(minutes(each.minutes))
        if (each.do === 'work') return service.work()
        if (each.do === 'place') return place(each)
        if (each.do === 'expire') {
          await service.tick('orders/expire')
          for (const order of known) if (isUnpaid(order.status)) order.status = (await statusOf(order)) as OrderStatus
          return
        }
        const order = orderAt(each.which)
        if (!order) return
        if (each.do === 'money') return money(order, each.how)
        if (each.do === 'pack') return pack(order, each.found)
        if (each.do === 'deliver') return deliver(order, each.isRight)
        if (each.do === 'onward') return act(nextOf(order.status, each))
        if (each.do === 'cancel')
          return each.by === 'customer'
            ? take(order, 'cancellation', 'cancelled', [order.customer, 'customer'], {})
            : take(order, 'cancellation', 'cancelled', [manager, 'storeManager'], {})
        if (each.do === 'payAgain') {
          const { status } = await service.ask(order.customer, `${order.id}/payments`, {})
          if (status === 200 && order.status === 'payment_failed') order.status = 'pending_payment'
          return
        }
        const [to, body] = targets[each.do]
        await take(order, each.do, to, [manager, 'storeManager'], body)
      }

      function nextOf(status: OrderStatus, { which: at, found, fails }: Extract<Step, { do: 'onward' }>): Step {
        if (status === 'placed') return { do: 'picking', which: at }
        if (status === 'picking') return { do: 'pack', which: at, found }
        if (status === 'packed') return { do: 'dispatch', which: at }
        if (status === 'delivery_failed') return { do: fails ? 'return' : 'dispatch', which: at }
        if (status === 'out_for_delivery' || status === 'arrived')
          return fails ? { do: 'delivery-failure', which: at } : { do: 'deliver', which: at, isRight: true }
        return { do: 'money', which: at, how: 'right' }
      }

      for (const each of steps) await act(each)
      const rows = await readRows(shop.id)
      for (const row of rows) {
        assert.equal(row.status, known.find(({ id }) => id === row.id)?.status)
        assertMoney(row)
        await assertEvents(row.id)
        const counts = row.coupon !== null && (!hasEnded(row.status) || row.status === 'delivered')
        assert.equal(row.uses, counts ? 1 : 0, `the coupon of one that is ${row.status}`)
      }
      assert.equal(rows.length, known.length)
      await assertStock(shop, rows)
    }

    test('money, stock and coupons are accounted for, and every step is one of the table', async () => {
      await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 90, size: 'max' }), run), {
        numRuns: 24 * kind.share,
        endOnFailure: true,
      })
    })
  })
}
