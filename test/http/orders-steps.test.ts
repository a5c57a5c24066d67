import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import {
  type Customer,
  type Person,
  type StartedOrders,
  startOrders,
  type TestShop,
} from '../support/started-orders.ts'

for (const kind of databaseKinds) {
  describe(`orders on their way on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedOrders
    let shop: TestShop
    let elsewhere: TestShop
    let people: Record<'picker' | 'otherPicker' | 'rider' | 'otherRider' | 'manager' | 'admin', Person>
    before(async () => {
      database = await aDatabase(kind)
      service = await startOrders(database)
      shop = await service.aShop({ quantity: 10_000 })
      elsewhere = await service.aShop()
      people = {
        picker: await service.staff('picker', shop),
        otherPicker: await service.staff('picker', shop),
        rider: await service.staff('rider', shop),
        otherRider: await service.staff('rider', shop),
        manager: await service.staff('storeManager', shop),
        admin: await service.admin(),
      }
    })
    after(async () => {
      await service.end()
      await database.end()
    })

    const ask = async (person: Person, path: string, body?: unknown) => {
      const { status, body: answer } = await service.ask(person, path, body)
      return { status, code: answer.code, order: answer.order, body: answer }
    }
    const must = async (person: Person, path: string, body?: unknown) => {
      const answer = await ask(person, path, body)
      assert.equal(answer.status, 200, `${path}: ${JSON.stringify(answer.body)}`)
      return answer.order
    }
    const seen = async (person: Person, id: string) => (await service.see(person, `orders/${id}`)).body.order

    /** A new order, paid in cash unless said otherwise, brought so far. */
    async function anOrder(
      upTo: 'placed' | 'picking' | 'packed' | 'out_for_delivery' | 'delivery_failed',
      method = 'cash',
    ) {
      const customer = await service.customer(shop)
      const { order, payment } = await service.order(customer, { method })
      if (method !== 'cash') await service.money(payment.id)
      const { id } = order
      const path = ['placed', 'picking', 'packed', 'out_for_delivery', 'delivery_failed']
      const steps: [string, Person, unknown?][] = [
        ['picking', people.picker],
        ['packing', people.picker, {}],
        ['dispatch', people.picker, { riderId: people.rider.userId }],
        ['delivery-failure', people.rider, { reason: 'Nobody was there' }],
      ]
      for (const [step, who, body] of steps.slice(0, path.indexOf(upTo))) await must(who, `${id}/${step}`, body)
      return { id, customer, totalPaise: order.totalPaise as number }
    }
    const codeOf = async ({ id, customer }: { id: string; customer: Customer }) =>
      (await seen(customer, id)).deliveryCode

    test('go from the shelf to the door, each step told with who took it', async () => {
      const own = await service.aShop()
      const [picker, rider] = [await service.staff('picker', own), await service.staff('rider', own)]
      const customer = await service.customer(own)
      const { order } = await service.order(customer)
      const { id } = order
      service.emitted.splice(0)
      assert.equal((await must(picker, `${id}/picking`)).status, 'picking')
      assert.equal((await must(picker, `${id}/packing`, {})).status, 'packed')
      assert.deepEqual(await service.stockOf(own), { onHand: [100, 100], reserved: [4, 1] })
      assert.equal((await must(rider, `${id}/dispatch`, {})).riderId, rider.userId)
      assert.deepEqual(await service.stockOf(own), { onHand: [96, 99], reserved: [0, 0] })
      assert.equal((await must(rider, `${id}/arrival`)).status, 'arrived')
      const { deliveryCode: code } = await seen(customer, id)
      const delivered = await must(rider, `${id}/delivery`, { code, cashCollectedPaise: order.totalPaise })
      assert.equal(delivered.deliveredAt, new Date(service.clock.now()).toISOString())
      const { events, payments, deliveryCode, needsDeliveryCode } = await seen(customer, id)
      assert.deepEqual(
        events.map(({ type, actor }: Record<string, string>) => `${type} ${actor}`),
        [
          'placed customer',
          'picking picker',
          'packed picker',
          'out_for_delivery rider',
          'arrived rider',
          'delivered rider',
        ],
      )
      assert.deepEqual([payments[0].status, payments[0].receivedPaise], ['collected', order.totalPaise])
      assert.deepEqual([deliveryCode, needsDeliveryCode], [null, false])
      assert.deepEqual(
        service.emitted.map(({ payload }) => (payload as { type: string }).type),
        ['picking', 'packed', 'out_for_delivery', 'arrived', 'delivered'],
      )
    })

    test('take each step once: the same person gets the same answer again, another learns where the order is', async () => {
      const { id } = await anOrder('placed')
      const first = await must(people.picker, `${id}/picking`)
      assert.deepEqual(await must(people.picker, `${id}/picking`), first)
      const other = await ask(people.otherPicker, `${id}/picking`)
      assert.deepEqual([other.status, other.code, other.body.status], [409, 'order.not_in_state', 'picking'])
      await must(people.picker, `${id}/packing`, {})
      await must(people.picker, `${id}/packing`, {})
      assert.equal((await ask(people.picker, `${id}/picking`)).code, 'order.not_in_state')
      await must(people.rider, `${id}/dispatch`, {})
      await must(people.rider, `${id}/dispatch`, {})
      const late = await ask(people.otherRider, `${id}/dispatch`, {})
      assert.deepEqual([late.code, late.body.status], ['order.not_in_state', 'out_for_delivery'])
      const { rows } = await database.raw('select count(*) as count from order_events where order_id = $1', [id])
      assert.deepEqual(rows, [{ count: 4 }])
    })

    const body: Record<string, unknown> = {
      packing: {},
      dispatch: {},
      delivery: {},
      'delivery-failure': { reason: 'x' },
      cancellation: {},
    }
    const steps = ['picking', 'packing', 'dispatch', 'arrival', 'delivery', 'delivery-failure', 'return'] as const

    test('are no business of customers, and not there for who works elsewhere', async () => {
      const { id, customer } = await anOrder('placed')
      const far = [
        await service.staff('picker', elsewhere),
        await service.staff('rider', elsewhere),
        await service.staff('storeManager', elsewhere),
      ]
      for (const step of steps) {
        assert.equal((await ask(customer, `${id}/${step}`, body[step])).status, 403, step)
        for (const person of far) {
          const { status, code } = await ask(person, `${id}/${step}`, body[step])
          assert.ok(status === 404 ? code === 'order.not_found' : status === 403, `${step} ${status}`)
        }
      }
      assert.equal((await ask(far[2] as Person, `${id}/picking`)).status, 404)
      for (const person of [...far, await service.customer(shop)]) {
        assert.equal((await service.see(person, `orders/${id}`)).status, 404)
        assert.equal((await ask(person, `${id}/cancellation`, {})).status, 404)
        assert.equal((await ask(person, `${id}/payments`, {})).status, 404)
      }
      assert.equal((await service.see(customer, 'orders/ord_01h455vb4pex5vsknk084sn02q')).status, 404)
      assert.equal((await service.see(customer, 'orders/nonsense')).status, 400)
    })

    test('are taken by those whose work it is', async () => {
      const allowed: Record<(typeof steps)[number], string> = {
        picking: 'picker manager admin',
        packing: 'picker manager admin',
        dispatch: 'picker rider manager admin',
        arrival: 'rider manager admin',
        delivery: 'rider manager admin',
        'delivery-failure': 'rider manager admin',
        return: 'picker manager admin',
      }
      const begins = {
        picking: 'placed',
        packing: 'picking',
        dispatch: 'packed',
        arrival: 'out_for_delivery',
        delivery: 'out_for_delivery',
        'delivery-failure': 'out_for_delivery',
        return: 'delivery_failed',
      } as const
      for (const step of steps)
        for (const name of ['picker', 'rider', 'manager', 'admin'] as const) {
          const made = await anOrder(begins[step])
          const content =
            step === 'delivery' ? { code: await codeOf(made), cashCollectedPaise: made.totalPaise } : body[step]
          const { status } = await ask(people[name], `${made.id}/${step}`, content)
          assert.equal(status, allowed[step].split(' ').includes(name) ? 200 : 403, `${step} by ${name}`)
        }
    })

    test('begin where the table says, and nowhere else', async () => {
      for (const [upTo, possible] of [
        ['placed', 'picking'],
        ['picking', 'packing'],
        ['packed', 'dispatch'],
        ['out_for_delivery', 'arrival delivery delivery-failure'],
        ['delivery_failed', 'dispatch return'],
      ] as const)
        for (const step of steps.filter((each) => !possible.split(' ').includes(each))) {
          const { id } = await anOrder(upTo)
          const { status, code, body: answer } = await ask(people.admin, `${id}/${step}`, body[step])
          assert.deepEqual([status, code, answer.status], [409, 'order.not_in_state', upTo], `${step} of ${upTo}`)
        }
    })

    describe('when something was not found', () => {
      const packed = async (method: string, lines: (ids: string[]) => unknown[]) => {
        const own = await service.aShop()
        const picker = await service.staff('picker', own)
        const customer = await service.customer(own)
        const { order, payment } = await service.order(customer, { method })
        if (method !== 'cash') await service.money(payment.id)
        await must(picker, `${order.id}/picking`)
        const answer = await ask(picker, `${order.id}/packing`, { lines: lines(own.variantIds) })
        await service.work()
        return { own, picker, customer, order, answer, after: await seen(customer, order.id) }
      }
      const oneMissing = ([first]: string[]) => [{ variantId: first, foundQuantity: 3 }]

      test('sell it to others, and give back what was paid for it', async () => {
        const { own, order, answer, after, picker } = await packed('test', oneMissing)
        assert.equal(answer.status, 200)
        assert.deepEqual(
          answer.order.lines.map((line: { quantity: number; foundQuantity: number }) => [
            line.quantity,
            line.foundQuantity,
          ]),
          [
            [4, 3],
            [1, 1],
          ],
        )
        assert.equal(answer.order.totalPaise, order.totalPaise - 2500)
        const { lines: shown, toPayPaise } = after.bill
        const sum = shown.reduce((all: number, { amountPaise }: { amountPaise: number }) => all + amountPaise, 0)
        assert.deepEqual([toPayPaise, sum], [after.totalPaise, after.totalPaise], 'the bill is of what was found')
        assert.deepEqual((await service.stockOf(own)).reserved, [3, 1])
        assert.deepEqual(
          after.refunds.map(({ amountPaise, reason, status }: Record<string, unknown>) => [
            amountPaise,
            reason,
            status,
          ]),
          [[2500, 'not_found', 'processed']],
        )
        assert.deepEqual(
          after.events.slice(-2).map(({ type, details }: { type: string; details: object }) => [type, details]),
          [
            ['packed', { notFound: [{ variantId: own.variantIds[0], quantity: 1 }], lessPaise: 2500 }],
            [
              'refunded',
              { refundId: after.refunds[0].id, amountPaise: 2500, status: 'processed', reason: 'not_found' },
            ],
          ],
        )
        const again = { lines: oneMissing(own.variantIds) }
        assert.equal((await ask(picker, `${order.id}/packing`, again)).status, 200)
        assert.equal((await ask(picker, `${order.id}/packing`, {})).code, 'order.not_in_state')
        assert.deepEqual((await service.stockOf(own)).reserved, [3, 1])
      })

      test('ask for less at the door', async () => {
        const { order, after, customer, own } = await packed('cash', oneMissing)
        assert.deepEqual([after.payments[0].amountPaise, after.refunds], [order.totalPaise - 2500, []])
        const manager = await service.staff('storeManager', own)
        await must(manager, `${order.id}/dispatch`, {})
        const { deliveryCode: code } = await seen(customer, order.id)
        const before = await ask(manager, `${order.id}/delivery`, { code, cashCollectedPaise: order.totalPaise })
        assert.deepEqual([before.code, before.body.duePaise], ['order.cash_differs', order.totalPaise - 2500])
        await must(manager, `${order.id}/delivery`, { code, cashCollectedPaise: order.totalPaise - 2500 })
      })

      test('cancel what nothing was found of, and give everything back', async () => {
        const nothing = (ids: string[]) => ids.map((variantId) => ({ variantId, foundQuantity: 0 }))
        const { own, order, after, answer, picker } = await packed('test', nothing)
        assert.deepEqual([answer.order.status, answer.order.cancelReason], ['cancelled', 'nothing_found'])
        assert.deepEqual(await service.stockOf(own), { onHand: [100, 100], reserved: [0, 0] })
        assert.deepEqual(
          after.refunds.map(({ amountPaise }: { amountPaise: number }) => amountPaise),
          [order.totalPaise],
        )
        const again = await ask(picker, `${order.id}/packing`, { lines: nothing(own.variantIds) })
        assert.equal(again.status, 200)
      })

      test('refuse lines that cannot be', async () => {
        const { id } = await anOrder('picking')
        const [first] = shop.variantIds
        for (const lines of [
          [{ variantId: elsewhere.variantIds[0], foundQuantity: 1 }],
          [{ variantId: first, foundQuantity: 5 }],
          [
            { variantId: first, foundQuantity: 1 },
            { variantId: first, foundQuantity: 2 },
          ],
        ])
          assert.equal((await ask(people.picker, `${id}/packing`, { lines })).code, 'order.found_invalid')
        for (const lines of [[{ variantId: first, foundQuantity: -1 }], [{ variantId: first }], 'x'])
          assert.equal((await ask(people.picker, `${id}/packing`, { lines })).code, 'request.malformed')
        assert.equal((await seen(people.manager, id)).status, 'picking')
      })
    })

    describe('at the door', () => {
      test('are handed over against code and exact cash only, and what is prepaid against no cash', async () => {
        const made = await anOrder('out_for_delivery')
        const { id, totalPaise } = made
        const code = await codeOf(made)
        const deliver = (content: object) => ask(people.rider, `${id}/delivery`, content)
        assert.deepEqual((await deliver({ cashCollectedPaise: totalPaise })).code, 'order.code_wrong')
        assert.equal((await deliver({ code })).code, 'order.cash_differs')
        assert.equal((await deliver({ code, cashCollectedPaise: totalPaise - 1 })).code, 'order.cash_differs')
        assert.equal((await deliver({ code: '12345' })).code, 'request.malformed')
        assert.equal((await deliver({ code, cashCollectedPaise: totalPaise })).status, 200)
        assert.equal((await deliver({})).status, 200, 'said again')

        const prepaid = await anOrder('out_for_delivery', 'test')
        const wrong = await ask(people.rider, `${prepaid.id}/delivery`, { cashCollectedPaise: 100 })
        assert.deepEqual([wrong.code, wrong.body.duePaise], ['order.cash_differs', 0])
        await must(people.rider, `${prepaid.id}/delivery`, {})
      })

      test('are locked after five wrong codes; then a manager completes them with a reason, and no rider', async () => {
        const made = await anOrder('out_for_delivery')
        const { id, totalPaise } = made
        const code = String(await codeOf(made))
        const wrong = String((Number(code) + 1) % 10_000).padStart(4, '0')
        for (const left of [4, 3, 2, 1, 0]) {
          const answer = await ask(people.rider, `${id}/delivery`, { code: wrong, cashCollectedPaise: totalPaise })
          assert.deepEqual([answer.status, answer.code, answer.body.triesLeft], [422, 'order.code_wrong', left])
        }
        const content = { code, cashCollectedPaise: totalPaise }
        assert.equal((await ask(people.rider, `${id}/delivery`, content)).code, 'order.code_locked')
        assert.equal((await ask(people.manager, `${id}/delivery`, content)).code, 'order.code_locked')
        const reason = { overrideReason: 'Known to the guard', cashCollectedPaise: totalPaise }
        assert.equal((await ask(people.rider, `${id}/delivery`, reason)).code, 'order.code_locked')
        assert.equal((await must(people.manager, `${id}/delivery`, reason)).status, 'delivered')
        const { events } = await seen(people.manager, id)
        assert.deepEqual(events.at(-1).details, { withoutCode: true, reason: 'Known to the guard' })
        assert.doesNotMatch(service.logged(), new RegExp(`"${code}"|"${wrong}"`))
      })

      test('are their own rider’s, of whom there is one', async () => {
        const { id } = await anOrder('out_for_delivery')
        for (const [step, content] of [
          ['arrival', undefined],
          ['delivery', { code: '0000' }],
          ['delivery-failure', { reason: 'x' }],
        ] as const)
          assert.equal((await ask(people.otherRider, `${id}/${step}`, content)).status, 403, step)
        assert.equal((await service.see(people.otherRider, `orders/${id}`)).status, 404)
        const { status, body } = await service.see(people.otherRider, `orders/${id}/events`)
        assert.deepEqual([status, body.code], [404, 'order.not_found'])
        assert.equal((await seen(people.rider, id)).address.pincode, '560038')
        await must(people.rider, `${id}/arrival`)
      })

      test('tell the door to the rider who brings them, and to none before', async () => {
        const { id } = await anOrder('packed')
        const { address } = await seen(people.rider, id)
        assert.deepEqual([address.lines, address.point, address.pincode], [null, null, '560038'])
        await must(people.rider, `${id}/dispatch`)
        assert.ok((await seen(people.rider, id)).address.lines.length > 0)
      })

      test('are brought by somebody who is there', async () => {
        const { id } = await anOrder('packed')
        const nobody = people.rider.userId.replace(/.{6}$/, '000000')
        assert.equal((await ask(people.picker, `${id}/dispatch`, { riderId: nobody })).code, 'order.no_such_rider')
        const handed = await ask(people.rider, `${id}/dispatch`, { riderId: people.otherRider.userId })
        assert.equal(handed.code, 'order.no_such_rider')
        assert.equal((await seen(people.manager, id)).status, 'packed')
      })

      test('are given to riders of the store only, and to one at a time', async () => {
        const { id, customer } = await anOrder('packed')
        const give = (person: Person, riderId?: string) => ask(person, `${id}/dispatch`, riderId ? { riderId } : {})
        const far = await service.staff('rider', elsewhere)
        for (const nobody of [customer, people.picker, people.manager, people.admin, far])
          assert.equal((await give(people.picker, nobody.userId)).code, 'order.no_such_rider')
        assert.equal((await give(people.picker, people.rider.userId)).order.riderId, people.rider.userId)
        assert.equal((await give(people.picker, people.rider.userId)).status, 200, 'said again')
        assert.equal((await give(people.picker, people.otherRider.userId)).code, 'order.not_in_state')
        const failed = () => must(people.manager, `${id}/delivery-failure`, { reason: 'The gate was closed' })
        await failed()
        assert.equal((await give(people.picker)).order.riderId, null, 'the one before has it no more')
        const arrived = await must(people.otherRider, `${id}/arrival`)
        assert.equal(arrived.riderId, people.otherRider.userId, 'who takes it on has it')
        assert.equal((await ask(people.rider, `${id}/delivery-failure`, { reason: 'Gone' })).status, 403)
        await failed()
        assert.equal((await give(people.otherRider)).order.riderId, people.otherRider.userId)
        assert.equal((await ask(people.rider, `${id}/arrival`)).status, 403)
      })

      test('are tried again, or come back: the goods to the shelf and the money to who paid', async () => {
        const own = await service.aShop()
        const manager = await service.staff('storeManager', own)
        const customer = await service.customer(own)
        const { order, payment } = await service.order(customer, { method: 'test' })
        await service.money(payment.id)
        for (const [step, content] of [
          ['picking'],
          ['packing', {}],
          ['dispatch', {}],
          ['delivery-failure', { reason: 'The gate was closed' }],
          ['dispatch', {}],
          ['arrival'],
          ['delivery-failure', { reason: 'Nobody was there' }],
        ] as [string, object?][])
          await must(manager, `${order.id}/${step}`, content)
        assert.deepEqual(await service.stockOf(own), { onHand: [96, 99], reserved: [0, 0] })
        assert.equal((await must(manager, `${order.id}/return`)).status, 'returned_to_store')
        await must(manager, `${order.id}/return`)
        assert.deepEqual(await service.stockOf(own), { onHand: [100, 100], reserved: [0, 0] })
        await service.work()
        const { refunds, payments } = await seen(customer, order.id)
        assert.deepEqual(
          refunds.map(({ amountPaise, reason, status }: Record<string, unknown>) => [amountPaise, reason, status]),
          [[order.totalPaise, 'returned', 'processed']],
        )
        assert.equal(payments[0].refundedPaise, payments[0].receivedPaise)

        const unpaid = await anOrder('delivery_failed')
        await must(people.picker, `${unpaid.id}/return`)
        assert.equal((await seen(unpaid.customer, unpaid.id)).payments[0].status, 'closed')
      })
    })
  })
}
