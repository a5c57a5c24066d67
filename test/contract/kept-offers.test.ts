import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { pino } from 'pino'
import { listingKind } from '../../src/modules/catalog/import-listings.ts'
import { productKind } from '../../src/modules/catalog/import-products.ts'
import type { ImportKind } from '../../src/modules/imports/index.ts'
import { createChangeFeed } from '../../src/platform/changes/change-feed.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { type StartedCarts, startCarts, type TestShop } from '../support/carts.ts'
import { setClock } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { importRecords } from '../support/import-rows.ts'
import { until } from '../support/queues.ts'

for (const kind of databaseKinds) {
  describe(`offers in memory on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let here: StartedCarts
    let elsewhere: StartedCarts
    before(async () => {
      database = await aDatabase(kind)
      here = await startCarts(database)
      elsewhere = await startCarts(database)
    })
    after(async () => {
      for (const each of [here, elsewhere]) await each.end()
      await database.end()
    })

    const offersBy = (face: 'findOffers' | 'keptOffers', { id, variantIds }: TestShop) =>
      here.catalog[face](database.db, id, variantIds).then((offers) =>
        offers.toSorted((one, other) => (one.variantId < other.variantId ? -1 : 1)),
      )
    const read = (shop: TestShop) => offersBy('findOffers', shop)
    const keep = (shop: TestShop) => offersBy('keptOffers', shop)

    /** Changes something, and holds what is kept here against what is so then: a second later they are the same. */
    async function isTold(shop: TestShop, change: () => Promise<unknown>): Promise<void> {
      const before = await read(shop)
      assert.deepEqual(await keep(shop), before)
      await change()
      const now = await read(shop)
      assert.notDeepEqual(now, before)
      await until(async () => JSON.stringify(await keep(shop)) === JSON.stringify(now), 1000)
    }

    /** What is there, with its version. An admin who is connected to the other instance sees it. */
    async function see(path: string) {
      const { headers, body } = await elsewhere.administer('GET', path)
      return { body, version: Number(String(headers['etag']).replaceAll('"', '')) }
    }
    async function edit(path: string, change: object) {
      const { version, body } = await see(path)
      if (!body.listing) return elsewhere.administer('PATCH', path, { body: change, version })
      const { pricePaise, isListed } = body.listing
      return elsewhere.administer('PUT', path, { body: { pricePaise, isListed, ...change }, version })
    }
    const archive = async (path: string) => elsewhere.administer('DELETE', path, { version: (await see(path)).version })
    async function paths(shop: TestShop) {
      const [variantId] = shop.variantIds
      const [offer] = await here.catalog.findOffers(database.db, shop.id, [variantId as string])
      return {
        listing: `/stores/${shop.id}/listings/${variantId}`,
        variant: `/catalog/variants/${variantId}`,
        product: `/catalog/products/${offer?.productId}`,
      }
    }

    const changes = [
      ['listing', { pricePaise: 2000 }],
      ['listing', { isListed: false }],
      ['variant', { sku: 'CHANGED-1' }],
      ['variant', { pack: '501 g' }],
      ['variant', { mrpPaise: 2600 }],
      ['variant', { hsnCode: '1905' }],
      ['variant', { gstPercent: 18 }],
      ['variant', { maxPerOrder: 3 }],
      ['variant', { ageRestricted: true }],
      ['variant', { storage: 'frozen' }],
      ['product', { name: 'Bread' }],
      ['product', { brand: 'Amul' }],
      ['product', { imageUrls: ['https://img.example/1.jpg'] }],
    ] as const
    for (const [what, change] of changes)
      test(`follow a change by another instance within a second: ${what} ${JSON.stringify(change)}`, async () => {
        const shop = await here.aShop({ count: 2 })
        const path = (await paths(shop))[what]
        await isTold(shop, () => edit(path, change))
      })

    for (const what of ['variant', 'product'] as const)
      test(`are gone within a second when the ${what} was archived, and come back`, async () => {
        const shop = await here.aShop({ count: 2 })
        const path = (await paths(shop))[what]
        await isTold(shop, () => archive(path))
        await isTold(shop, () => edit(path, { archived: false }))
      })

    test('follow an import within a second, before what it changed is on the shelf', async () => {
      const count = kind.name === 'PGlite' ? 101 : 1001 // more than are refreshed with it
      const shop = await here.aShop({ count, quantity: 0 })
      const changed = createChangeFeed({ database, clock: setClock(), log: pino({ level: 'silent' }) })
      const { rows: stores } = await database.raw('select code from stores where id = $1', [shop.id])
      const { code } = stores[0] as { code: string }
      const face = {
        findStoreIdsByCode: async () => new Map([[code, shop.id]]),
        readStoreCodes: async () => new Map([[shop.id, code]]),
      }
      const deps = { database, changes: changed }
      const importOf = (each: ImportKind, records: object[]) => {
        const { afterwards: _later, ...atOnce } = each
        return importRecords(database, atOnce, records as never)
      }
      const offers = await read(shop)
      const prices = offers.map(({ sku }) => ({ store: code, sku, price: '23' }))
      await isTold(shop, () => importOf(listingKind({ ...deps, stores: face }) as ImportKind, prices))
      const { rows: pending } = await database.raw('select count(*)::integer as count from shelf_pending', [])
      assert.deepEqual(pending, [{ count }])
      const { rows: categories } = await database.raw(
        'select slug from categories join products on category_id = categories.id where products.id = $1',
        [offers[0]?.productId],
      )
      const products = offers.map(({ sku, productId, name, pack }) => ({
        ...{ sku, product_code: productId, name, pack, hsn_code: '0401', gst_percent: '12', mrp: '25' },
        category: (categories[0] as { slug: string }).slug,
      }))
      await isTold(shop, () => importOf(productKind(deps) as ImportKind, products))
    })

    test('stay as they are when a change is rolled back', async () => {
      const shop = await here.aShop({ count: 1 })
      const before = await keep(shop)
      const broken = inTransaction(database.db, async (tx) => {
        await tx.updateTable('listings').set({ price_paise: 100 }).where('store_id', '=', shop.id).execute()
        throw new Error('changed my mind')
      })
      await assert.rejects(broken)
      assert.deepEqual(await keep(shop), before)
    })

    test('are in carts: a new price and what is not sold any more are seen within a second', async () => {
      const shop = await here.aShop({ count: 2 })
      const [a, b] = shop.variantIds as [string, string]
      const customer = await here.customer()
      await customer.line(a, 1, shop.id)
      await customer.line(b, 1)
      await elsewhere.priceOf(shop.id, a, 2000)
      await until(async () => (await customer.cart()).lines[0].pricePaise === 2000, 1000)
      await elsewhere.changeListing(shop.id, b, { isListed: false })
      await until(async () => (await customer.cart()).lines[1].pricePaise === null, 1000)
      assert.equal((await customer.cart()).bill.toPayPaise, 2000)
    })
  })
}
