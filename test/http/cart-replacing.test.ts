import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { newId } from '../../src/platform/ids.ts'
import { type StartedCarts, startCarts, type TestShop } from '../support/carts.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'

for (const kind of databaseKinds) {
  describe(`a whole cart that is sent at once, on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedCarts
    let shop: TestShop
    let other: TestShop
    let ids: string[]
    let a: string
    let b: string
    let c: string
    before(async () => {
      database = await aDatabase(kind)
      service = await startCarts(database)
      shop = await service.aShop({ count: 51 })
      ids = shop.variantIds
      ;[a, b, c] = ids as [string, string, string]
      other = await service.aShop({ variantIds: [b] })
    })
    after(async () => {
      await service.end()
      await database.end()
    })

    const lines = (...wanted: [variantId: string, quantity: number][]) =>
      wanted.map(([variantId, quantity]) => ({ variantId, quantity }))
    const inCart = (cart: { lines: { variantId: string; quantity: number }[] }) =>
      cart.lines.map(({ variantId, quantity }) => [variantId, quantity])
    const kinds = (all: { kind: string }[]) => all.map((each) => each.kind)
    const both = async () => [service.guest(), await service.customer()]

    test('begins the cart of somebody who has none, with its bill and, for a guest, a handle', async () => {
      for (const who of await both()) {
        const { status, body } = await who.ask('PUT', '', {
          storeId: shop.id,
          lines: lines([b, 3], [a, 2]),
          couponCode: ' NOSUCH ',
          tipPaise: 500,
          instructions: ' ring twice ',
        })
        assert.equal(status, 200)
        const { cart, cartToken } = body
        assert.match(cart.id, /^crt_/)
        assert.equal(who.token === undefined, typeof cartToken === 'string')
        assert.deepEqual(
          [cart.storeId, inCart(cart)],
          [
            shop.id,
            [
              [b, 3],
              [a, 2],
            ],
          ],
        )
        assert.deepEqual([cart.coupon.code, cart.tipPaise, cart.instructions], ['NOSUCH', 500, 'ring twice'])
        assert.equal(cart.bill.toPayPaise, 5 * 2500 + 500)
        assert.deepEqual(
          cart.lines.map((line: { notices: unknown[] }) => line.notices),
          [[], []],
        )
        assert.deepEqual(await who.cart(), cart)
      }
    })

    test('replaces all lines of a cart that is there, and leaves what it says nothing of', async () => {
      for (const who of await both()) {
        const { id } = await who.put('', {
          storeId: shop.id,
          lines: lines([a, 1], [b, 2]),
          couponCode: 'SAVE',
          tipPaise: 700,
          instructions: 'ring',
        })
        await who.put('/address', { point: shop.point, pincode: '560038' })
        const cart = await who.put('', { lines: lines([c, 4], [b, 5]) })
        assert.deepEqual(
          [cart.id, inCart(cart)],
          [
            id,
            [
              [c, 4],
              [b, 5],
            ],
          ],
        )
        assert.deepEqual([cart.coupon.code, cart.tipPaise, cart.instructions], ['SAVE', 700, 'ring'])
        assert.deepEqual([cart.storeId, cart.address.pincode], [shop.id, '560038'])
        const bare = await who.put('', {
          ...{ lines: lines([a, 1]), addressId: null, couponCode: null, tipPaise: null, instructions: null },
        })
        assert.deepEqual([bare.coupon, bare.tipPaise, bare.instructions, bare.address], [null, 0, null, null])
        assert.equal(bare.storeId, shop.id)
      }
    })

    test('has the lines in the order in which they were sent, and what is added later after them', async () => {
      const guest = service.guest()
      const all = [...ids.slice(0, 50)].reverse()
      const cart = await guest.put('', {
        storeId: shop.id,
        lines: all.map((variantId) => ({ variantId, quantity: 1 })),
      })
      assert.deepEqual(
        inCart(cart).map(([variantId]) => variantId),
        all,
      )
      await guest.put('', { lines: lines([c, 1], [a, 1]) })
      assert.deepEqual(inCart(await guest.put(`/lines/${b}`, { quantity: 1 })), [
        [c, 1],
        [a, 1],
        [b, 1],
      ])
    })

    test('has the prices of now', async () => {
      const own = await service.aShop({ count: 1 })
      const [variantId] = own.variantIds as [string]
      const guest = service.guest()
      await guest.put('', { storeId: own.id, lines: lines([variantId, 1]) })
      await service.priceOf(own.id, variantId, 2000)
      assert.deepEqual(kinds((await guest.cart()).lines[0].notices), ['priceChanged'])
      const { lines: found } = await guest.put('', { lines: lines([variantId, 1]) })
      assert.deepEqual([found[0].pricePaise, found[0].notices], [2000, []])
    })

    test('is emptied by no lines, and stays at its store, address and the rest', async () => {
      const customer = await service.customer()
      const addressId = await service.anAddress(customer, shop.point)
      await customer.put('', { addressId, lines: lines([a, 5]), tipPaise: 300 })
      const cart = await customer.put('', { lines: [] })
      assert.deepEqual([cart.lines, cart.bill, cart.tipPaise], [[], null, 300])
      assert.deepEqual([cart.storeId, cart.address.id, kinds(cart.blockers)], [shop.id, addressId, ['empty']])
      for (const who of await both()) assert.deepEqual((await who.put('', { lines: [] })).lines, [])
    })

    test('goes to the address that it says, to the store that serves it, and can be ordered at once', async () => {
      const customer = await service.customer()
      const addressId = await service.anAddress(customer, shop.point)
      const cart = await customer.put('', { addressId, lines: lines([a, 5]) })
      assert.deepEqual([cart.storeId, cart.address.id, cart.canOrder], [shop.id, addressId, true])
      const away = await customer.put('', { point: other.point, pincode: '560001', lines: lines([b, 5]) })
      assert.deepEqual([away.storeId, away.address.id, away.address.pincode], [other.id, null, '560001'])
      assert.deepEqual(kinds(away.blockers), ['addressMissing'])
      const named = await customer.put('', { point: other.point, storeId: shop.id, lines: lines([b, 5]) })
      assert.equal(named.storeId, other.id)
      const nowhere = await customer.put('', { point: { lat: 0, lng: 0 }, storeId: shop.id, lines: lines([a, 5]) })
      assert.deepEqual([nowhere.storeId, nowhere.serviceability.outcome], [shop.id, 'not_covered'])
    })

    test('stays with the store that it names where another serves the place as well', async () => {
      const twin = await service.aShop({ point: shop.point, count: 1 })
      for (const { id, variantIds } of [shop, twin]) {
        const body = { point: shop.point, storeId: id, lines: lines([variantIds[0] as string, 1]) }
        assert.equal((await service.guest().put('', body)).storeId, id)
      }
    })

    test('takes the place of a cart of another store', async () => {
      for (const who of await both()) {
        await who.put('', { storeId: other.id, lines: lines([b, 1]) })
        const cart = await who.put('', { storeId: shop.id, lines: lines([a, 5]) })
        assert.deepEqual([cart.storeId, inCart(cart), cart.bill.toPayPaise], [shop.id, [[a, 5]], 12_500])
      }
    })

    test('keeps what the store does not sell, says so, and bills the rest', async () => {
      for (const who of await both()) {
        const cart = await who.put('', { storeId: other.id, lines: lines([a, 2], [b, 4]) })
        assert.deepEqual(inCart(cart), [
          [a, 2],
          [b, 4],
        ])
        assert.deepEqual(
          cart.lines.map((line: { notices: { kind: string }[] }) => kinds(line.notices)),
          [['notSold'], []],
        )
        assert.equal(cart.bill.toPayPaise, 10_000)
        assert.deepEqual(cart.blockers[0].variantIds, [a])
      }
    })

    test('is refused, and the cart left as it was, for what nobody has, too much of something, or a store that is none', async () => {
      for (const who of await both()) {
        await who.put('', { storeId: shop.id, lines: lines([a, 1]) })
        const [none, neither] = [newId('var'), newId('var')]
        const unknown = await who.ask('PUT', '', { lines: lines([b, 1], [none, 1], [neither, 2]) })
        assert.deepEqual([unknown.status, unknown.body.code], [404, 'cart.no_such_variant'])
        assert.deepEqual(unknown.body.variantIds, [none, neither])
        for (const storeId of [shop.id, other.id]) {
          const { status, body } = await who.ask('PUT', '', { storeId, lines: lines([b, 1], [a, 11]) })
          assert.deepEqual([status, body.code, body.variantId], [409, 'cart.above_maximum', a])
          assert.equal(body.maxPerOrder, 10)
        }
        for (const wanted of [lines([a, 1]), []]) {
          const nowhere = await who.ask('PUT', '', { storeId: newId('sto'), lines: wanted })
          assert.deepEqual([nowhere.status, nowhere.body.code], [404, 'cart.no_such_store'])
        }
        assert.deepEqual(inCart(await who.cart()), [[a, 1]])
      }
      for (const who of await both()) {
        const missing = await who.ask('PUT', '', { lines: lines([a, 1]) })
        assert.deepEqual([missing.status, missing.body.code], [409, 'cart.store_missing'])
        assert.equal((await who.cart()).id, null)
      }
    })

    test('is refused for an address that is not one’s own or not on the map', async () => {
      const [customer, stranger] = [await service.customer(), await service.customer()]
      const theirs = await service.anAddress(stranger, shop.point)
      const unplaced = await service.anAddress(customer, null)
      const put = (who: typeof customer, addressId: string) => who.ask('PUT', '', { addressId, lines: lines([a, 1]) })
      assert.equal((await put(customer, theirs)).body.code, 'cart.address_not_found')
      assert.equal((await put(customer, unplaced)).body.code, 'cart.point_missing')
      assert.equal((await put(service.guest(), theirs)).status, 401)
    })

    test('is refused when it is not well formed, a variant comes twice or two places are said', async () => {
      const guest = service.guest()
      const twice = await guest.ask('PUT', '', { storeId: shop.id, lines: lines([a, 1], [b, 1], [a, 2]) })
      assert.deepEqual([twice.status, twice.body.code], [400, 'request.malformed'])
      assert.deepEqual(twice.body.fields, ['body.lines.2.variantId'])
      const good = { storeId: shop.id, lines: lines([a, 1]) }
      for (const body of [
        {},
        [],
        { ...good, lines: {} },
        { ...good, lines: [{ variantId: a }] },
        { ...good, lines: [{ variantId: a, quantity: 1, pricePaise: 1 }] },
        ...[0, -1, 1.5, 101, '1', null].map((quantity) => ({ ...good, lines: [{ variantId: a, quantity }] })),
        { ...good, lines: [{ variantId: 'var_1', quantity: 1 }] },
        { ...good, lines: ids.map((variantId) => ({ variantId, quantity: 1 })) },
        { ...good, storeId: null },
        { ...good, point: shop.point, addressId: newId('adr') },
        { ...good, point: shop.point, addressId: null },
        { ...good, point: null },
        { ...good, pincode: '560038' },
        { ...good, point: shop.point, pincode: '012345' },
        { ...good, tipPaise: -1 },
        { ...good, tipPaise: 100_001 },
        { ...good, couponCode: ' ' },
        { ...good, instructions: 'x'.repeat(301) },
        { ...good, total: 1 },
      ])
        assert.equal((await guest.ask('PUT', '', body)).status, 400, JSON.stringify(body).slice(0, 200))
      assert.equal(guest.handle, undefined)
    })

    test('merges a guest’s cart into the account first, whose tip and the like stay, and then replaces the lines', async () => {
      const guest = service.guest()
      await guest.put('', { storeId: shop.id, lines: lines([a, 1]), tipPaise: 900 })
      const customer = await service.customer()
      customer.handle = guest.handle as string
      const { body } = await customer.ask('PUT', '', { storeId: shop.id, lines: lines([b, 2]) })
      assert.deepEqual([inCart(body.cart), body.cart.tipPaise, body.cartToken], [[[b, 2]], 900, null])
      assert.equal((await service.guest(guest.handle).cart()).id, null)
      const late = await service.guest(guest.handle).ask('PUT', '', { storeId: shop.id, lines: lines([c, 1]) })
      assert.deepEqual([inCart(late.body.cart), typeof late.body.cartToken], [[[c, 1]], 'string'])
      assert.deepEqual(inCart(await customer.cart()), [[b, 2]])
    })

    test('begins no more carts of guests than others do, and replaces those that are there without end', async () => {
      const limited = await startCarts(database, { guestCartsPerHour: 1, clock: service.clock })
      const guest = limited.guest()
      for (const quantity of [1, 2, 3]) await guest.put('', { storeId: shop.id, lines: lines([a, quantity]) })
      const { status, body } = await limited.guest().ask('PUT', '', { storeId: shop.id, lines: lines([a, 1]) })
      assert.deepEqual([status, body.code], [429, 'cart.too_many_carts'])
      const customer = await limited.customer()
      assert.deepEqual(inCart(await customer.put('', { storeId: shop.id, lines: lines([a, 1]) })), [[a, 1]])
      await limited.end()
    })
  })
}
