import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Shopper, type StartedCarts, startCarts, type TestShop } from '../support/carts.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { stockUp } from '../support/stock.ts'

for (const kind of databaseKinds) {
  describe(`the cart on ${kind.name}`, { skip: kind.skip }, () => {
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

    const kinds = (all: { kind: string }[]) => all.map((each) => each.kind)
    const quantities = (cart: { lines: { variantId: string; quantity: number }[] }) =>
      Object.fromEntries(cart.lines.map(({ variantId, quantity }) => [variantId, quantity]))
    /** A customer whose cart can be ordered: five of the first variant, at 25 rupees. */
    async function ready({ id, point, variantIds: [first] } = shop): Promise<Shopper> {
      const shopper = await service.customer()
      await shopper.put('/address', { addressId: await service.anAddress(shopper, point) })
      await shopper.put(`/lines/${first}`, { quantity: 5, storeId: id })
      return shopper
    }

    test('is empty before anything was put into it, and a look at it leaves nothing behind', async () => {
      const count = async () => (await database.raw('select count(*) from carts', [])).rows[0]
      const before = await count()
      const guest = service.guest()
      const { status, body } = await guest.ask('GET')
      assert.equal(status, 200)
      assert.deepEqual(body, {
        success: true,
        cart: {
          id: null,
          storeId: null,
          address: null,
          serviceability: null,
          lines: [],
          bill: null,
          coupon: null,
          tipPaise: 0,
          instructions: null,
          minimumOrderPaise: null,
          paymentMethods: null,
          canOrder: false,
          blockers: [
            { kind: 'empty', message: 'There is nothing in the cart' },
            { kind: 'addressMissing', message: 'Choose the address to deliver to' },
          ],
        },
      })
      const customer = await service.customer()
      for (const who of [guest, customer]) {
        assert.equal((await who.cart()).id, null)
        assert.equal((await who.ask('DELETE')).body.cart.id, null)
        assert.equal((await who.ask('DELETE', `/lines/${a}`)).body.cart.id, null)
        assert.equal((await who.line(a, 0, shop.id)).body.cart.id, null)
        assert.equal((await who.line(a, 11, shop.id)).status, 409)
      }
      assert.deepEqual(await count(), before)
    })

    test('has lines with their price, and a bill that adds up, in every answer', async () => {
      const customer = await ready()
      const cart = await customer.put(`/lines/${b}`, { quantity: 2 })
      assert.match(cart.id, /^crt_/)
      const [first, second] = cart.lines
      const { productId, name, ...line } = first
      assert.match(productId, /^prd_/)
      assert.match(name, /^Product /)
      assert.deepEqual(line, {
        variantId: a,
        brand: null,
        pack: '500 g',
        imageUrl: null,
        quantity: 5,
        mrpPaise: 2500,
        pricePaise: 2500,
        totalPaise: 12_500,
        notices: [],
      })
      assert.deepEqual([second.variantId, second.totalPaise], [b, 5000])
      assert.equal(cart.bill.toPayPaise, 17_500)
      assert.equal(
        cart.bill.lines.reduce((sum: number, { amountPaise }: { amountPaise: number }) => sum + amountPaise, 0),
        17_500,
      )
      assert.deepEqual(
        cart.bill.items.map(({ variantId }: { variantId: string }) => variantId),
        [a, b],
      )
      assert.deepEqual([cart.storeId, cart.minimumOrderPaise, cart.canOrder, cart.blockers], [shop.id, 9900, true, []])
      assert.equal(cart.serviceability.outcome, 'serviceable')
      assert.deepEqual(await customer.cart(), cart)
    })

    test('sets a line to what was said, and takes it out with 0 or DELETE', async () => {
      const customer = await ready()
      assert.deepEqual(quantities(await customer.put(`/lines/${a}`, { quantity: 3 })), { [a]: 3 })
      assert.deepEqual(quantities(await customer.put(`/lines/${b}`, { quantity: 1 })), { [a]: 3, [b]: 1 })
      assert.deepEqual(quantities(await customer.put(`/lines/${a}`, { quantity: 0 })), { [b]: 1 })
      const { body } = await customer.ask('DELETE', `/lines/${b}`)
      assert.deepEqual([body.cart.lines, body.cart.bill, kinds(body.cart.blockers)], [[], null, ['empty']])
      assert.equal((await customer.ask('DELETE', `/lines/${b}`)).status, 200)
    })

    test('is emptied of everything but its store and place', async () => {
      const customer = await ready()
      await customer.put('/tip', { tipPaise: 1000 })
      await customer.put('/instructions', { text: 'ring twice' })
      const { cart } = (await customer.ask('DELETE')).body
      const { id, storeId, address, lines, tipPaise, instructions, coupon } = cart
      assert.match(id, /^crt_/)
      assert.deepEqual(
        [storeId, address.label, lines, tipPaise, instructions, coupon],
        [shop.id, 'Home', [], 0, null, null],
      )
    })

    test('has a tip, instructions and a coupon that is not refused to anybody by an order', async () => {
      const customer = await ready()
      const tipped = await customer.put('/tip', { tipPaise: 2000 })
      assert.deepEqual([tipped.tipPaise, tipped.bill.toPayPaise], [2000, 14_500])
      assert.equal((await customer.put('/instructions', { text: '  ring twice ' })).instructions, 'ring twice')
      const { coupon, canOrder } = await customer.put('/coupon', { code: ' NOSUCH ' })
      assert.deepEqual([coupon.code, coupon.outcome, coupon.reason, canOrder], ['NOSUCH', 'refused', 'unknown', true])
      assert.equal(coupon.message, 'There is no such coupon')
      assert.equal((await customer.put('/coupon', { code: null })).coupon, null)
      assert.equal((await customer.put('/instructions', { text: null })).instructions, null)
      const early = await service.customer()
      assert.deepEqual((await early.put('/coupon', { code: 'SAVE' })).coupon, { code: 'SAVE', outcome: 'waiting' })
    })

    test('says that a price changed until that line is set again, and bills the new one', async () => {
      const customer = await ready(await service.aShop())
      const { storeId, lines } = await customer.cart()
      const { variantId } = lines[0]
      await service.priceOf(storeId, variantId, 2100)
      for (const cart of [await customer.cart(), await customer.put('/tip', { tipPaise: 0 }), await customer.cart()]) {
        const message = 'Its price went from ₹25 to ₹21'
        assert.deepEqual(cart.lines[0].notices, [{ kind: 'priceChanged', message, fromPaise: 2500, toPaise: 2100 }])
        assert.deepEqual([cart.lines[0].totalPaise, cart.bill.savingsPaise, cart.canOrder], [10_500, 2000, true])
      }
      assert.deepEqual((await customer.put(`/lines/${variantId}`, { quantity: 5 })).lines[0].notices, [])
      assert.deepEqual((await customer.cart()).lines[0].notices, [])
    })

    test('says that a line ran short or reached its maximum, and that it cannot be ordered short', async () => {
      const own = await service.aShop({ count: 2, quantity: 0 })
      await stockUp(database, own.id, own.variantIds, 4)
      const customer = await ready(own)
      const short = await customer.cart()
      assert.deepEqual(short.lines[0].notices, [
        { kind: 'short', message: 'There are only 4 left', wanted: 5, available: 4 },
      ])
      assert.deepEqual(short.blockers, [
        { kind: 'linesShort', message: 'There is not enough of everything', variantIds: [own.variantIds[0]] },
      ])
      assert.equal(short.bill.items[0].quantity, 5)
      const whole = await customer.put(`/lines/${own.variantIds[0]}`, { quantity: 4 })
      assert.deepEqual([whole.lines[0].notices, whole.canOrder], [[], true])
      const most = await customer.put(`/lines/${own.variantIds[1]}`, { quantity: 10 })
      assert.deepEqual(kinds(most.lines[1].notices), ['short', 'atMaximum'])
    })

    test('keeps what is not sold any more, by its name and out of the bill, until it is taken out', async () => {
      const own = await service.aShop({ count: 2 })
      const [first, second] = own.variantIds as [string, string]
      const customer = await ready(own)
      await customer.put(`/lines/${second}`, { quantity: 1 })
      await service.changeListing(own.id, second, { isListed: false })
      const cart = await customer.cart()
      const { name, productId, ...line } = cart.lines[1]
      assert.match(name, /^Product /)
      assert.match(productId, /^prd_/)
      assert.deepEqual(line, {
        variantId: second,
        brand: null,
        pack: '500 g',
        imageUrl: null,
        quantity: 1,
        mrpPaise: null,
        pricePaise: null,
        totalPaise: null,
        notices: [{ kind: 'notSold', message: 'It is not sold here any more' }],
      })
      assert.deepEqual([cart.bill.toPayPaise, kinds(cart.blockers)], [12_500, ['linesNotSold']])
      assert.equal((await customer.line(second, 2)).body.code, 'cart.not_sold')
      assert.equal((await customer.put(`/lines/${second}`, { quantity: 0 })).canOrder, true)
      await service.changeListing(own.id, first, { isListed: false })
      const { bill, blockers } = await customer.cart()
      assert.deepEqual([bill, kinds(blockers)], [null, ['linesNotSold', 'belowMinimum']])
    })

    test('cannot be ordered below the minimum of the store, nor while that is closed or paused', async () => {
      const customer = await ready()
      const small = await customer.put(`/lines/${a}`, { quantity: 3 })
      const message = 'Add things for ₹24 more: the store delivers from ₹99'
      assert.deepEqual(small.blockers, [{ kind: 'belowMinimum', message, minimumOrderPaise: 9900, missingPaise: 2400 }])
      for (const [fields, outcome] of [
        [{ status: 'closed' }, 'store_closed'],
        [{ status: 'paused', pauseReason: 'rain' }, 'paused'],
      ] as const) {
        const closed = await (await ready(await service.aShop({ fields }))).cart()
        assert.equal(closed.serviceability.outcome, outcome)
        assert.deepEqual(
          closed.blockers.map((each: { outcome: string }) => each.outcome),
          [outcome],
        )
        assert.deepEqual([closed.minimumOrderPaise, closed.bill.toPayPaise], [null, 12_500])
      }
    })

    test('says which ways to pay take its total, and cannot be ordered where none does', async () => {
      const mostPaise = 12_500
      const inCash = { id: 'cash', title: 'Cash on delivery', leastPaise: 0, mostPaise }
      const waysToPay = (totalPaise: number) => [{ ...inCash, isOpen: totalPaise <= mostPaise }]
      const cashOnly = await startCarts(database, { waysToPay, clock: service.clock })
      try {
        const customer = await cashOnly.customer()
        await customer.put('/address', { addressId: await cashOnly.anAddress(customer, shop.point) })
        const cart = await customer.put(`/lines/${a}`, { quantity: 5, storeId: shop.id })
        assert.deepEqual([cart.paymentMethods, cart.canOrder], [[{ ...inCash, isOpen: true }], true])
        const dearer = await customer.put('/tip', { tipPaise: 1 })
        assert.deepEqual([dearer.paymentMethods, dearer.canOrder], [[{ ...inCash, isOpen: false }], false])
        assert.deepEqual(kinds(dearer.blockers), ['notPayable'])
      } finally {
        await cashOnly.end()
      }
    })

    test('goes to an address of its owner’s own that is on the map', async () => {
      const customer = await service.customer()
      const stranger = await service.customer()
      const put = (addressId: string) => customer.ask('PUT', '/address', { addressId })
      const theirs = await service.anAddress(stranger, shop.point)
      const unplaced = await service.anAddress(customer, null)
      assert.equal((await put(theirs)).body.code, 'cart.address_not_found')
      assert.equal((await put(unplaced)).body.code, 'cart.point_missing')
      assert.equal((await customer.cart()).id, null)
      assert.equal((await service.guest().ask('PUT', '/address', { addressId: theirs })).status, 401)
      const id = await service.anAddress(customer, shop.point)
      const { body } = await put(id)
      const address = {
        id,
        label: 'Home',
        lines: ['7 Test Lane'],
        landmark: null,
        pincode: '560038',
        point: shop.point,
      }
      assert.deepEqual([body.cart.address, body.cart.storeId], [address, shop.id])
      assert.equal((await customer.line(a, 5)).body.cart.canOrder, true)
      await service.call('DELETE', `/api/me/addresses/${id}`, { token: customer.token ?? '' })
      const without = await customer.cart()
      assert.deepEqual([without.address, kinds(without.blockers)], [null, ['addressMissing']])
    })

    test('goes to a place without an address only to be looked at', async () => {
      const place = { point: shop.point, pincode: '560038' }
      for (const who of [service.guest(), await service.customer()]) {
        const { address, storeId } = await who.put('/address', place)
        assert.deepEqual(address, { id: null, label: null, lines: null, landmark: null, ...place })
        assert.equal(storeId, shop.id)
        assert.deepEqual(kinds((await who.put(`/lines/${a}`, { quantity: 5 })).blockers), ['addressMissing'])
        assert.equal((await who.put('/address', { point: shop.point })).address.pincode, null)
      }
    })

    test('moves to the store that serves a new place, and says what that does not sell or sells at another price', async () => {
      const other = await service.aShop({ variantIds: [a] })
      await service.priceOf(other.id, a, 2000)
      const customer = await ready()
      await customer.put(`/lines/${b}`, { quantity: 1 })
      const moved = await customer.put('/address', { addressId: await service.anAddress(customer, other.point) })
      assert.equal(moved.storeId, other.id)
      assert.deepEqual(
        moved.lines.map((each: { notices: { kind: string }[] }) => kinds(each.notices)),
        [['priceChanged'], ['notSold']],
      )
      assert.deepEqual([moved.bill.toPayPaise, kinds(moved.blockers)], [10_000, ['linesNotSold']])
      const nowhere = await customer.put('/address', { point: { lat: 0, lng: 0 } })
      assert.deepEqual([nowhere.storeId, nowhere.serviceability], [other.id, { outcome: 'not_covered' }])
      assert.deepEqual(kinds(nowhere.blockers), ['linesNotSold', 'addressMissing', 'notServiceable'])
    })

    test('stays with its store where another serves the place as well', async () => {
      const twin = await service.aShop({ point: shop.point })
      const [own] = twin.variantIds as [string]
      const guest = service.guest()
      await guest.put(`/lines/${own}`, { quantity: 1, storeId: twin.id })
      assert.equal((await guest.put('/address', { point: twin.point })).storeId, twin.id)
    })
  })
}
