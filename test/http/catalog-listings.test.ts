import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { insertCategory, insertProduct, insertStore, notedKeys, shelfOf } from '../support/catalog.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { aVariant, type StartedCatalog, startCatalog } from '../support/started-catalog.ts'

for (const kind of databaseKinds) {
  describe(`listings and synonyms on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedCatalog
    let storeId: string
    let categoryId: string
    before(async () => {
      database = await aDatabase(kind)
      service = await startCatalog(database)
      storeId = await insertStore(database)
      categoryId = (await insertCategory(database)).id
    })
    after(async () => {
      await service.end()
      await database.end()
    })
    /** Of an MRP of 25 rupees. */
    async function aVariantOf(name?: string) {
      const { productId, variantIds } = await insertProduct(database, { categoryId, ...(name && { name }) })
      return { productId, variantId: variantIds[0] ?? '' }
    }
    const put = (variantId: string, body: object, options: { version?: number; token?: string } = {}) =>
      service.ask('PUT', `/stores/${storeId}/listings/${variantId}`, { body, ...options })

    test('are made without a version and replaced with the latest only', async () => {
      const { variantId, productId } = await aVariantOf('Curd')
      const made = await put(variantId, { pricePaise: 2400 })
      assert.deepEqual([made.status, made.headers['etag']], [201, '"1"'])
      const { createdAt: _at, updatedAt: _then, sku, ...listing } = made.body.listing
      assert.match(sku, /^SKU-/)
      assert.deepEqual(listing, {
        variantId,
        productId,
        name: 'Curd',
        pack: '500 g',
        pricePaise: 2400,
        mrpPaise: 2500,
        isListed: true,
        rank: 1000,
        version: 1,
      })
      const again = await put(variantId, { pricePaise: 2300 })
      assert.deepEqual([again.status, again.body.code], [428, 'edit.version_required'])
      const replaced = await put(variantId, { pricePaise: 2300, isListed: false, rank: 5 }, { version: 1 })
      assert.deepEqual([replaced.status, replaced.headers['etag'], replaced.body.listing.rank], [200, '"2"', 5])
      assert.equal((await put(variantId, { pricePaise: 1 }, { version: 1 })).body.code, 'edit.conflict')
      const read = await service.ask('GET', `/stores/${storeId}/listings/${variantId}`)
      assert.deepEqual([read.headers['etag'], read.body.listing], ['"2"', replaced.body.listing])
    })

    test('are refused while the product is archived', async () => {
      const { productId, variantId } = await aVariantOf()
      await service.ask('DELETE', `/catalog/products/${productId}`, { version: 1 })
      const { status, body } = await put(variantId, { pricePaise: 2400 })
      assert.deepEqual([status, body.code], [409, 'listing.product_archived'])
      const path = `/catalog/products/${productId}/variants`
      const added = await service.ask('POST', path, { body: aVariant(), key: 'add-to-archived' })
      assert.deepEqual([added.status, added.body.code], [409, 'product.archived'])
    })

    test('of a version are not made where there are none', async () => {
      const { variantId } = await aVariantOf()
      assert.equal((await put(variantId, { pricePaise: 2400 }, { version: 1 })).body.code, 'edit.conflict')
      const { status, body } = await service.ask('GET', `/stores/${storeId}/listings/${variantId}`)
      assert.deepEqual([status, body.code], [404, 'listing.not_found'])
    })

    test('have no price above the MRP', async () => {
      const { variantId } = await aVariantOf()
      const refused = await put(variantId, { pricePaise: 2501 })
      assert.deepEqual(
        [refused.status, refused.body.code, refused.body.mrpPaise],
        [409, 'listing.price_above_mrp', 2500],
      )
      assert.equal((await put(variantId, { pricePaise: 2500 })).status, 201)
      assert.equal((await put(variantId, { pricePaise: 2501 }, { version: 1 })).body.code, 'listing.price_above_mrp')
      for (const pricePaise of [0, -1, 1.5, '100', null])
        assert.equal((await put(variantId, { pricePaise })).body.code, 'catalog.invalid', String(pricePaise))
    })

    test('show on the shelf of the store at once', async () => {
      const { variantId, productId } = await aVariantOf()
      await put(variantId, { pricePaise: 2400, rank: 3 })
      const [row] = await shelfOf(database, productId)
      assert.deepEqual([row?.storeId, row?.pricePaise, row?.rank], [storeId, 2400, 3])
      await put(variantId, { pricePaise: 2200 }, { version: 1 })
      assert.equal((await shelfOf(database, productId))[0]?.card.variants[0].pricePaise, 2200)
      await put(variantId, { pricePaise: 2200, isListed: false }, { version: 2 })
      assert.deepEqual(await shelfOf(database, productId), [])
      const noted = (await notedKeys(database, 'shelf')).filter((key) => key.includes(productId))
      assert.deepEqual(noted, Array(3).fill(`${storeId} ${productId} content`))
    })

    test('are of variants and stores that there are', async () => {
      const { variantId } = await aVariantOf()
      const unknown = await put(`var_${'0'.repeat(26)}`, { pricePaise: 100 })
      assert.deepEqual([unknown.status, unknown.body.code], [404, 'listing.variant_not_found'])
      await database.raw('update variants set archived_at = now() where id = $1', [variantId])
      assert.equal((await put(variantId, { pricePaise: 100 })).body.code, 'listing.variant_not_found')
      const nowhere = await service.ask('GET', `/stores/sto_${'0'.repeat(26)}/listings`)
      assert.deepEqual([nowhere.status, nowhere.body.code], [404, 'listing.store_not_found'])
    })

    test('are the business of the store’s managers and of admins', async () => {
      const { variantId } = await aVariantOf()
      const body = { pricePaise: 2400 }
      const stranger = await service.managerOf(await insertStore(database))
      for (const token of [stranger, await service.aCustomer()]) {
        assert.equal((await put(variantId, body, { token })).status, 403)
        assert.equal((await service.ask('GET', `/stores/${storeId}/listings`, { token })).status, 403)
      }
      const token = await service.managerOf(storeId)
      assert.equal((await put(variantId, body, { token })).status, 201)
      assert.equal((await service.ask('GET', `/stores/${storeId}/listings`, { token })).status, 200)
    })

    test('are listed page by page, each once', async () => {
      const own = await insertStore(database)
      const variantIds = await Promise.all(Array.from({ length: 5 }, async () => (await aVariantOf()).variantId))
      for (const variantId of variantIds)
        await service.ask('PUT', `/stores/${own}/listings/${variantId}`, { body: { pricePaise: 100 } })
      const seen: string[] = []
      let cursor = ''
      do {
        const { body } = await service.ask('GET', `/stores/${own}/listings?limit=2${cursor}`)
        seen.push(...body.listings.map((listing: { variantId: string }) => listing.variantId))
        cursor = body.nextCursor && `&cursor=${body.nextCursor}`
      } while (cursor)
      assert.deepEqual(seen, [...variantIds].sort())
      const { body } = await service.ask('GET', `/stores/${own}/listings`)
      const { sku } = body.listings[3]
      const found = (await service.ask('GET', `/stores/${own}/listings?sku=${sku}`)).body.listings
      assert.deepEqual(found, [body.listings[3]])
    })

    test('and synonyms mean what was said last, however a term is written', async () => {
      const path = (term: string) => `/catalog/synonyms/${encodeURIComponent(term)}`
      const say = (term: string, meanings: unknown) => service.ask('PUT', path(term), { body: { meanings } })
      assert.deepEqual((await say('Doodh', ['Milk'])).body.synonym, { term: 'doodh', meanings: ['milk'] })
      await say('दूध', ['milk', 'Milk', 'toned milk'])
      await say('DOODH ', ['milk', 'curd'])
      const { synonyms } = (await service.ask('GET', '/catalog/synonyms')).body
      const said = synonyms.filter(({ term }: { term: string }) => ['doodh', 'दूध'].includes(term)) // beside those given at first
      assert.deepEqual(said, [
        { term: 'doodh', meanings: ['milk', 'curd'] },
        { term: 'दूध', meanings: ['milk', 'toned milk'] },
      ])
      assert.equal((await notedKeys(database, 'synonyms')).length, 3)
      assert.equal((await service.ask('DELETE', path('doodh'))).status, 200)
      assert.equal((await service.ask('DELETE', path('doodh'))).body.code, 'synonym.not_found')
      for (const [term, meanings] of [
        ['!!', ['milk']],
        ['a', []],
        ['a', ['%']],
        ['a', 'milk'],
        ['a'.repeat(20).concat(' ', 'b'.repeat(30)), ['a']],
      ] as const)
        assert.equal((await say(term, meanings)).status, 400, `${term}: ${meanings}`)
    })
  })
}
