import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { refreshPending } from '../../src/modules/catalog/refresh-products.ts'
import { refreshShelf } from '../../src/modules/catalog/shelf-queries.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { insertCategory, insertListing, insertProduct, insertStore, shelfOf } from '../support/catalog.ts'
import { aDatabase, postgresMissing, type TestDatabase } from '../support/databases.ts'
import { importRecords } from '../support/import-rows.ts'
import { inParallel } from '../support/service.ts'
import { aVariant, type StartedCatalog, startCatalog } from '../support/started-catalog.ts'

describe('the catalogue on several connections', { skip: postgresMissing }, () => {
  let database: TestDatabase
  let service: StartedCatalog
  let storeId: string
  let category: { id: string; depth: number; slug: string }
  before(async () => {
    database = await aDatabase({ name: 'PostgreSQL' })
    service = await startCatalog(database)
    storeId = await insertStore(database)
    category = await insertCategory(database)
  })
  after(async () => {
    await service.end()
    await database.end()
  })
  async function aListedProduct() {
    const { productId, variantIds } = await insertProduct(database, { categoryId: category.id, packs: ['1', '2'] })
    for (const variantId of variantIds) await insertListing(database, { storeId, variantId })
    await inTransaction(database.db, (tx) => refreshShelf(tx, [productId]))
    return { productId, variantIds: variantIds as [string, string] }
  }
  /** What the shelf would be if it were made anew, with nobody else at work. */
  async function assertCurrent(productId: string): Promise<void> {
    const before = await shelfOf(database, productId)
    const places = await inTransaction(database.db, (tx) => refreshShelf(tx, [productId]))
    assert.deepEqual(
      places.map(({ change }) => change),
      before.map(() => null),
      JSON.stringify({ before, after: await shelfOf(database, productId) }),
    )
  }
  const show = (variantId: string, unitsLeft: number) =>
    inTransaction(database.db, (tx) => service.catalog.showStock(tx, [{ storeId, variantId, unitsLeft }]))
  const versionOf = async (path: string) =>
    Number(/\d+/.exec(String((await service.ask('GET', path)).headers['etag']))?.[0])
  /** Changes something in the version that it has now, until nobody was in between. */
  async function insist(method: 'PATCH' | 'PUT', path: string, body: object): Promise<void> {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const { status } = await service.ask(method, path, { body, version: await versionOf(path) })
      if (status === 200) return
      assert.equal(status, 412)
    }
    assert.fail('somebody else was always in between')
  }

  test('never leaves an old card, whoever edits product, variant, listing, category and stock at once', async () => {
    const { productId, variantIds } = await aListedProduct()
    const [one, two] = variantIds
    for (let round = 1; round <= 12; round += 1) {
      await Promise.all([
        insist('PATCH', `/catalog/products/${productId}`, { name: `Name ${round}` }),
        insist('PATCH', `/catalog/variants/${one}`, { pack: `Pack ${round}` }),
        insist('PUT', `/stores/${storeId}/listings/${one}`, { pricePaise: 1000 + round }),
        insist('PUT', `/stores/${storeId}/listings/${two}`, { pricePaise: 2000 + round }),
        insist('PATCH', `/catalog/categories/${category.id}`, { name: `Category ${round}` }),
        show(one, round % 6),
        show(two, (round + 3) % 6),
      ])
      const [row] = await shelfOf(database, productId)
      const [first, second] = row?.card.variants ?? []
      assert.deepEqual(
        [row?.card.name, first.pack, first.pricePaise, second.pricePaise, first.unitsLeft, second.unitsLeft],
        [
          `Name ${round}`,
          `Pack ${round}`,
          1000 + round,
          2000 + round,
          ...[round % 6, (round + 3) % 6].map((n) => (n === 5 ? null : n)),
        ],
      )
      await assertCurrent(productId)
    }
  })

  test('takes one of two edits of one version', async () => {
    const { productId } = await aListedProduct()
    const answers = await inParallel(10, (at) =>
      service.ask('PATCH', `/catalog/products/${productId}`, { body: { name: `By ${at}` }, version: 1 }),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(9).fill(412)])
  })

  test('makes one listing of many first ones', async () => {
    const { productId, variantIds } = await insertProduct(database, { categoryId: category.id })
    const answers = await inParallel(10, (at) =>
      service.ask('PUT', `/stores/${storeId}/listings/${variantIds[0]}`, { body: { pricePaise: 1000 + at } }),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(9).fill(428)])
    await assertCurrent(productId)
  })

  test('adds products with the same words at once without one failing', async () => {
    const words = Array.from({ length: 12 }, (_, at) => `word${String.fromCharCode(97 + at)}`)
    const answers = await inParallel(16, (at) => {
      const name = [...words.slice(at % 12), ...words.slice(0, at % 12)].join(' ')
      return service.ask('POST', '/catalog/products', {
        body: { name, categoryId: category.id, variants: [aVariant()] },
      })
    })
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]))
  })

  test('has nothing in an archived category, whoever is faster', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = await insertCategory(database)
      const body = { name: 'x', categoryId: id, variants: [aVariant()] }
      const [added, archived] = await Promise.all([
        service.ask('POST', '/catalog/products', { body }),
        service.ask('DELETE', `/catalog/categories/${id}`, { version: 1 }),
      ])
      assert.deepEqual([added.status, archived.status].sort(), added.status === 201 ? [201, 409] : [200, 409])
    }
  })

  test('shows stock while an import holds the product, and the import’s content after it', async () => {
    const { productId, variantIds } = await aListedProduct()
    const [variantId] = variantIds
    const kind = service.catalog.importKinds.find(({ name }) => name === 'products')
    const { sku, code } = (
      await database.raw(
        'select sku, p.id as code from variants v join products p on p.id = v.product_id where v.id = $1',
        [variantId],
      )
    ).rows[0] as { sku: string; code: string }
    const read = kind?.read({
      ...{ sku, product_code: code, name: 'Imported', category: category.slug },
      ...{ pack: '1', mrp: '25', hsn_code: '0401', gst_percent: '5' },
    })
    assert.ok(kind && read && 'row' in read)
    const context = { scope: {}, now: new Date(), importId: 'imp_1' }
    await inTransaction(database.background, async (tx) => {
      const applied = await kind.apply(tx, [{ line: 2, row: read.row }], context)
      assert.deepEqual([applied.changed, applied.faults], [1, []])
      await show(variantId, 4)
      const [row] = await shelfOf(database, productId)
      assert.deepEqual([row?.card.variants[0].unitsLeft, row?.card.name === 'Imported'], [4, false])
    })
    await kind.afterwards?.(context)
    const [row] = await shelfOf(database, productId)
    assert.deepEqual([row?.card.variants[0].unitsLeft, row?.card.name], [4, 'Imported'])
  })

  test('makes up for what is pending once, however many do it at once', async () => {
    const listings = service.catalog.importKinds.find(({ name }) => name === 'listings')
    assert.ok(listings)
    const products = await Promise.all(Array.from({ length: 40 }, aListedProduct))
    const { rows } = await database.raw(
      'select sku, code as store from variants, stores where product_id = any($1) and stores.id = $2',
      [products.map(({ productId }) => productId), storeId],
    )
    const records = (rows as object[]).map((row) => ({ ...row, price: '10.00' }))
    const changes = { note: async () => undefined }
    await importRecords(database, { ...listings, afterwards: () => Promise.resolve() }, records)
    await inParallel(4, () => refreshPending({ database, changes }))
    assert.deepEqual((await database.raw('select count(*) as n from shelf_pending', [])).rows, [{ n: 0 }])
    for (const { productId } of products) {
      assert.equal((await shelfOf(database, productId))[0]?.card.variants[0].pricePaise, 1000)
      await assertCurrent(productId)
    }
  })
})
