import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { newId } from '../../src/platform/ids.ts'
import { type StartedCarts, startCarts, type TestShop } from '../support/carts.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'

for (const kind of databaseKinds) {
  describe(`what a cart refuses on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedCarts
    let shop: TestShop
    let a: string
    before(async () => {
      database = await aDatabase(kind)
      service = await startCarts(database)
      shop = await service.aShop({ count: 52 })
      ;[a] = shop.variantIds as [string]
    })
    after(async () => {
      await service.end()
      await database.end()
    })

    test('is a quantity that is none, and nothing is changed by it', async () => {
      const guest = service.guest()
      await guest.put(`/lines/${a}`, { quantity: 2, storeId: shop.id })
      for (const quantity of ['2', -1, 1.5, 101, 1e9, 1e308, null, true, [2], {}, undefined]) {
        const { status, body } = await guest.ask('PUT', `/lines/${a}`, { quantity })
        assert.deepEqual(
          [status, body.code, body.fields],
          [400, 'request.malformed', ['body.quantity']],
          String(quantity),
        )
      }
      assert.equal((await guest.ask('PUT', `/lines/${a}`, { quantity: 1, price: 1 })).status, 400)
      const { status, body } = await guest.line(a, 11)
      assert.deepEqual([status, body.code, body.maxPerOrder], [409, 'cart.above_maximum', 10])
      assert.equal((await guest.cart()).lines[0].quantity, 2)
    })

    test('is a variant or a store that there is not', async () => {
      const guest = service.guest()
      for (const id of [
        '1',
        'var_',
        'VAR_01m8d8rtayeyzr306txtjca0z6',
        `${a}x`,
        'sto_01m8d8rtayeyzr306txtjca0z6',
        '%00',
        '..%2f',
      ])
        for (const method of ['PUT', 'DELETE'] as const) {
          const body = method === 'PUT' ? { quantity: 1, storeId: shop.id } : undefined
          const { status } = await guest.ask(method, `/lines/${id}`, body)
          assert.ok(status === 400 || status === 404, `${id} ${status}`)
        }
      const unknown = await guest.line(newId('var'), 1, shop.id)
      assert.deepEqual([unknown.status, unknown.body.code], [404, 'cart.not_sold'])
      const nowhere = await guest.line(a, 1, newId('sto'))
      assert.deepEqual([nowhere.status, nowhere.body.code], [404, 'cart.no_such_store'])
      assert.equal((await guest.line(a, 1, 'sto_1')).status, 400)
      assert.equal(guest.handle, undefined)
    })

    test('is a line while no store is known, and one of another store than its own', async () => {
      const other = await service.aShop({ count: 1 })
      const guest = service.guest()
      const first = await guest.line(a, 1)
      assert.deepEqual([first.status, first.body.code], [409, 'cart.store_missing'])
      await guest.put('/tip', { tipPaise: 1 })
      assert.equal((await guest.line(a, 1)).body.code, 'cart.store_missing')
      await guest.put(`/lines/${a}`, { quantity: 1, storeId: shop.id })
      const [theirs] = other.variantIds as [string]
      const { status, body } = await guest.line(theirs, 1, other.id)
      assert.deepEqual([status, body.code, body.storeId], [409, 'cart.other_store', shop.id])
      assert.equal((await guest.line(theirs, 1)).body.code, 'cart.not_sold')
      await guest.ask('DELETE')
      assert.equal((await guest.put(`/lines/${theirs}`, { quantity: 1, storeId: other.id })).storeId, other.id)
      await guest.put('/address', { point: other.point })
      await guest.ask('DELETE')
      assert.equal((await guest.line(a, 1, shop.id)).body.code, 'cart.other_store')
    })

    test('is the same whether a line names the store of its cart or not, and leaves the cart as it was', async () => {
      const customer = await service.customer()
      const nowhere = newId('sto')
      for (const who of [service.guest(), customer]) {
        await who.put(`/lines/${a}`, { quantity: 2, storeId: shop.id })
        for (const storeId of [undefined, shop.id]) {
          const most = await who.line(a, 11, storeId)
          assert.deepEqual([most.status, most.body.code, most.body.maxPerOrder], [409, 'cart.above_maximum', 10])
          const unknown = await who.line(newId('var'), 1, storeId)
          assert.deepEqual([unknown.status, unknown.body.code], [404, 'cart.not_sold'])
        }
        assert.equal((await who.line(a, 3, nowhere)).body.code, 'cart.other_store')
        assert.equal((await who.cart()).lines[0].quantity, 2)
        await who.ask('DELETE')
        assert.equal((await who.line(a, 3, nowhere)).body.code, 'cart.no_such_store')
      }
    })

    test('is a 51st thing', async () => {
      const guest = service.guest()
      const [first, ...rest] = shop.variantIds as [string, ...string[]]
      await guest.put(`/lines/${first}`, { quantity: 1, storeId: shop.id })
      for (const variantId of rest.slice(0, 49)) await guest.put(`/lines/${variantId}`, { quantity: 1 })
      const { status, body } = await guest.line(rest[50] as string, 1)
      assert.deepEqual([status, body.code], [409, 'cart.too_many_lines'])
      assert.equal((await guest.put(`/lines/${first}`, { quantity: 2 })).lines.length, 50)
      await guest.put(`/lines/${first}`, { quantity: 0 })
      assert.equal((await guest.put(`/lines/${rest[50]}`, { quantity: 1 })).lines.length, 50)
    })

    test('is a place that is none', async () => {
      const customer = await service.customer()
      const addressId = await service.anAddress(customer, shop.point)
      for (const body of [
        {},
        { addressId: 'adr_1' },
        { addressId: `${addressId} ` },
        { addressId, point: shop.point },
        { point: { lat: 91, lng: 0 } },
        { point: { lat: '12.9', lng: 77.6 } },
        { point: { lat: 12.9 } },
        { point: null },
        { point: [12.9, 77.6] },
        { point: shop.point, pincode: '012345' },
        { point: shop.point, pincode: 560038 },
        { pincode: '560038' },
        [],
        null,
        'x',
      ])
        assert.equal((await customer.ask('PUT', '/address', body)).status, 400, JSON.stringify(body))
      assert.equal((await customer.cart()).id, null)
    })

    test('is a tip, a coupon and instructions that cannot be', async () => {
      const guest = service.guest()
      for (const tipPaise of [-1, 100_001, 0.5, '100', null, undefined])
        assert.equal((await guest.ask('PUT', '/tip', { tipPaise })).status, 400, String(tipPaise))
      for (const code of ['', '  ', 'a\u0000b', 'a\nb', 'x'.repeat(41), 5, {}, undefined])
        assert.equal((await guest.ask('PUT', '/coupon', { code })).status, 400, String(code))
      for (const text of ['', ' ', 'a\u0000b', 'a\u0007', 'a\u2028b', 'a\u202eb', 'x'.repeat(301), 5, undefined])
        assert.equal((await guest.ask('PUT', '/instructions', { text })).status, 400, String(text))
      assert.equal(guest.handle, undefined)
      const text = `🛵 ${'x'.repeat(290)} दरवाज़ा`
      assert.equal((await guest.put('/instructions', { text })).instructions, text)
      assert.equal((await guest.put('/coupon', { code: "'; drop table carts --" })).coupon.outcome, 'waiting')
      assert.equal((await guest.put('/tip', { tipPaise: 100_000 })).tipPaise, 100_000)
    })

    test('is somebody whose token is no good, instead of taking him for a guest', async () => {
      for (const [method, path] of [
        ['GET', ''],
        ['DELETE', ''],
        ['PUT', '/tip'],
        ['DELETE', `/lines/${a}`],
      ] as const) {
        const { status } = await service.call(method, `/api/cart${path}`, { token: 'x.y.z', body: { tipPaise: 1 } })
        assert.equal(status, 401)
      }
    })
  })
}
