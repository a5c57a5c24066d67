import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { pino } from 'pino'
import { categoryKind } from '../../src/modules/catalog/import-categories.ts'
import { listingKind } from '../../src/modules/catalog/import-listings.ts'
import { productKind } from '../../src/modules/catalog/import-products.ts'
import type { ImportKind } from '../../src/modules/imports/index.ts'
import { createChangeFeed } from '../../src/platform/changes/change-feed.ts'
import type { Queryable } from '../../src/platform/database/database.ts'
import { insertCategory, insertListing, insertStore, notedKeys, shelfOf, unique } from '../support/catalog.ts'
import { setClock } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { exportRecords, importRecords } from '../support/import-rows.ts'

for (const engine of databaseKinds) {
  describe(`imports of the catalogue on ${engine.name}`, { skip: engine.skip }, () => {
    let database: TestDatabase
    let kinds: Record<'categories' | 'products' | 'listings', ImportKind>
    const stores = new Map<string, string>()
    before(async () => {
      database = await aDatabase(engine)
      const changes = createChangeFeed({ database, clock: setClock(), log: pino({ level: 'silent' }) })
      const face = {
        findStoreIdsByCode: async (_on: Queryable, codes: readonly string[]) =>
          new Map([...stores].filter(([code]) => codes.includes(code))),
        readStoreCodes: async () => new Map([...stores].map(([code, id]) => [id, code])),
      }
      kinds = {
        categories: categoryKind({ database, changes }) as ImportKind,
        products: productKind({ database, changes }) as ImportKind,
        listings: listingKind({ database, changes, stores: face }) as ImportKind,
      }
      await insertCategory(database, { slug: 'milk', name: 'Milk' })
      for (const code of ['BLR-A', 'BLR-B']) stores.set(code, await insertStore(database, code))
    })
    after(() => database.end())

    const aRow = (fields: object = {}) => ({
      sku: unique('IMP-'),
      product_code: unique('CODE-'),
      name: 'Toned Milk',
      category: 'milk',
      pack: '500 ml',
      mrp: '28.00',
      hsn_code: '0401',
      gst_percent: '5',
      ...fields,
    })
    const products = (...rows: object[]) => importRecords(database, kinds.products, rows as never)
    const listings = (rows: object[], options = {}) => importRecords(database, kinds.listings, rows as never, options)
    const one = async <T = never>(sql: string, values: unknown[] = []) => (await database.raw(sql, values)).rows[0] as T
    const productOf = (sku: string): Promise<{ id: string; brand: string; version: number; variantVersion: number }> =>
      one(
        `select p.*, v.version as "variantVersion" from products p join variants v on v.product_id = p.id where sku = $1`,
        [sku],
      )
    const counts = ({ created, changed, unchanged }: Awaited<ReturnType<typeof products>>) => [
      created,
      changed,
      unchanged,
    ]

    test('add products with their variants, found by their words afterwards', async () => {
      const [small, large] = [aRow({ brand: 'Nandini', keywords: 'doodh | paal' }), aRow({ pack: '1 l', mrp: 54.5 })]
      large.product_code = small.product_code
      const result = await products(small, large)
      assert.deepEqual(result, { created: 2, changed: 0, unchanged: 0, faults: [] })
      const { id } = await productOf(small.sku)
      assert.equal((await productOf(large.sku)).id, id)
      const found = await one(
        `select 1 as found from products where id = $1 and search @@ 'doodh:C & nandini:B & milk:A'`,
        [id],
      )
      assert.deepEqual(found, { found: 1 })
      assert.deepEqual(await one('select count(*) as n from shelf_pending'), { n: 0 })
    })

    test('take texts that read otherwise than they are for faults, and Indic words with joiners as they are', async () => {
      const turned = { name: 'Milk \u202ekliM', keywords: 'doodh | pa\u200bal', description: 'Fresh\ufeff\nevery day' }
      const word = 'തമിഴ്\u200cനാട് രക്\u200dഷ'
      const [wrong, right] = [aRow(turned), aRow({ name: word, keywords: 'रक्\u200dषा' })]
      const { faults, created } = await products(wrong, right)
      const reasons = Object.fromEntries(faults.map(({ column, reason }) => [column, reason]))
      const must = (longest: number) =>
        `must be text without control or invisible characters, ${longest} characters at most`
      assert.deepEqual(reasons, {
        name: must(160),
        keywords: `must be 20 at most, separated by |; each ${must(40)}`,
        description: must(4000),
      })
      assert.equal(created, 1)
      const { id } = await productOf(right.sku)
      assert.deepEqual(await one('select name from products where id = $1', [id]), { name: word })
    })

    test('are shown together with the rows when they are few, and follow when they are many', async () => {
      const most = engine.name === 'PGlite' ? 100 : 1000
      const store = 'BLR-A'
      const rows = Array.from({ length: most + 1 }, () => aRow())
      await products(...rows)
      const listed = rows.map(({ sku }) => ({ store, sku, price: '27' }))
      const { afterwards: _later, ...atOnce } = kinds.listings
      const shown = async () => {
        const { n } = await one<{ n: number }>(
          `select count(*)::integer as n from shelf_items join variants v using (product_id) where sku = any ($1)`,
          [rows.map(({ sku }) => sku)],
        )
        return n
      }
      await importRecords(database, atOnce, listed.slice(1))
      assert.equal(await shown(), most)
      await importRecords(
        database,
        atOnce,
        listed.map((row) => ({ ...row, price: '26' })),
      )
      assert.equal(await shown(), most)
      await kinds.listings.afterwards?.({ scope: {}, now: new Date(0), importId: 'imp_1' })
      assert.equal(await shown(), most + 1)
    })

    test('count the words of products when they are in', async () => {
      await products(aRow({ brand: 'Zanzibar' }), aRow({ brand: 'Zanzibar' }))
      const counted = await one(`select frequency from search_words where word = 'zanzibar'`)
      assert.deepEqual(counted, { frequency: 2 })
    })

    test('change nothing and no version when they are repeated, and only what differs otherwise', async () => {
      const rows = [aRow({ brand: 'Amul', ean: '8901262010016' }), aRow(), aRow()] as const
      await products(...rows)
      const all = async () => (await database.raw('select xmin::text, version from variants order by id', [])).rows
      const before = await all()
      assert.deepEqual(counts(await products(...rows)), [0, 0, 3])
      assert.deepEqual(await all(), before)
      const mixed = await products({ ...rows[0], brand: 'Nandini' }, { ...rows[1], mrp: '29' }, rows[2])
      assert.deepEqual(counts(mixed), [0, 2, 1])
      const [first, second, third] = await Promise.all(rows.map(({ sku }) => productOf(sku)))
      assert.deepEqual([first?.version, first?.variantVersion, first?.brand], [2, 1, 'Nandini'])
      assert.deepEqual([second?.version, second?.variantVersion], [1, 2])
      assert.deepEqual([third?.version, third?.variantVersion], [1, 1])
    })

    test('leave what an empty cell says nothing of', async () => {
      const row = aRow({ brand: 'Amul', storage: 'chilled', max_per_order: '3' })
      await products(row)
      const { brand: _brand, storage: _storage, max_per_order: _max, ...rest } = row as Record<string, string>
      assert.deepEqual(counts(await products({ ...rest, brand: '', mrp: '30' })), [0, 1, 0])
      const kept = await one(
        `select brand, storage, max_per_order as max from products p join variants v on v.product_id = p.id where sku = $1`,
        [row.sku],
      )
      assert.deepEqual(kept, { brand: 'Amul', storage: 'chilled', max: 3 })
    })

    test('name the line and column of what cannot be', async () => {
      const there = aRow({ ean: '4006381333931' })
      await products(there)
      const listed = aRow()
      await products(listed)
      const { id: variantId } = await one('select id from variants where sku = $1', [listed.sku])
      await insertListing(database, { storeId: stores.get('BLR-A') ?? '', variantId, pricePaise: 2700 })
      const gone = aRow()
      await products(gone)
      await database.raw('update products set archived_at = now() where code = $1', [gone.product_code])
      const twice = aRow({ ean: '96385074' })
      const result = await products(
        aRow({ category: 'nowhere' }),
        aRow({ sku: there.sku }),
        aRow({ ean: '4006381333931' }),
        { ...listed, mrp: '26.99' },
        gone,
        twice,
        { ...twice, ean: '' },
        aRow({ ean: '96385074' }),
        aRow({ mrp: 'free', gst_percent: '6', ean: '123', hsn_code: '' }),
      )
      const faults = result.faults.map(({ line, column, reason }) => [line, column, reason])
      assert.deepEqual(
        faults.sort((a, b) => Number(a[0]) - Number(b[0])),
        [
          [2, 'category', 'there is no category with this slug'],
          [3, 'product_code', 'this SKU belongs to another product'],
          [4, 'ean', 'another variant has this already'],
          [5, 'mrp', 'is below the price in a store'],
          [6, 'product_code', 'this product is archived: bring it back first'],
          [8, 'sku', 'is in line 7 already'],
          [9, 'ean', 'is in line 7 already'],
          [10, 'mrp', 'must be a price in rupees such as 28.00, 1000000 at most'],
          [10, 'hsn_code', 'is missing'],
          [10, 'gst_percent', 'must be one of 0, 0.25, 3, 5, 12, 18, 28, 40'],
          [10, 'ean', 'must be 8, 12, 13 or 14 digits with a right check digit'],
        ],
      )
      assert.deepEqual(counts(result), [1, 0, 0])
    })

    test('refuse rows that say otherwise of one product than a row before, however far apart', async () => {
      const code = unique('CONTRA-')
      const rows = [
        aRow({ product_code: code, brand: 'Amul' }),
        aRow({ product_code: code, keywords: 'a | b' }),
        aRow({ product_code: code, brand: 'Nandini' }),
        aRow({ product_code: code, name: 'Other' }),
        aRow({ product_code: code, keywords: 'a | b', brand: 'Amul' }),
      ]
      for (const atOnce of [500, 1]) {
        const again = rows.map((row) => ({ ...row, sku: unique('CON-'), product_code: code + atOnce }))
        const { faults, created } = await importRecords(database, kinds.products, again, { atOnce })
        assert.deepEqual(
          faults.map(({ line, column, reason }) => [line, column, reason]),
          [
            [4, 'brand', 'contradicts line 2, which is of the same product'],
            [5, 'name', 'contradicts line 2, which is of the same product'],
          ],
        )
        assert.equal(created, 3)
      }
    })

    test('put listings into stores, and onto the shelf afterwards', async () => {
      const row = aRow()
      await products(row)
      const said = [
        { store: 'BLR-A', sku: row.sku, price: '27.50', rank: '5' },
        { store: 'BLR-B', sku: row.sku, price: '28' },
      ]
      assert.deepEqual(counts(await listings(said)), [2, 0, 0])
      const { id } = await productOf(row.sku)
      assert.deepEqual(
        (await shelfOf(database, id)).map(({ storeId, pricePaise, rank }) => [storeId, pricePaise, rank]).sort(),
        [
          [stores.get('BLR-A'), 2750, 5],
          [stores.get('BLR-B'), 2800, 1000],
        ].sort(),
      )
      assert.deepEqual(counts(await listings(said)), [0, 0, 2])
      const changed = await listings([
        { store: 'BLR-A', sku: row.sku, price: '27.50', listed: 'no' },
        said[1] as object,
      ])
      assert.deepEqual(counts(changed), [0, 1, 1])
      assert.deepEqual(
        (await shelfOf(database, id)).map(({ storeId }) => storeId),
        [stores.get('BLR-B')],
      )
      assert.equal((await notedKeys(database, 'shelf')).includes(`${stores.get('BLR-A')} ${id} content`), true)
      const kept = await one('select rank, version from listings where is_listed = false and store_id = $1', [
        stores.get('BLR-A'),
      ])
      assert.deepEqual(kept, { rank: 5, version: 2 })
    })

    test('name what is wrong with listings, and take the store from the import', async () => {
      const row = aRow()
      await products(row)
      const { sku } = row
      const wrong = await listings([
        { sku, price: '20' },
        { store: 'NOWHERE', sku, price: '20' },
        { store: 'BLR-A', sku: 'NOTHING', price: '20' },
        { store: 'BLR-A', sku, price: '28.01' },
        { store: 'BLR-A', sku, price: '20' },
        { store: 'BLR-A', sku, price: '21' },
        { store: 'BLR-A', sku, price: '-1', listed: 'maybe' },
      ])
      assert.deepEqual(
        wrong.faults
          .map(({ line, column, reason }) => [line, column, reason])
          .sort((a, b) => Number(a[0]) - Number(b[0])),
        [
          [2, 'store', 'is missing'],
          [3, 'store', 'there is no store with this code'],
          [4, 'sku', 'there is no variant with this SKU'],
          [5, 'price', 'is above the MRP'],
          [7, 'sku', 'is in line 6 already'],
          [8, 'price', 'must be a price in rupees such as 28.00, 1000000 at most'],
          [8, 'listed', 'must be yes or no'],
        ],
      )
      const scope = { storeId: stores.get('BLR-B') ?? '' }
      const scoped = await listings(
        [
          { sku, price: '20' },
          { store: 'BLR-A', sku, price: '20' },
        ],
        { scope },
      )
      assert.deepEqual(
        scoped.faults.map(({ line, column, reason }) => [line, column, reason]),
        [[3, 'store', 'is not the store that the file is for']],
      )
      assert.equal(scoped.created, 1)
    })

    test('make categories, parents first, and move what is in them', async () => {
      const [a, b, leaf] = [unique('a-'), unique('b-'), unique('leaf-')]
      const rows = [
        { slug: a, name: 'Apples' },
        { slug: b, name: 'Bread', position: '4' },
        { slug: leaf, name: 'Leaf', parent: a, image_url: 'https://img.example/x.jpg' },
      ]
      const run = (records: object[], atOnce = 500) =>
        importRecords(database, kinds.categories, records as never, { atOnce })
      assert.deepEqual(counts(await run(rows, 1)), [3, 0, 0])
      assert.deepEqual(counts(await run(rows)), [0, 0, 3])
      const row = aRow({ category: leaf })
      await products(row)
      assert.deepEqual(counts(await run([{ slug: leaf, name: 'Leaf', parent: b }])), [0, 1, 0])
      const { id } = await productOf(row.sku)
      assert.deepEqual(
        await one(`select search @@ 'bread' as bread, search @@ 'appl' as apples from products where id = $1`, [id]),
        {
          bread: true,
          apples: false,
        },
      )
      const wrong = await run([
        { slug: a, name: 'x', parent: b },
        { slug: unique('x-'), name: 'x', parent: 'nowhere' },
        { slug: 'Not A Slug', name: 'x' },
        { slug: b, name: 'Bread' },
        { slug: b, name: 'Bread' },
      ])
      assert.deepEqual(
        wrong.faults.map(({ line, column }) => [line, column]).sort((x, y) => Number(x[0]) - Number(y[0])),
        [
          [2, 'parent'],
          [3, 'parent'],
          [4, 'slug'],
          [6, 'slug'],
        ],
      )
    })

    test('take back what they gave out, and change nothing by it', async () => {
      for (const kind of [kinds.categories, kinds.products, kinds.listings]) {
        const records = await exportRecords(database, kind)
        assert.ok(records.length > 2, kind.name)
        const names = kind.columns.map(({ name }) => name).sort()
        for (const record of records) assert.deepEqual(Object.keys(record).sort(), names)
        const again = await importRecords(database, kind, records)
        assert.deepEqual(again, { created: 0, changed: 0, unchanged: records.length, faults: [] }, kind.name)
      }
    })

    test('are for admins, those of listings for managers of the store too', () => {
      const storeId = stores.get('BLR-A') ?? ''
      const manager = { roles: ['storeManager'], storeIds: [storeId] } as const
      const may = (name: keyof typeof kinds, scope = {}) => kinds[name].mayBeUsedBy(manager, scope)
      assert.deepEqual([may('categories'), may('products', { storeId }), may('listings')], [false, false, false])
      assert.deepEqual([may('listings', { storeId }), may('listings', { storeId: 'sto_x' })], [true, false])
      for (const kind of Object.values(kinds))
        assert.equal(kind.mayBeUsedBy({ roles: ['admin'], storeIds: [] }, {}), true)
    })
  })
}
