import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { numbersFrom, type StartedAccounts, startAccounts } from '../support/accounts.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { inParallel, statuses } from '../support/service.ts'
import { aStockroom, aStore, type Stockroom, skuOf, variants } from '../support/stock.ts'

for (const kind of databaseKinds) {
  describe(`stock on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedAccounts
    let room: Stockroom
    let admin: string
    const aNumber = numbersFrom(9_812_000_000)
    before(async () => {
      database = await aDatabase(kind)
      service = await startAccounts(database, {
        async others({ accounts, server, clock }) {
          room = aStockroom(database, { clock, authenticate: accounts.authenticate })
          await server.register(room.inventory.routes, { prefix: '/api' })
        },
      })
      admin = (await service.anAdmin(aNumber())).accessToken
    })
    after(async () => {
      await service.end()
      await database.end()
    })

    async function somebody(role: string, ...storeIds: string[]): Promise<string> {
      const number = aNumber()
      const { user } = await service.signIn(number)
      const body = { roles: ['customer', role], storeIds }
      assert.equal((await service.call('PATCH', `/api/users/${user.id}`, { token: admin, body })).status, 200)
      return (await service.signIn(number)).accessToken
    }
    async function aShop(count = 3, quantity = 10) {
      const { id } = await aStore(database)
      const ids = await variants(database, count)
      if (quantity > 0) await room.stockUp(id, ids, quantity)
      room.shown.splice(0)
      room.emitted.splice(0)
      const at = (path: string) => `/api/stores/${id}/${path}`
      const post = (path: string, body: unknown, { token = admin, key }: { token?: string; key?: string } = {}) =>
        service.call('POST', at(path), { token, body, ...(key && { headers: { 'idempotency-key': key } }) })
      const adjust = (how: string, lines: unknown, options: { token?: string; key?: string } = {}) =>
        post('stock-adjustments', { kind: how, reason: 'Delivery 12', lines }, options)
      const get = (path: string, token = admin) => service.call('GET', at(path), { token })
      const onHand = async () => (await room.levels(id)).map((level) => level.onHand)
      const held = async (variantId: string, quantity: number) => {
        const input = { storeId: id, reference: `ord_${aNumber()}`, lines: [{ variantId, quantity }] }
        const { outcome } = await room.within((tx) => room.inventory.reserve(tx, input))
        assert.equal(outcome, 'held')
      }
      return { id, ids: ids as [string, string, string], post, adjust, get, onHand, held }
    }

    test('comes in by id or SKU, with a movement each that says why, by whom and to what it belongs', async () => {
      const { ids, adjust, get, onHand } = await aShop(2, 0)
      const { status, body } = await adjust('inward', [
        { sku: skuOf(ids[1]), quantity: 5 },
        { variantId: ids[0], quantity: 24 },
        { sku: skuOf(ids[1]), quantity: 2 },
      ])
      assert.equal(status, 201)
      assert.match(body.adjustmentId, /^adj_/)
      assert.deepEqual(body.lines, [
        { variantId: ids[1], sku: skuOf(ids[1]), change: 7, onHand: 7, reserved: 0, available: 7 },
        { variantId: ids[0], sku: skuOf(ids[0]), change: 24, onHand: 24, reserved: 0, available: 24 },
      ])
      assert.deepEqual(await onHand(), [24, 7])
      const { movements } = (await get(`stock/${ids[1]}/movements`)).body
      const { at, actorId, ...movement } = movements[0]
      assert.deepEqual(movement, {
        number: 1,
        kind: 'inward',
        quantity: 7,
        onHandAfter: 7,
        reason: 'Delivery 12',
        reference: body.adjustmentId,
      })
      assert.match(actorId, /^usr_/)
      assert.equal(at, new Date(room.clock.now()).toISOString())
      assert.deepEqual(
        room.shown.map(({ variantId, unitsLeft }) => [variantId, unitsLeft]).sort(),
        [
          [ids[0], 5],
          [ids[1], 5],
        ].sort(),
      )
    })

    test('goes and comes by kind: damage and expiry take, returns give, a count says how many there are', async () => {
      const { ids, adjust, onHand, get } = await aShop(1)
      for (const [how, quantity, left] of [
        ['damage', 2, 8],
        ['expiry', 1, 7],
        ['return', 3, 10],
        ['count', 4, 4],
        ['count', 0, 0],
      ] as const) {
        assert.equal((await adjust(how, [{ variantId: ids[0], quantity }])).status, 201)
        assert.deepEqual(await onHand(), [left])
      }
      assert.equal((await adjust('count', [{ variantId: ids[0], quantity: 0 }])).body.lines[0].change, 0)
      const { movements } = (await get(`stock/${ids[0]}/movements`)).body
      assert.deepEqual(
        movements.map(({ kind: how, quantity }: { kind: string; quantity: number }) => `${how} ${quantity}`),
        ['count -4', 'count -6', 'return 3', 'expiry -1', 'damage -2', 'inward 10'],
      )
    })

    test('changes with all lines or none, and names each that is short with what is there', async () => {
      const { ids, adjust, onHand, held } = await aShop()
      await held(ids[1], 8)
      const { status, body } = await adjust('damage', [
        { variantId: ids[0], quantity: 1 },
        { variantId: ids[1], quantity: 3 },
        { sku: skuOf(ids[2]), quantity: 11 },
      ])
      assert.deepEqual([status, body.code], [409, 'stock.short'])
      assert.deepEqual(body.lines, [
        { line: 2, variantId: ids[1], sku: skuOf(ids[1]), wanted: 3, onHand: 10, reserved: 8 },
        { line: 3, variantId: ids[2], sku: skuOf(ids[2]), wanted: 11, onHand: 10, reserved: 0 },
      ])
      assert.deepEqual(await onHand(), [10, 10, 10])
      const counted = await adjust('count', [
        { variantId: ids[0], quantity: 9 },
        { variantId: ids[1], quantity: 7 },
      ])
      assert.deepEqual([counted.status, counted.body.code], [409, 'stock.below_reserved'])
      assert.deepEqual(counted.body.lines, [
        { line: 2, variantId: ids[1], sku: skuOf(ids[1]), wanted: 7, onHand: 10, reserved: 8 },
      ])
      assert.deepEqual(await onHand(), [10, 10, 10])
      assert.equal((await adjust('count', [{ variantId: ids[1], quantity: 8 }])).status, 201)
    })

    test('refuses lines that cannot be, each with its reason, and writes nothing', async () => {
      const { ids, adjust, onHand } = await aShop()
      const unknown = ids[0].replace(/.{6}$/, '000000')
      const { status, body } = await adjust('inward', [
        { variantId: ids[0], quantity: -1 },
        { variantId: ids[1], quantity: 1.5 },
        { variantId: ids[2], quantity: 1_000_001 },
        { variantId: ids[0], quantity: 0 },
        { variantId: ids[0], sku: skuOf(ids[0]), quantity: 1 },
        { quantity: 1 },
        { variantId: unknown, quantity: 1 },
        { sku: 'NOTHING', quantity: 1 },
        { variantId: ids[0], quantity: 1 },
      ])
      assert.deepEqual([status, body.code], [400, 'stock.lines_invalid'])
      assert.deepEqual(
        body.lines.map(({ line }: { line: number }) => line),
        [1, 2, 3, 4, 5, 6, 7, 8],
      )
      assert.equal(body.lines[0].reason, 'The quantity must be a whole number from 1 to 1000000.')
      assert.equal(body.lines[7].reason, 'There is no such variant.')
      const twice = await adjust('count', [
        { variantId: ids[0], quantity: 1 },
        { sku: skuOf(ids[0]), quantity: 2 },
      ])
      assert.deepEqual(twice.body.lines, [{ line: 2, reason: 'Line 1 counts the same.' }])
      assert.deepEqual(await onHand(), [10, 10, 10])
    })

    test('answers 400 to a body that is none, whatever is in it', async () => {
      const { ids, adjust, post, onHand } = await aShop(1)
      const line = { variantId: ids[0], quantity: 1 }
      const reason = 'x'
      for (const body of [
        undefined,
        {},
        [],
        { kind: 'sale', reason, lines: [line] },
        { kind: 'transfer', reason, lines: [line] },
        { kind: 'inward', lines: [line] },
        { kind: 'inward', reason: ' ', lines: [line] },
        { kind: 'inward', reason: 'x'.repeat(201), lines: [line] },
        { kind: 'inward', reason, lines: [] },
        { kind: 'inward', reason, lines: Array.from({ length: 201 }, () => line) },
        { kind: 'inward', reason, lines: [{ ...line, quantity: '1' }] },
        { kind: 'inward', reason, lines: [{ ...line, quantity: null }] },
        { kind: 'inward', reason, lines: [{ variantId: "'; drop table variants", quantity: 1 }] },
        { kind: 'inward', reason, lines: [{ sku: 'क', quantity: 1 }] },
      ])
        assert.equal((await post('stock-adjustments', body)).status, 400, JSON.stringify(body))
      for (const quantity of [1e15, 2 ** 31, 1e300])
        assert.equal((await adjust('inward', [{ ...line, quantity }])).status, 400)
      for (const key of ['a b', 'x'.repeat(201)]) assert.equal((await adjust('inward', [line], { key })).status, 400)
      assert.deepEqual(await onHand(), [10])
    })

    test('is not more than the database can hold', async () => {
      const { ids, adjust } = await aShop(1)
      const full = Array.from({ length: 100 }, () => ({ variantId: ids[0], quantity: 1_000_000 }))
      const { status, body } = await adjust('inward', full)
      assert.deepEqual([status, body.lines[0].reason], [400, 'There would be more than 100000000 of it.'])
    })

    test('changes once for a key, and answers the same again', async () => {
      const { ids, adjust, onHand } = await aShop(1)
      const lines = [{ variantId: ids[0], quantity: 5 }]
      const first = await adjust('inward', lines, { key: 'delivery-12' })
      const again = await adjust('inward', lines, { key: 'delivery-12' })
      assert.deepEqual([again.status, again.body], [201, first.body])
      assert.deepEqual(
        [first, again].map(({ headers }) => headers['idempotency-replayed']),
        [undefined, 'true'],
      )
      assert.equal((await adjust('return', lines, { key: 'delivery-12' })).status, 422)
      assert.deepEqual(await onHand(), [15])
      const answers = await inParallel(10, () => adjust('inward', lines, { key: 'delivery-13' }))
      const { 201: made = 0, 409: busy = 0 } = statuses(answers)
      assert.equal(made + busy, 10)
      assert.deepEqual(await onHand(), [20])
    })

    test('goes from one store to another in one step, or not at all', async () => {
      const [from, to] = [await aShop(2), await aShop(1)]
      const [a, b] = from.ids
      const transfer = (lines: unknown, toStoreId = to.id, token = admin) =>
        from.post('stock-transfers', { toStoreId, reason: 'Runs low there', lines }, { token })
      const { status, body } = await transfer([
        { variantId: a, quantity: 4 },
        { sku: skuOf(b), quantity: 10 },
      ])
      assert.equal(status, 201)
      assert.deepEqual(
        body.lines.map(({ change, onHand }: Record<string, number>) => [change, onHand]),
        [
          [-4, 6],
          [-10, 0],
        ],
      )
      const received = (await to.get(`stock/${a}/movements`)).body.movements[0]
      assert.deepEqual([received.kind, received.quantity, received.reference], ['transfer', 4, body.adjustmentId])
      const short = await transfer([
        { variantId: a, quantity: 5 },
        { variantId: b, quantity: 1 },
      ])
      assert.deepEqual([short.status, short.body.lines.length, short.body.lines[0].line], [409, 1, 2])
      assert.deepEqual(await from.onHand(), [6, 0])
      assert.equal((await to.get(`stock/${a}`)).body.level.onHand, 4)
      assert.equal((await transfer([{ variantId: a, quantity: 1 }], from.id)).body.code, 'stock.same_store')
      const nowhere = to.id.replace(/.{6}$/, '000000')
      assert.equal((await transfer([{ variantId: a, quantity: 1 }], nowhere)).body.code, 'stock.no_such_store')
      const [oneStore, both] = [await somebody('storeManager', from.id), await somebody('storeManager', from.id, to.id)]
      assert.equal((await transfer([{ variantId: a, quantity: 1 }], to.id, oneStore)).status, 403)
      assert.equal((await transfer([{ variantId: a, quantity: 1 }], to.id, both)).status, 201)
    })

    test('is for those who work in the store: managers change it, pickers look and report what is spoilt', async () => {
      const shop = await aShop(1)
      const [variantId] = shop.ids
      const lines = [{ variantId, quantity: 1 }]
      const patch = (token: string) =>
        service.call('PATCH', `/api/stores/${shop.id}/stock/${variantId}`, { token, body: { buffer: 1 } })
      const [manager, picker] = [await somebody('storeManager', shop.id), await somebody('picker', shop.id)]
      const elsewhere = await somebody('storeManager', (await aShop(1)).id)
      const rider = await somebody('rider', shop.id)
      const tried = async (token: string) => [
        (await shop.get('stock', token)).status,
        (await shop.get(`stock/${variantId}`, token)).status,
        (await shop.get(`stock/${variantId}/movements`, token)).status,
        (await shop.adjust('damage', lines, { token })).status,
        (await shop.adjust('expiry', lines, { token })).status,
        (await shop.adjust('inward', lines, { token })).status,
        (await shop.adjust('count', lines, { token })).status,
        (await patch(token)).status,
      ]
      assert.deepEqual(await tried(manager), [200, 200, 200, 201, 201, 201, 201, 200])
      await shop.adjust('inward', [{ variantId, quantity: 10 }])
      assert.deepEqual(await tried(picker), [200, 200, 200, 201, 201, 403, 403, 403])
      for (const token of [elsewhere, rider]) assert.deepEqual(await tried(token), Array(8).fill(403))
      assert.equal((await service.call('GET', `/api/stores/${shop.id}/stock`)).status, 401)
      assert.equal((await service.call('GET', '/api/stores/nowhere/stock', { token: admin })).status, 400)
      const none = shop.id.replace(/.{6}$/, '000000')
      assert.equal(
        (await service.call('GET', `/api/stores/${none}/stock`, { token: admin })).body.code,
        'stock.no_such_store',
      )
    })

    test('is listed by variant, in pages, or found by SKU', async () => {
      const { ids, get } = await aShop(5)
      const seen: string[] = []
      let cursor = ''
      do {
        const { status, body } = await get(`stock?limit=2${cursor}`)
        assert.equal(status, 200)
        seen.push(...body.levels.map((level: { variantId: string }) => level.variantId))
        cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`
      } while (cursor !== '')
      assert.deepEqual(seen, ids)
      const { body } = await get(`stock?sku=${skuOf(ids[2])}`)
      const { updatedAt: _, ...level } = body.levels[0]
      assert.deepEqual(level, {
        variantId: ids[2],
        sku: skuOf(ids[2]),
        name: 'Milk',
        pack: '500 ml',
        onHand: 10,
        reserved: 0,
        buffer: 0,
        available: 10,
        lowStockAt: null,
        isLow: false,
      })
      assert.deepEqual((await get('stock?sku=NOTHING')).body.levels, [])
      for (const query of [
        'cursor=x',
        'limit=0',
        'low=yes',
        'sku=',
        'cursor=WyJhIiwiYiJd',
        'low=true&cursor=WyJhIiwiYiJd',
      ])
        assert.equal((await get(`stock?${query}`)).status, 400, query)
      assert.equal((await get(`stock/${ids[0]}/movements?cursor=WyJhIl0`)).status, 400)
    })

    test('is listed by urgency when it is low: what has nothing left first', async () => {
      const shop = await aShop(5)
      const [a, b, c, d, e] = shop.ids as unknown as [string, string, string, string, string]
      const mark = (variantId: string, body: unknown) =>
        service.call('PATCH', `/api/stores/${shop.id}/stock/${variantId}`, { token: admin, body })
      for (const [id, lowStockAt] of [
        [a, 100],
        [b, 10],
        [c, 5],
        [d, 20],
      ] as const)
        assert.equal((await mark(id, { lowStockAt })).body.level.lowStockAt, lowStockAt)
      await shop.adjust('count', [
        { variantId: c, quantity: 0 },
        { variantId: e, quantity: 0 },
      ])
      const low = async (more = '') => (await shop.get(`stock?low=true${more}`)).body
      const all = (await low()).levels.map(({ variantId }: { variantId: string }) => variantId)
      assert.deepEqual(all, [c, a, d, b])
      const first = await low('&limit=3')
      const rest = await low(`&limit=3&cursor=${first.nextCursor}`)
      assert.deepEqual(
        [...first.levels, ...rest.levels].map(({ variantId }) => variantId),
        all,
      )
      assert.equal(rest.nextCursor, null)
      assert.equal((await mark(b, { lowStockAt: null })).body.level.isLow, false)
      assert.equal((await low()).levels.length, 3)
    })

    test('is kept back by a buffer, which customers see at once; also before there is any', async () => {
      const shop = await aShop(1, 4)
      const [variantId] = shop.ids
      const mark = (id: string, body: unknown) =>
        service.call('PATCH', `/api/stores/${shop.id}/stock/${id}`, { token: admin, body })
      await mark(variantId, { lowStockAt: 2 })
      const { body } = await mark(variantId, { buffer: 2 })
      assert.deepEqual(
        [body.level.available, body.level.buffer, body.level.lowStockAt, body.level.isLow],
        [2, 2, 2, true],
      )
      assert.deepEqual(room.shown, [{ storeId: shop.id, variantId, unitsLeft: 2 }])
      assert.deepEqual(room.emitted, [{ name: 'stock.low', payload: { storeId: shop.id, variantId, available: 2 } }])
      const [fresh = ''] = await variants(database, 1)
      assert.equal((await shop.get(`stock/${fresh}`)).body.code, 'stock.not_found')
      assert.equal((await shop.get(`stock/${fresh}/movements`)).body.code, 'stock.not_found')
      assert.deepEqual((await mark(fresh, { buffer: 3 })).body.level.available, -3)
      assert.equal((await mark(fresh.replace(/.{6}$/, '000000'), { buffer: 3 })).body.code, 'stock.no_such_variant')
      for (const body of [
        {},
        { buffer: -1 },
        { buffer: 1.5 },
        { buffer: null },
        { lowStockAt: 1e7 },
        { lowStockAt: '1' },
      ])
        assert.equal((await mark(variantId, body)).status, 400, JSON.stringify(body))
    })

    test('tells what became of it in pages, the latest first', async () => {
      const { ids, adjust, get } = await aShop(1)
      for (let time = 0; time < 4; time += 1) await adjust('inward', [{ variantId: ids[0], quantity: 1 }])
      const first = (await get(`stock/${ids[0]}/movements?limit=3`)).body
      const rest = (await get(`stock/${ids[0]}/movements?limit=3&cursor=${first.nextCursor}`)).body
      assert.deepEqual(
        [...first.movements, ...rest.movements].map(({ number }) => number),
        [5, 4, 3, 2, 1],
      )
      assert.equal(rest.nextCursor, null)
    })
  })
}
