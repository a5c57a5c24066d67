import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Secret } from '../../src/platform/config/secret.ts'
import { newId } from '../../src/platform/ids.ts'
import { secretKey, shopOrigin } from '../support/accounts.ts'
import { type StartedCarts, startCarts, type TestShop } from '../support/carts.ts'
import { hours } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'

for (const kind of databaseKinds) {
  describe(`carts of guests on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedCarts
    let shop: TestShop
    let a: string
    let b: string
    before(async () => {
      database = await aDatabase(kind)
      service = await startCarts(database)
      shop = await service.aShop()
      ;[a, b] = shop.variantIds as [string, string]
    })
    after(async () => {
      await service.end()
      await database.end()
    })

    const quantities = (cart: { lines: { variantId: string; quantity: number }[] }) =>
      Object.fromEntries(cart.lines.map(({ variantId, quantity }) => [variantId, quantity]))
    async function aGuest(quantity = 2) {
      const guest = service.guest()
      const { body } = await guest.line(a, quantity, shop.id)
      return Object.assign(guest, { id: body.cart.id as string, first: body.cartToken as string })
    }
    const count = async (where: string, ...values: unknown[]) =>
      ((await database.raw(`select count(*) as count from carts where ${where}`, values)).rows[0] as { count: number })
        .count

    test('are begun by what is put into them, and found again by their handle alone', async () => {
      const guest = await aGuest()
      assert.match(guest.first, new RegExp(`^${guest.id}\\.[\\w-]{43}$`))
      const again = await guest.ask('GET')
      assert.deepEqual([quantities(again.body.cart), again.body.cartToken], [{ [a]: 2 }, undefined])
      assert.equal((await guest.line(b, 1)).body.cartToken, undefined)
      assert.notEqual((await aGuest()).id, guest.id)
    })

    test('open to no forged handle, to none of another cart and to none of an account’s', async () => {
      const [mine, theirs] = [await aGuest(), await aGuest(7)]
      const customer = await service.customer()
      const owned = await customer.put(`/lines/${a}`, { quantity: 3, storeId: shop.id })
      const signature = mine.first.split('.')[1]
      const forged = [
        `${theirs.id}.${signature}`,
        `${owned.id}.${signature}`,
        theirs.id,
        `${mine.first}x`,
        "' or 1=1",
        'x'.repeat(2000),
      ]
      for (const handle of forged) {
        const { status, body } = await service.guest(handle).ask('GET')
        assert.deepEqual([status, body.cart.id, body.cartToken], [200, null, null], handle)
        const put = await service.guest(handle).line(a, 1, shop.id)
        assert.equal(put.status, 200)
        assert.notEqual(put.body.cart.id, theirs.id)
        assert.match(put.body.cartToken, /^crt_/)
        assert.equal((await service.guest(handle).ask('DELETE')).body.cart.id, null)
      }
      assert.deepEqual(quantities(await theirs.cart()), { [a]: 7 })
      assert.deepEqual(quantities(await customer.cart()), { [a]: 3 })
    })

    test('are known after the secret was rotated once, and then get a handle of the new one', async () => {
      const guest = await aGuest()
      const next = new Secret('next-key-'.repeat(5))
      const rotated = await startCarts(database, { secret: next, previousSecret: secretKey })
      const { body } = await rotated.guest(guest.first).ask('GET')
      assert.deepEqual(quantities(body.cart), { [a]: 2 })
      assert.notEqual(body.cartToken, guest.first)
      assert.equal((await rotated.guest(body.cartToken).ask('GET')).body.cartToken, undefined)
      const gone = await startCarts(database, { secret: new Secret('last-key-'.repeat(5)), previousSecret: next })
      assert.equal((await gone.guest(guest.first).cart()).id, null)
      assert.deepEqual(quantities(await gone.guest(body.cartToken).cart()), { [a]: 2 })
      for (const each of [rotated, gone]) await each.end()
    })

    test('go into the account with the first signed-in request that shows the handle, which is dead then', async () => {
      const guest = await aGuest(4)
      await guest.put('/tip', { tipPaise: 500 })
      await guest.put('/address', { point: shop.point, pincode: '560038' })
      const customer = await service.customer()
      customer.handle = guest.first
      const { body } = await customer.ask('GET')
      assert.deepEqual([quantities(body.cart), body.cart.tipPaise], [{ [a]: 4 }, 500])
      assert.deepEqual([body.cart.storeId, body.cart.address.pincode], [shop.id, '560038'])
      assert.notEqual(body.cart.id, guest.id)
      assert.equal(body.cartToken, null)
      const late = service.guest(guest.first)
      const { cart, cartToken } = (await late.ask('GET')).body
      assert.deepEqual([cart.id, cartToken], [null, null])
      const other = await service.customer()
      other.handle = guest.first
      assert.equal((await other.cart()).id, null)
      const begun = await service.guest(guest.first).line(a, 1, shop.id)
      assert.notEqual(begun.body.cart.id, guest.id)
      assert.equal(await count('id = $1', guest.id), 0)
    })

    test('go in with a change as well, and are added up to the maximum', async () => {
      const customer = await service.customer()
      await customer.put(`/lines/${a}`, { quantity: 8, storeId: shop.id })
      await customer.put(`/lines/${b}`, { quantity: 1 })
      customer.handle = (await aGuest(4)).first
      const cart = await customer.put(`/lines/${b}`, { quantity: 2 })
      assert.deepEqual(quantities(cart), { [a]: 10, [b]: 2 })
      assert.equal(cart.lines[0].notices[0].kind, 'atMaximum')
    })

    test('bring what the account’s store does not sell along, to be seen and taken out', async () => {
      const other = await service.aShop({ count: 1 })
      const customer = await service.customer()
      const addressId = await service.anAddress(customer, other.point)
      await customer.put('/address', { addressId })
      customer.handle = (await aGuest()).first
      const cart = await customer.cart()
      assert.deepEqual([cart.storeId, cart.address.id], [other.id, addressId])
      assert.deepEqual(cart.lines[0].notices, [{ kind: 'notSold', message: 'It is not sold here any more' }])
      assert.equal(cart.bill, null)
    })

    test('are deleted after a week without a touch, accounts’ empty ones after 90 days, and no others', async () => {
      const clean = async () => {
        const job = service.jobs.find(({ name }) => name === 'cart/clean-up')
        await job?.handle({ log: service.log, attempt: 1, signal: new AbortController().signal })
      }
      const [left, touched] = [await aGuest(), await aGuest()]
      const full = await service.customer()
      await full.put(`/lines/${a}`, { quantity: 1, storeId: shop.id })
      const emptied = await service.customer()
      const { id } = await emptied.put('/tip', { tipPaise: 100 })
      service.clock.pass(hours(24 * 7))
      await touched.put(`/lines/${a}`, { quantity: 1 })
      await clean()
      assert.equal(await count('id = $1', left.id), 1)
      service.clock.pass(hours(24))
      await clean()
      assert.equal(await count('id = $1', left.id), 0)
      assert.equal(await count('id = any ($1::text[])', [touched.id, id]), 2)
      assert.equal((await left.cart()).id, null)
      service.clock.pass(hours(24 * 83))
      await clean()
      assert.equal(await count('id = any ($1::text[])', [touched.id, id]), 0)
      assert.equal(await count('user_id = $1', full.userId), 1)
    })

    test('are begun so often in an hour from one address, and signed in without end', async () => {
      const limited = await startCarts(database, { guestCartsPerHour: 3, clock: service.clock })
      const first = limited.guest()
      assert.equal((await first.line(a, 1, shop.id)).status, 200)
      for (let at = 0; at < 2; at += 1) assert.equal((await limited.guest().put('/tip', { tipPaise: 1 })).tipPaise, 1)
      const { status, body, headers } = await limited.guest().line(a, 1, shop.id)
      assert.deepEqual([status, body.code], [429, 'cart.too_many_carts'])
      assert.ok(body.retryAfter > 1190 && body.retryAfter <= 1200)
      assert.equal(headers['retry-after'], String(body.retryAfter))
      assert.equal((await first.line(a, 2)).status, 200)
      assert.equal((await (await limited.customer()).line(a, 1, shop.id)).status, 200)
      await limited.end()
    })

    test('have a header that pages of the shop may send', async () => {
      const { headers, statusCode } = await service.server.inject({
        method: 'OPTIONS',
        url: `/api/cart/lines/${a}`,
        headers: {
          origin: shopOrigin,
          'access-control-request-method': 'PUT',
          'access-control-request-headers': 'content-type,x-cart-token',
        },
      })
      assert.equal(statusCode, 204)
      assert.match(String(headers['access-control-allow-headers']), /x-cart-token/)
      assert.match(String(headers['access-control-allow-methods']), /PUT/)
    })

    test('and those of accounts leave no handle, place, address or instruction in the log', async () => {
      const guest = await aGuest()
      const point = { lat: 10.123456, lng: 77.654321 }
      await guest.put('/address', { point, pincode: '560999' })
      await guest.put('/instructions', { text: 'behind the blue gate' })
      const customer = await service.customer()
      customer.handle = guest.first
      const addressId = await service.anAddress(customer, point)
      await customer.put('/address', { addressId })
      await customer.ask('PUT', '/address', { point: { lat: 'x', lng: 77.654321 } })
      const logged = service.logged()
      for (const text of [
        guest.first.split('.')[1],
        '10.123456',
        '77.654321',
        '560999',
        'blue gate',
        'Test Lane',
        addressId,
      ])
        assert.ok(!logged.includes(text as string), `found ${text}`)
    })

    test('of an account are gone when that is erased', async () => {
      const customer = await service.customer()
      await customer.put('/address', { point: shop.point })
      await service.reactions.get('account.deleted/forget-cart')?.({ userId: customer.userId ?? '', letter: '' })
      assert.equal(await count('user_id = $1', customer.userId), 0)
      await service.reactions.get('account.deleted/forget-cart')?.({ userId: newId('usr'), letter: '' })
    })
  })
}
