import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ShelfPlace } from '../../src/modules/catalog/shelf.ts'
import { refreshShelf } from '../../src/modules/catalog/shelf-queries.ts'
import { showStock } from '../../src/modules/catalog/show-stock.ts'
import type { Tx } from '../../src/platform/database/database.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { insertCategory, insertListing, insertProduct, insertStore, shelfOf } from '../support/catalog.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'

for (const kind of databaseKinds) {
  describe(`the shelf on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let storeId: string
    let otherStoreId: string
    let categories: { id: string; depth: number }[]
    let keys: string[] = []
    const changes = {
      async note(_tx: Tx, _topic: string, noted: readonly string[]) {
        keys.push(...noted)
      },
    }
    const refresh = (productIds: string[], storeIds?: string[]): Promise<ShelfPlace[]> =>
      inTransaction(database.db, (tx) => refreshShelf(tx, productIds, storeIds ? { storeIds } : {}))
    const show = async (...units: [storeId: string, variantId: string, unitsLeft: number][]): Promise<string[]> => {
      keys = []
      await inTransaction(database.db, (tx) =>
        showStock(
          { changes },
          tx,
          units.map(([storeId, variantId, unitsLeft]) => ({ storeId, variantId, unitsLeft })),
        ),
      )
      return keys
    }
    const run = (sql: string, values: unknown[]) => database.raw(sql, values)
    /** A product in both stores with two packs. */
    async function aListedProduct() {
      const product = await insertProduct(database, { categoryId: categories[2]?.id ?? '', packs: ['500 g', '1 kg'] })
      for (const variantId of product.variantIds)
        for (const each of [storeId, otherStoreId]) await insertListing(database, { storeId: each, variantId })
      const [small = '', large = ''] = product.variantIds
      return { productId: product.productId, small, large }
    }
    before(async () => {
      database = await aDatabase(kind)
      storeId = await insertStore(database)
      otherStoreId = await insertStore(database)
      const root = await insertCategory(database)
      const below = await insertCategory(database, { parent: root })
      categories = [root, below, await insertCategory(database, { parent: below })]
    })
    after(() => database.end())

    test('has a row for each store that lists a product, with the path of its category and its card', async () => {
      const { productId, small, large } = await aListedProduct()
      await run(
        `update products set name = 'Milk "A2" \\ fresh', brand = 'Amul', image_urls = '{https://img.example/1.jpg,https://img.example/2.jpg}' where id = $1`,
        [productId],
      )
      await run('update listings set price_paise = 2400, rank = 7 where store_id = $1 and variant_id = $2', [
        storeId,
        small,
      ])
      const places = await refresh([productId])
      assert.deepEqual(
        places.sort((a, b) => (a.storeId < b.storeId ? -1 : 1)),
        [storeId, otherStoreId].sort().map((each) => ({ storeId: each, productId, change: 'content' })),
      )
      const rows = await shelfOf(database, productId)
      assert.equal(rows.length, 2)
      const row = rows.find((each) => each.storeId === storeId)
      assert.deepEqual([row?.rank, row?.pricePaise, row?.isInStock], [7, 2400, false])
      assert.deepEqual(
        row?.path,
        categories.map(({ id }) => id),
      )
      const { sku } = await database.db
        .selectFrom('variants')
        .select('sku')
        .where('id', '=', small)
        .executeTakeFirstOrThrow()
      assert.deepEqual(row?.card.variants[0], {
        id: small,
        sku,
        pack: '500 g',
        mrpPaise: 2500,
        pricePaise: 2400,
        inStock: false,
        unitsLeft: 0,
        maxPerOrder: 10,
        ageRestricted: false,
      })
      assert.deepEqual(
        row?.card.variants.map(({ id }: { id: string }) => id),
        [small, large],
      )
      const { variants: _variants, ...card } = row?.card ?? {}
      assert.deepEqual(card, {
        id: productId,
        name: 'Milk "A2" \\ fresh',
        brand: 'Amul',
        imageUrl: 'https://img.example/1.jpg',
        categoryId: categories[2]?.id,
        inStock: false,
      })
    })

    test('has cards that are JSON without white space, as they are sent', async () => {
      const { productId } = await aListedProduct()
      await refresh([productId])
      const { card } = await database.db
        .selectFrom('shelf_items')
        .select('card')
        .where('product_id', '=', productId)
        .executeTakeFirstOrThrow()
      assert.equal(card, JSON.stringify(JSON.parse(card)))
    })

    test('says of a row that stays as it is that nothing changed, and does not write it', async () => {
      const { productId } = await aListedProduct()
      await refresh([productId])
      const written = () => run('select xmin::text, ctid::text from shelf_items where product_id = $1', [productId])
      const before = await written()
      const places = await refresh([productId])
      assert.deepEqual(
        places.map(({ change }) => change),
        [null, null],
      )
      assert.deepEqual(await written(), before)
    })

    test('loses what is archived, not listed, or without a variant, and gets it back', async () => {
      const { productId, small, large } = await aListedProduct()
      const storesOf = async () => (await shelfOf(database, productId)).map((row) => row.storeId)
      await refresh([productId])
      await run('update products set archived_at = now() where id = $1', [productId])
      assert.deepEqual(
        (await refresh([productId])).map(({ change }) => change),
        ['content', 'content'],
      )
      assert.deepEqual(await storesOf(), [])
      await run('update products set archived_at = null where id = $1', [productId])
      await refresh([productId])
      await run('update listings set is_listed = false where variant_id = any($1) and store_id = $2', [
        [small, large],
        storeId,
      ])
      await refresh([productId])
      assert.deepEqual(await storesOf(), [otherStoreId])
      await run('update variants set archived_at = now() where product_id = $1', [productId])
      await refresh([productId])
      assert.deepEqual(await storesOf(), [])
    })

    test('shows the lowest price of what is in stock, and of all when nothing is', async () => {
      const { productId, large } = await aListedProduct()
      await refresh([productId])
      await show([storeId, large, 5])
      const priceIn = async (): Promise<number | undefined> =>
        (await shelfOf(database, productId)).find((row) => row.storeId === storeId)?.pricePaise
      assert.equal(await priceIn(), 5000)
      await show([storeId, large, 0])
      assert.equal(await priceIn(), 2500)
    })

    test('tells units apart from stock, and says nothing of what was shown already', async () => {
      const { productId, small, large } = await aListedProduct()
      await refresh([productId])
      assert.deepEqual(await show([storeId, small, 5]), [`${storeId} ${productId} stock`])
      assert.deepEqual(await show([storeId, small, 5]), [])
      assert.deepEqual(await show([storeId, small, 3]), [`${storeId} ${productId} left`])
      assert.deepEqual(await show([storeId, large, 2]), [`${storeId} ${productId} stock`])
      assert.deepEqual(await show([storeId, small, 0], [storeId, large, 1]), [`${storeId} ${productId} stock`])
      const row = (await shelfOf(database, productId)).find((each) => each.storeId === storeId)
      const shown = row?.card.variants.map(({ inStock, unitsLeft }: never) => [inStock, unitsLeft])
      assert.deepEqual(
        [row?.isInStock, row?.card.inStock, shown],
        [
          true,
          true,
          [
            [false, 0],
            [true, 1],
          ],
        ],
      )
    })

    test('does not count units where only five or more are known', async () => {
      const { productId, small } = await aListedProduct()
      await refresh([productId])
      await show([storeId, small, 5])
      const row = (await shelfOf(database, productId)).find((each) => each.storeId === storeId)
      assert.deepEqual([row?.card.variants[0].inStock, row?.card.variants[0].unitsLeft], [true, null])
    })

    test('is refreshed only in the stores that were named', async () => {
      const { productId } = await aListedProduct()
      await refresh([productId], [storeId])
      assert.deepEqual(
        (await shelfOf(database, productId)).map((row) => row.storeId),
        [storeId],
      )
    })

    test('tells stock from content where a text of the card looks like a field', async () => {
      const { productId } = await aListedProduct()
      const name = (text: string) => run('update products set name = $2 where id = $1', [productId, text])
      await name('a "unitsLeft":1')
      await refresh([productId])
      await name('a "unitsLeft":2')
      assert.deepEqual(
        (await refresh([productId])).map(({ change }) => change),
        ['content', 'content'],
      )
    })
  })
}
