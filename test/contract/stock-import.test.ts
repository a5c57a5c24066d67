import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ApplyContext, ImportKind } from '../../src/modules/imports/index.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { aStockroom, aStore, type Stockroom, skuOf, variants } from '../support/stock.ts'

for (const kind of databaseKinds) {
  describe(`importing stock on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let room: Stockroom
    let stock: ImportKind
    before(async () => {
      database = await aDatabase(kind)
      room = aStockroom(database)
      stock = room.inventory.importKinds[0] as ImportKind
    })
    after(() => database.end())

    type Row = Readonly<Record<string, unknown>>
    /** Applies records as the lines of a file from 2 on. */
    function apply(records: readonly Row[], scope: ApplyContext['scope'] = {}) {
      const rows = records.map((record, at) => {
        const read = stock.read(record)
        assert.ok('row' in read, JSON.stringify(read))
        return { line: at + 2, row: read.row }
      })
      const context = { scope, now: new Date(room.clock.now()), actorId: 'usr_importer', importId: 'imp_1' }
      return room.within((tx) => stock.apply(tx, rows, context))
    }
    const movements = async (storeId: string) =>
      (
        await database.raw(
          `select kind, quantity, reason, reference, actor_id as actor from stock_movements where store_id = $1
            order by variant_id, number`,
          [storeId],
        )
      ).rows
    const marks = async (storeId: string) =>
      (
        await database.raw(
          'select on_hand as "onHand", buffer, low_stock_at as low from stock_levels where store_id = $1 order by variant_id',
          [storeId],
        )
      ).rows

    test('sets what was counted, with a movement for each change, and says what is new', async () => {
      const { id, code } = await aStore(database)
      const [a = '', b = '', c = ''] = await variants(database, 3)
      await room.stockUp(id, [a], 10)
      room.shown.splice(0)
      const applied = await apply([
        { store: code, sku: skuOf(a), on_hand: '4', low_stock_at: '6' },
        { store: code, sku: skuOf(b), on_hand: '7', buffer: '5' },
        { store: code, sku: skuOf(c), on_hand: '0' },
      ])
      assert.deepEqual(applied, { created: 2, changed: 1, unchanged: 0, faults: [] })
      assert.deepEqual(await marks(id), [
        { onHand: 4, buffer: 0, low: 6 },
        { onHand: 7, buffer: 5, low: null },
        { onHand: 0, buffer: 0, low: null },
      ])
      const counted = { kind: 'count', reason: 'import', reference: 'imp_1', actor: 'usr_importer' }
      assert.deepEqual((await movements(id)).slice(1), [
        { ...counted, quantity: -6 },
        { ...counted, quantity: 7 },
      ])
      assert.deepEqual(
        room.shown.map(({ variantId, unitsLeft }) => [variantId, unitsLeft]),
        [
          [a, 4],
          [b, 2],
        ],
      )
      assert.deepEqual(room.emitted.at(-1)?.payload, { storeId: id, variantId: a, available: 4 })
    })

    test('writes nothing for rows that say what is there, and leaves what a row does not name', async () => {
      const { id, code } = await aStore(database)
      const ids = await variants(database, 2)
      const rows = ids.map((variant) => ({ store: code, sku: skuOf(variant), on_hand: 9, buffer: 1, low_stock_at: 3 }))
      assert.deepEqual(await apply(rows), { created: 2, changed: 0, unchanged: 0, faults: [] })
      const before = [await movements(id), await marks(id)]
      room.shown.splice(0)
      assert.deepEqual(await apply(rows), { created: 0, changed: 0, unchanged: 2, faults: [] })
      assert.deepEqual(await apply(ids.map((variant) => ({ store: code, sku: skuOf(variant), on_hand: 9 }))), {
        created: 0,
        changed: 0,
        unchanged: 2,
        faults: [],
      })
      assert.deepEqual([await movements(id), await marks(id)], before)
      assert.deepEqual(room.shown, [])
      assert.deepEqual(await apply([{ store: code, sku: skuOf(ids[0] ?? ''), on_hand: 9, buffer: 2 }]), {
        created: 0,
        changed: 1,
        unchanged: 0,
        faults: [],
      })
      assert.deepEqual(await movements(id), before[0])
    })

    test('reports rows that cannot be, by line and column, and applies the others', async () => {
      const [here, there] = [await aStore(database), await aStore(database)]
      const [a = '', b = ''] = await variants(database, 2)
      await room.stockUp(here.id, [a, b], 10)
      const lines = [{ variantId: a, quantity: 6 }]
      await room.within((tx) => room.inventory.reserve(tx, { storeId: here.id, reference: `imp-${here.id}`, lines }))
      const applied = await apply(
        [
          { sku: skuOf(a), on_hand: 5 },
          { sku: 'NOTHING', on_hand: 5 },
          { store: there.code, sku: skuOf(b), on_hand: 5 },
          { store: 'NOWHERE', sku: 'NOTHING', on_hand: 5 },
          { store: here.code, sku: skuOf(b), on_hand: 5 },
        ],
        { storeId: here.id },
      )
      assert.deepEqual(applied, {
        created: 0,
        changed: 1,
        unchanged: 0,
        faults: [
          { line: 2, column: 'on_hand', reason: 'must be at least the 6 that are reserved for orders' },
          { line: 3, column: 'sku', reason: 'there is no variant with this SKU' },
          { line: 4, column: 'store', reason: 'is not the store that the file is for' },
          { line: 5, column: 'store', reason: 'there is no store with this code' },
          { line: 5, column: 'sku', reason: 'there is no variant with this SKU' },
        ],
      })
      assert.deepEqual(await room.levels(here.id), [
        { onHand: 10, reserved: 6, moved: 10 },
        { onHand: 5, reserved: 0, moved: 5 },
      ])
      assert.deepEqual((await apply([{ sku: skuOf(a), on_hand: 5 }])).faults, [
        { line: 2, column: 'store', reason: 'is missing' },
      ])
    })

    test('takes rows of one level one after the other, the last being what stays', async () => {
      const { id, code } = await aStore(database)
      const [a = ''] = await variants(database, 1)
      const applied = await apply([5, 8, 8, 3].map((on_hand) => ({ store: code, sku: skuOf(a), on_hand })))
      assert.deepEqual(applied, { created: 1, changed: 2, unchanged: 1, faults: [] })
      assert.deepEqual(await room.levels(id), [{ onHand: 3, reserved: 0, moved: 3 }])
    })

    test('exports what can be imported again without a change, of a store or of all', async () => {
      const [one, two] = [await aStore(database), await aStore(database)]
      const ids = await variants(database, 1100)
      await room.stockUp(one.id, ids, 10)
      await room.stockUp(two.id, ids.slice(0, 5), 10)
      await apply([{ store: one.code, sku: skuOf(ids[0] ?? ''), on_hand: 3, buffer: 1, low_stock_at: 2 }])
      const exported = async (scope: ApplyContext['scope']) => {
        const rows: Row[] = []
        for await (const row of stock.export(database, scope)) rows.push(row)
        return rows
      }
      const rows = await exported({ storeId: one.id })
      assert.equal(rows.length, 1100)
      assert.deepEqual(rows[0], { store: one.code, sku: skuOf(ids[0] ?? ''), on_hand: 3, buffer: 1, low_stock_at: 2 })
      assert.deepEqual(await apply(rows), { created: 0, changed: 0, unchanged: 1100, faults: [] })
      const all = await exported({})
      assert.ok(all.length >= 1105 && all.filter(({ store }) => store === two.code).length === 5)
    })

    test('is for managers of the store, and for admins everywhere', () => {
      const may = (roles: string[], storeIds: string[], scope: ApplyContext['scope']) =>
        stock.mayBeUsedBy({ roles: roles as never, storeIds }, scope)
      assert.deepEqual(
        [
          may(['admin'], [], {}),
          may(['admin'], [], { storeId: 'sto_a' }),
          may(['storeManager'], ['sto_a'], { storeId: 'sto_a' }),
          may(['storeManager'], ['sto_a'], { storeId: 'sto_b' }),
          may(['storeManager'], ['sto_a'], {}),
          may(['picker'], ['sto_a'], { storeId: 'sto_a' }),
        ],
        [true, true, true, false, false, false],
      )
    })
  })
}
