import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { minutes } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import {
  type Customer,
  type Person,
  type StartedOrders,
  startOrders,
  type TestShop,
} from '../support/started-orders.ts'

for (const kind of databaseKinds) {
  describe(`orders that are cancelled, listed and forgotten on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedOrders
    let shop: TestShop
    let manager: Person
    let picker: Person
    let rider: Person
    before(async () => {
      database = await aDatabase(kind)
      service = await startOrders(database)
      shop = await service.aShop({ quantity: 1000 })
      manager = await service.staff('storeManager', shop)
      picker = await service.staff('picker', shop)
      rider = await service.staff('rider', shop)
    })
    after(async () => {
      await service.end()
      await database.end()
    })

    const path = ['picking', 'packing', 'dispatch', 'arrival'] as const
    async function anOrder(steps: number, method = 'cash') {
      const customer = await service.customer(shop)
      const { order, payment } = await service.order(customer, { method })
      for (const step of path.slice(0, steps))
        assert.equal((await service.ask(manager, `${order.id}/${step}`, {})).status, 200)
      return { id: order.id as string, customer, paymentId: payment.id as string }
    }
    const cancel = async (person: Person, id: string, body?: object) => {
      const answer = await service.ask(person, `${id}/cancellation`, body)
      return [answer.status, answer.body.code ?? answer.body.order.status]
    }

    test('are so by their customer until they are picked, by the store until they are handed over', async () => {
      const admin = await service.admin()
      const expected: [steps: number, customer: unknown[], store: unknown[]][] = [
        [0, [200, 'cancelled'], [200, 'cancelled']],
        [1, [409, 'order.not_in_state'], [200, 'cancelled']],
        [2, [409, 'order.not_in_state'], [200, 'cancelled']],
        [3, [409, 'order.not_in_state'], [409, 'order.not_in_state']],
        [4, [409, 'order.not_in_state'], [409, 'order.not_in_state']],
      ]
      for (const [steps, byCustomer, byStore] of expected) {
        const first = await anOrder(steps)
        assert.deepEqual(await cancel(first.customer, first.id), byCustomer, `${steps} by the customer`)
        for (const person of [manager, admin])
          assert.deepEqual(await cancel(person, (await anOrder(steps)).id), byStore, `${steps} by the store`)
        for (const person of [picker, rider])
          assert.deepEqual(await cancel(person, (await anOrder(steps)).id), [403, 'request.forbidden'])
      }
    })

    test('take no reason that ends in half a character, as a text that was cut may', async () => {
      const { id, customer } = await anOrder(0)
      const { status, body } = await service.ask(customer, `${id}/cancellation`, { reason: 'Too slow 🥛'.slice(0, -1) })
      assert.deepEqual([status, body.code, body.fields], [400, 'request.malformed', ['body.reason']])
    })

    test('are so while they wait for money, and give everything back', async () => {
      const own = await service.aShop()
      const customer = await service.customer(own)
      const couponCode = await service.addCoupon({ customerLimit: 1 })
      const { order } = await service.order(customer, { method: 'test', couponCode })
      assert.deepEqual(await cancel(customer, order.id, { reason: 'Too slow' }), [200, 'cancelled'])
      assert.deepEqual(await service.stockOf(own), { onHand: [100, 100], reserved: [0, 0] })
      const { body } = await service.see(customer, `orders/${order.id}`)
      assert.deepEqual([body.order.payments[0].status, body.order.cancelReason], ['closed', 'Too slow'])
      await service.fill(customer, { couponCode })
      assert.equal((await service.place(customer)).status, 201, 'the coupon can be used again')
    })

    test('say what is on its way back, until it is', async () => {
      const { id, customer, paymentId } = await anOrder(0, 'test')
      await service.money(paymentId)
      assert.deepEqual(await cancel(customer, id), [200, 'cancelled'])
      const { totalPaise, events } = (await service.see(customer, `orders/${id}`)).body.order
      assert.deepEqual(events.at(-1).details, { refundPaise: totalPaise })
      const unpaid = await anOrder(0)
      await cancel(unpaid.customer, unpaid.id)
      assert.deepEqual((await service.see(unpaid.customer, `orders/${unpaid.id}`)).body.order.events.at(-1).details, {})
    })

    test('are so once: another who comes later learns that they are', async () => {
      const { id, customer } = await anOrder(0)
      assert.deepEqual(await cancel(customer, id), [200, 'cancelled'])
      assert.deepEqual(await cancel(customer, id), [200, 'cancelled'])
      const { status, body } = await service.ask(manager, `${id}/cancellation`, {})
      assert.deepEqual([status, body.code, body.status], [409, 'order.not_in_state', 'cancelled'])
    })

    test('are listed to their customer, the latest first, page by page, and nobody else’s', async () => {
      const customer = await service.customer(shop)
      const ids: string[] = []
      for (let at = 0; at < 5; at += 1) ids.unshift((await service.order(customer)).order.id)
      await service.order(await service.customer(shop))
      const sorted = ids.toSorted().reverse()
      const first = (await service.see(customer, 'orders?limit=3')).body
      const rest = (await service.see(customer, `orders?limit=3&cursor=${first.nextCursor}`)).body
      assert.deepEqual(
        [...first.orders, ...rest.orders].map(({ id }: { id: string }) => id),
        sorted,
      )
      assert.equal(rest.nextCursor, null)
      assert.doesNotMatch(JSON.stringify(first), /Main Road|deliveryCode/)
      assert.equal((await service.see(customer, `orders?limit=4&cursor=x`)).status, 400)
    })

    test('are listed to those who work in their store, by status or all that are open', async () => {
      const own = await service.aShop()
      const [keeper, other] = [await service.staff('storeManager', own), manager]
      const customers: Customer[] = []
      const ids: string[] = []
      for (let at = 0; at < 3; at += 1) {
        const customer = await service.customer(own)
        customers.push(customer)
        ids.push((await service.order(customer)).order.id)
      }
      const [placed, picking, cancelled] = ids as [string, string, string]
      await service.ask(keeper, `${picking}/picking`)
      await cancel(keeper, cancelled)
      const list = async (query: string, person: Person = keeper) => {
        const { status, body } = await service.see(person, `stores/${own.id}/orders${query}`)
        return status === 200 ? body.orders.map(({ id }: { id: string }) => id) : [status, body.code]
      }
      const latestFirst = (wanted: string[]) => wanted.toSorted().reverse()
      assert.deepEqual(await list(''), latestFirst(ids))
      assert.deepEqual(await list('?status=placed'), [placed])
      assert.deepEqual(await list('?status=picking'), [picking])
      assert.deepEqual(await list('?status=cancelled'), [cancelled])
      assert.deepEqual(await list('?status=open'), latestFirst([placed, picking]))
      assert.deepEqual(await list('?status=delivered'), [])
      assert.deepEqual(await list('?status=gone'), [400, 'request.malformed'])
      assert.deepEqual(await list('', await service.admin()), latestFirst(ids))
      assert.deepEqual(await list('', other), [403, 'request.forbidden'])
      assert.deepEqual(await list('', customers[0]), [403, 'request.forbidden'])
      const nowhere = own.id.replace(/.{6}$/, '000000')
      const { status, body } = await service.see(await service.admin(), `stores/${nowhere}/orders`)
      assert.deepEqual([status, body.code], [404, 'order.no_such_store'])
      const page = (await service.see(keeper, `stores/${own.id}/orders?status=open&limit=1`)).body
      assert.equal(
        (await service.see(keeper, `stores/${own.id}/orders?status=placed&cursor=${page.nextCursor}`)).status,
        400,
      )
    })

    test('show where they go to those who have to go there, and the code to nobody but their customer', async () => {
      const { id, customer } = await anOrder(3)
      const views = await Promise.all(
        [customer, manager, rider, picker].map(
          async (person) => (await service.see(person, `orders/${id}`)).body.order,
        ),
      )
      assert.deepEqual(
        views.map(({ address }) => [address.lines?.[0] ?? null, address.pincode]),
        [
          ['12 Main Road', '560038'],
          ['12 Main Road', '560038'],
          ['12 Main Road', '560038'],
          [null, '560038'],
        ],
      )
      assert.deepEqual(
        views.map(({ deliveryCode, needsDeliveryCode }) => [deliveryCode !== null, needsDeliveryCode]),
        [
          [true, true],
          [false, true],
          [false, true],
          [false, true],
        ],
      )
      assert.equal(
        (await service.see(rider, `orders/${id}`)).body.order.events.some((each: object) => 'actorId' in each),
        false,
      )
    })

    test('keep the account that they are of while they are open, whatever the code, and no longer', async () => {
      const customer = await service.customer(shop)
      const leave = (otp: string) => service.call('DELETE', '/api/me', { token: customer.token, body: { otp } })
      const other = await service.customer(shop)
      const first = (await service.order(customer, { method: 'test' })).order.id
      const second = (await service.order(customer)).order.id
      const expectKept = async (orderIds: string[]) => {
        for (const otp of ['000000', '123456']) {
          const { status, body } = await leave(otp)
          assert.deepEqual([status, body.code, body.orderIds], [409, 'account.has_open_orders', orderIds])
        }
        assert.equal((await service.see(customer, 'me')).status, 200)
      }
      await expectKept([second, first])
      await cancel(customer, first)
      await expectKept([second])
      await service.ask(picker, `${second}/picking`)
      await expectKept([second])
      await cancel(manager, second)
      assert.equal((await leave('123456')).status, 200)
      assert.equal((await service.see(other, 'me')).status, 200)
    })

    test('are not taken up again by late money once their owner has left: that goes back', async () => {
      const customer = await service.customer(shop)
      const { order, payment } = await service.order(customer, { method: 'test' })
      service.clock.pass(minutes(11))
      await service.tick('orders/expire')
      const left = await service.call('DELETE', '/api/me', { token: customer.token, body: { otp: '123456' } })
      assert.equal(left.status, 200)
      await service.money(payment.id)
      const { status, payments } = (await service.see(manager, `orders/${order.id}`)).body.order
      assert.deepEqual(
        [status, payments[0].receivedPaise, payments[0].refundedPaise],
        ['expired', order.totalPaise, order.totalPaise],
      )
    })

    test('keep nothing personal of an account that was erased, once they have ended', async () => {
      const customer = await service.customer(shop)
      const ended = (await service.order(customer, { instructions: 'Ring twice' })).order.id
      const open = (await service.order(customer)).order.id
      await cancel(customer, ended)
      const told = service.reactions.get('account.deleted/erase-orders')
      await told?.({ userId: customer.userId, letter: '' })
      await told?.({ userId: customer.userId, letter: '' })
      const read = async (id: string) =>
        (
          await database.raw(
            'select address, delivery_code, erased_at is not null as erased from orders where id = $1',
            [id],
          )
        ).rows[0] as { address: Record<string, unknown>; delivery_code: string | null; erased: boolean }
      const empty = { label: null, lines: null, landmark: null, point: null, instructions: null, pincode: '560038' }
      assert.deepEqual(await read(ended), { address: empty, delivery_code: null, erased: true })
      const before = await read(open)
      assert.deepEqual([before.address['lines'], before.erased], [['12 Main Road', 'Indiranagar'], false])
      await cancel(manager, open)
      await service.tick('orders/erase')
      assert.deepEqual(await read(open), { address: empty, delivery_code: null, erased: true })
      const { order } = (await service.see(manager, `orders/${ended}`)).body
      assert.deepEqual([order.lines.length, order.totalPaise > 0, order.address], [2, true, empty])
    })
  })
}
