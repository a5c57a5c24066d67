import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Tx } from '../../src/platform/database/database.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { type Shopper, type StartedCarts, startCarts, type TestShop } from '../support/carts.ts'
import { aDatabase, postgresMissing, type TestDatabase } from '../support/databases.ts'
import { until } from '../support/queues.ts'
import { inParallel, statuses } from '../support/service.ts'

describe('changes of one cart at the same time', { skip: postgresMissing }, () => {
  let database: TestDatabase
  let service: StartedCarts
  let shop: TestShop
  before(async () => {
    database = await aDatabase({ name: 'PostgreSQL' })
    service = await startCarts(database)
    shop = await service.aShop({ count: 60, quantity: 100 })
  })
  after(async () => {
    await service.end()
    await database.end()
  })

  const at = (index: number): string => shop.variantIds[index] as string
  const quantities = (cart: { lines: { variantId: string; quantity: number }[] }) =>
    cart.lines.map(({ variantId, quantity }) => `${variantId} ${quantity}`).sort()
  async function aGuest(): Promise<Shopper & { handle: string }> {
    const guest = service.guest()
    await guest.put(`/lines/${at(0)}`, { quantity: 1, storeId: shop.id })
    return guest as Shopper & { handle: string }
  }
  const count = async (userId: string | undefined) =>
    (
      (await database.raw('select count(*) as count from carts where user_id = $1', [userId])).rows[0] as {
        count: number
      }
    ).count
  const waiting = async () =>
    (
      (
        await database.raw(
          `select count(*) as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`,
          [],
        )
      ).rows[0] as { count: number }
    ).count

  test('are all there afterwards: twenty lines set at once, in a cart that was there and in one that was not', async () => {
    for (const shopper of [await aGuest(), await service.customer(), await service.customer()]) {
      const answers = await inParallel(20, (index) => shopper.line(at(index), 1 + (index % 5), shop.id))
      assert.deepEqual(statuses(answers), { 200: 20 })
      const expected = Array.from({ length: 20 }, (_, index) => `${at(index)} ${1 + (index % 5)}`).sort()
      assert.deepEqual(quantities(await shopper.cart()), expected)
      assert.equal(new Set(answers.map(({ body }) => body.cart.id)).size, 1)
      for (const { body } of answers) assert.equal(body.cart.bill.items.length, body.cart.lines.length)
      if (shopper.userId !== undefined) assert.equal(await count(shopper.userId), 1)
    }
  })

  test('of one line leave one of its quantities, and each answer a bill of what it says is in it', async () => {
    const guest = await aGuest()
    const answers = await inParallel(10, (index) => guest.line(at(1), index + 1))
    assert.deepEqual(statuses(answers), { 200: 10 })
    for (const { body } of answers) {
      const units = body.cart.lines.reduce((sum: number, { quantity }: { quantity: number }) => sum + quantity, 0)
      assert.equal(body.cart.bill.toPayPaise, units * 2500)
    }
    const [, line] = (await guest.cart()).lines
    assert.ok(line.quantity >= 1 && line.quantity <= 10)
  })

  test('of different kinds are all there: lines, tip, coupon, instructions, place', async () => {
    const guest = await aGuest()
    const answers = await Promise.all([
      guest.line(at(1), 2),
      guest.line(at(0), 0),
      guest.ask('PUT', '/tip', { tipPaise: 700 }),
      guest.ask('PUT', '/coupon', { code: 'SAVE' }),
      guest.ask('PUT', '/instructions', { text: 'ring' }),
      guest.ask('PUT', '/address', { point: shop.point }),
    ])
    assert.deepEqual(statuses(answers), { 200: 6 })
    const cart = await guest.cart()
    assert.deepEqual(quantities(cart), [`${at(1)} 2`])
    assert.deepEqual([cart.tipPaise, cart.coupon.code, cart.instructions], [700, 'SAVE', 'ring'])
    assert.deepEqual(cart.address.point, shop.point)
  })

  test('never make more than fifty lines', async () => {
    const guest = await aGuest()
    const answers = await inParallel(59, (index) => guest.line(at(index + 1), 1))
    assert.deepEqual(statuses(answers), { 200: 49, 409: 10 })
    assert.equal((await guest.cart()).lines.length, 50)
  })

  test('leave one of the whole carts that are sent at once, in a cart that was there and in one that was not', async () => {
    for (const shopper of [await aGuest(), await service.customer(), await service.customer()]) {
      const whole = Array.from({ length: 10 }, (_, index) =>
        [0, 1, 2].map((of) => ({ variantId: at(index * 3 + of), quantity: 1 + (index % 5) })),
      )
      const said = (lines: { variantId: string; quantity: number }[]) =>
        lines.map(({ variantId, quantity }) => `${variantId} ${quantity}`)
      const answers = await inParallel(10, (index) => shopper.ask('PUT', '', { storeId: shop.id, lines: whole[index] }))
      assert.deepEqual(statuses(answers), { 200: 10 })
      for (const [index, { body }] of answers.entries())
        assert.deepEqual(said(body.cart.lines), said(whole[index] ?? []))
      const left = said((await shopper.cart()).lines).join()
      assert.ok(whole.some((lines) => said(lines).join() === left))
      if (shopper.userId !== undefined) assert.equal(await count(shopper.userId), 1)
    }
  })

  test('bind a cart that has no store to one, whichever comes first', async () => {
    const other = await service.aShop({ count: 1 })
    const [theirs] = other.variantIds as [string]
    for (let round = 0; round < 6; round += 1) {
      const customer = await service.customer()
      if (round % 2 === 0) await customer.put('/tip', { tipPaise: 100 })
      const answers = await Promise.all([customer.line(at(0), 1, shop.id), customer.line(theirs, 1, other.id)])
      assert.deepEqual(statuses(answers), { 200: 1, 409: 1 })
      const cart = await customer.cart()
      assert.deepEqual(
        cart.lines.map(({ variantId }: { variantId: string }) => variantId),
        [cart.storeId === shop.id ? at(0) : theirs],
      )
    }
  })

  test('merge a guest’s cart once, however many requests come with its handle, of whatever kind', async () => {
    for (let round = 0; round < 5; round += 1) {
      const guest = await aGuest()
      await guest.put(`/lines/${at(1)}`, { quantity: 3 })
      const customer = await service.customer()
      if (round % 2 === 0) await customer.put(`/lines/${at(1)}`, { quantity: 2, storeId: shop.id })
      const { handle } = guest
      const { token } = customer
      const ask = (method: 'GET' | 'PUT', path = '', body?: unknown) =>
        service.call(method, `/api/cart${path}`, {
          token: token as string,
          headers: { 'x-cart-token': handle },
          ...(body !== undefined && { body }),
        })
      const answers = await inParallel(12, (index) =>
        index % 3 === 0 ? ask('PUT', `/lines/${at(2)}`, { quantity: 4, storeId: shop.id }) : ask('GET'),
      )
      assert.deepEqual(statuses(answers), { 200: 12 })
      const ofBoth = `${at(1)} ${round % 2 === 0 ? 5 : 3}`
      const expected = [`${at(0)} 1`, ofBoth, `${at(2)} 4`].sort()
      assert.deepEqual(quantities(await customer.cart()), expected)
      for (const { body } of answers) {
        assert.equal(body.cartToken, null)
        assert.ok(quantities(body.cart).includes(ofBoth), 'every answer is after the merge')
      }
      assert.equal(await count(customer.userId), 1)
      assert.equal((await service.guest(handle).cart()).id, null)
    }
  })

  test('give a guest’s cart to one of two accounts, whole', async () => {
    const guest = await aGuest()
    const [first, second] = [await service.customer(), await service.customer()]
    for (const each of [first, second]) each.handle = guest.handle
    const carts = await Promise.all([first.cart(), second.cart()])
    assert.deepEqual(carts.map(({ lines }: { lines: unknown[] }) => lines.length).sort(), [0, 1])
  })

  test('lose no line that is set while the cart goes into an account: it is there, or in a cart of its own', async () => {
    for (let round = 0; round < 5; round += 1) {
      const guest = await aGuest()
      const customer = await service.customer()
      const [put, merged] = await Promise.all([
        service.guest(guest.handle).line(at(1), 2, shop.id),
        service.call('GET', '/api/cart', {
          token: customer.token as string,
          headers: { 'x-cart-token': guest.handle },
        }),
      ])
      assert.deepEqual([put.status, merged.status], [200, 200])
      const own = await service.guest(put.body.cartToken ?? guest.handle).cart()
      const all = [...quantities(await customer.cart()), ...quantities(own)].sort()
      assert.deepEqual(all, [`${at(0)} 1`, `${at(1)} 2`].sort())
    }
  })

  /** Orders as the order's transaction does, which ends when so many others wait for it. */
  async function orderWhile(userId: string, others: () => Promise<unknown>[], howMany: number) {
    const { promise: isTaken, resolve: letOthersCome } = Promise.withResolvers<void>()
    const ordering = inTransaction(database.db, async (tx: Tx) => {
      const taken = await service.carts.take(tx, userId)
      letOthersCome()
      await until(async () => (await waiting()) === howMany)
      if (taken) await service.carts.clear(tx, taken.cartId)
      return taken
    })
    await isTaken
    await Promise.all(others())
    return ordering
  }

  test('wait for an order to be done with the cart, and are in it afterwards', async () => {
    const customer = await service.customer()
    await customer.put('/address', { point: shop.point })
    await customer.put(`/lines/${at(0)}`, { quantity: 1 })
    await customer.put('/tip', { tipPaise: 500 })
    const taken = await orderWhile(
      customer.userId as string,
      () => [customer.line(at(1), 2), customer.line(at(0), 7), customer.ask('PUT', '/instructions', { text: 'ring' })],
      3,
    )
    const { cartId, ...content } = taken as NonNullable<typeof taken>
    assert.match(cartId, /^crt_/)
    assert.deepEqual(content, {
      storeId: shop.id,
      addressId: null,
      lines: [{ variantId: at(0), quantity: 1 }],
      couponCode: null,
      tipPaise: 500,
      instructions: null,
    })
    const after = await customer.cart()
    assert.deepEqual(quantities(after), [`${at(0)} 7`, `${at(1)} 2`].sort())
    assert.deepEqual([after.tipPaise, after.instructions, after.storeId], [0, 'ring', shop.id])
    assert.deepEqual(after.address.point, shop.point)
  })

  test('let one of two orders have the lines', async () => {
    const customer = await service.customer()
    await customer.put(`/lines/${at(0)}`, { quantity: 1, storeId: shop.id })
    const order = () =>
      inTransaction(database.db, async (tx) => {
        const taken = await service.carts.take(tx, customer.userId as string)
        if (taken && taken.lines.length > 0) await service.carts.clear(tx, taken.cartId)
        return taken?.lines.length
      })
    assert.deepEqual((await Promise.all([order(), order(), order()])).sort(), [0, 0, 1])
  })
})

describe('the lines of an order that came to nothing', { skip: postgresMissing }, () => {
  let database: TestDatabase
  let service: StartedCarts
  let shop: TestShop
  before(async () => {
    database = await aDatabase({ name: 'PostgreSQL' })
    service = await startCarts(database)
    shop = await service.aShop()
  })
  after(async () => {
    await service.end()
    await database.end()
  })

  const refill = (userId: string, storeId = shop.id) => {
    const lines = shop.variantIds.map((variantId, at) => ({ variantId, quantity: at + 1 }))
    return inTransaction(database.db, (tx) => service.carts.refill(tx, { userId, storeId, lines }))
  }
  const lengthOf = async (shopper: Shopper) => (await shopper.cart()).lines.length

  test('come back in their order into a cart that is empty or gone, once', async () => {
    const customer = await service.customer()
    const userId = customer.userId as string
    await refill(userId)
    const cart = await customer.cart()
    assert.deepEqual(
      cart.lines.map((each: { variantId: string; quantity: number; notices: unknown[] }) => [
        each.variantId,
        each.quantity,
        each.notices,
      ]),
      shop.variantIds.map((variantId, at) => [variantId, at + 1, []]),
    )
    assert.equal(cart.storeId, shop.id)
    await customer.put(`/lines/${shop.variantIds[0]}`, { quantity: 0 })
    await refill(userId)
    assert.equal(await lengthOf(customer), 2)
    await customer.ask('DELETE')
    await inParallel(3, () => refill(userId))
    assert.equal(await lengthOf(customer), 3)
  })

  test('stay out of a cart that has something, and leave a place and its store as they are', async () => {
    const other = await service.aShop({ variantIds: shop.variantIds.slice(0, 1) })
    const busy = await service.customer()
    await busy.put(`/lines/${shop.variantIds[0]}`, { quantity: 5, storeId: other.id })
    await refill(busy.userId as string)
    const { storeId, lines } = await busy.cart()
    assert.deepEqual([storeId, lines.length, lines[0].quantity], [other.id, 1, 5])
    const moved = await service.customer()
    await moved.put('/address', { point: other.point })
    await refill(moved.userId as string)
    const cart = await moved.cart()
    assert.deepEqual([cart.storeId, cart.lines.length], [other.id, 3])
    const unsold = cart.blockers.find(({ kind }: { kind: string }) => kind === 'linesNotSold')
    assert.deepEqual(unsold.variantIds, shop.variantIds.slice(1))
  })
})
