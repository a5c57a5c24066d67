import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { insertCategory, insertListing, insertStore, notedKeys, shelfOf, unique } from '../support/catalog.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { aVariant, type StartedCatalog, startCatalog } from '../support/started-catalog.ts'

for (const kind of databaseKinds) {
  describe(`products and variants on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedCatalog
    let category: { id: string; depth: number; slug: string }
    before(async () => {
      database = await aDatabase(kind)
      service = await startCatalog(database)
      category = await insertCategory(database, { name: 'Dairy' })
    })
    after(async () => {
      await service.end()
      await database.end()
    })
    const aProduct = (fields: object = {}) => ({
      name: unique('Toned Milk '),
      categoryId: category.id,
      variants: [aVariant()],
      ...fields,
    })
    async function add(fields: object = {}) {
      const { status, body } = await service.ask('POST', '/catalog/products', { body: aProduct(fields) })
      assert.equal(status, 201, JSON.stringify(body))
      return body.product
    }
    const change = (product: { id: string; version: number }, body: object) =>
      service.ask('PATCH', `/catalog/products/${product.id}`, { body, version: product.version })
    const changeVariant = (variant: { id: string; version: number }, body: object) =>
      service.ask('PATCH', `/catalog/variants/${variant.id}`, { body, version: variant.version })
    const find = async (query: string): Promise<string[]> =>
      (await service.ask('GET', `/catalog/products?${query}`)).body.products.map(({ id }: { id: string }) => id)

    test('are added together, with what is usual where nothing is said', async () => {
      const [small, large] = [
        aVariant({ position: 2 }),
        aVariant({ position: 1, ean: '8901262010016', gstPercent: 0.25 }),
      ]
      const product = await add({
        code: 'MILK-1',
        name: ' Toned Milk ',
        brand: 'Amul',
        description: 'Fresh.\nEvery day.',
        imageUrls: ['https://img.example/milk.jpg?w=200'],
        attributes: { origin: 'India' },
        keywords: ['doodh'],
        variants: [small, large],
      })
      assert.match(product.id, /^prd_/)
      assert.deepEqual(
        [product.name, product.code, product.version, product.archivedAt],
        ['Toned Milk', 'MILK-1', 1, null],
      )
      assert.deepEqual(
        product.variants.map(({ sku }: { sku: string }) => sku),
        [large.sku, small.sku],
      )
      const { id, createdAt, updatedAt, ...first } = product.variants[0]
      assert.match(id, /^var_/)
      assert.equal(createdAt, updatedAt)
      assert.deepEqual(first, {
        ...large,
        productId: product.id,
        weightGrams: null,
        storage: 'ambient',
        maxPerOrder: 10,
        ageRestricted: false,
        version: 1,
        archivedAt: null,
      })
      const read = await service.ask('GET', `/catalog/products/${product.id}`)
      assert.deepEqual([read.headers['etag'], read.body.product], ['"1"', product])
    })

    test('refuse whatever of a body they do not have', async () => {
      const planted = { id: 'prd_x', version: 9, archivedAt: '2020-01-01', search: 'x', archived_at: 'x' }
      const bodies = [aProduct(planted), aProduct({ variants: [{ ...aVariant(), maxPerOrders: 3 }] })]
      const [whole, nested] = await Promise.all(
        bodies.map((body) => service.ask('POST', '/catalog/products', { body })),
      )
      const unknown = Object.keys(planted).map((name) => `${name} is not known`)
      assert.deepEqual([whole?.status, whole?.body.faults], [400, unknown])
      assert.deepEqual([nested?.status, nested?.body.faults], [400, ['variants/0/maxPerOrders is not known']])
      const product = await add()
      assert.equal((await change(product, planted)).status, 400)
    })

    test('have a code, SKUs and EANs of their own', async () => {
      const ean = '4006381333931'
      const variant = aVariant({ ean })
      const product = await add({ code: 'OWN-CODE', variants: [variant] })
      const other = await add()
      const attempts: [object, string][] = [
        [{ code: 'OWN-CODE' }, 'code'],
        [{ variants: [aVariant({ sku: variant.sku })] }, 'sku'],
        [{ variants: [aVariant({ ean })] }, 'ean'],
        [{ variants: [aVariant(), aVariant({ sku: 'TWICE' }), aVariant({ sku: 'TWICE' })] }, 'sku'],
      ]
      for (const [fields, field] of attempts) {
        const { status, body } = await service.ask('POST', '/catalog/products', { body: aProduct(fields) })
        assert.deepEqual([status, body.code, body.field], [409, 'catalog.taken', field])
      }
      assert.equal((await change(other, { code: 'OWN-CODE' })).body.field, 'code')
      assert.equal((await changeVariant(other.variants[0], { sku: variant.sku })).body.field, 'sku')
      assert.equal((await changeVariant(product.variants[0], { sku: variant.sku })).status, 200)
    })

    test('that cannot be are refused with what is wrong, and nothing is added', async () => {
      const count = async () => (await database.raw('select count(*) as n from products', [])).rows[0]
      const before = await count()
      const wrong: [object, RegExp][] = [
        [{ variants: [aVariant(), aVariant({ ean: '8901262010017' })] }, /^variants\/1\/ean has a wrong check digit/],
        [{ variants: [aVariant({ ean: '123' })] }, /^variants\/0\/ean/],
        [{ variants: [aVariant({ hsnCode: '04' })] }, /^variants\/0\/hsnCode is not well formed: 4, 6 or 8 digits/],
        [{ variants: [aVariant({ gstPercent: 6 })] }, /^variants\/0\/gstPercent/],
        [{ variants: [aVariant({ mrpPaise: 28.5 })] }, /^variants\/0\/mrpPaise must be integer/],
        [{ variants: [aVariant({ mrpPaise: 0 })] }, /^variants\/0\/mrpPaise must be >= 1/],
        [{ variants: [aVariant({ sku: 'small letters' })] }, /^variants\/0\/sku/],
        [{ variants: [aVariant({ storage: 'warm' })] }, /^variants\/0\/storage/],
        [{ variants: [] }, /^variants/],
        [
          { imageUrls: ['http://img.example/x.jpg'] },
          /^imageUrls\/0 is not well formed: An address that begins with https/,
        ],
        [{ imageUrls: ['https://img.example/a b.jpg'] }, /^imageUrls\/0/],
        [{ name: '\u0007' }, /^name/],
        [{ name: 'Milk \u202ekliM' }, /^name/],
        [{ description: 'Fresh\u200b\nevery day' }, /^description/],
        [{ keywords: ['doodh\u2060'] }, /^keywords/],
        [{ keywords: ['a|b'] }, /^keywords\/0/],
        [{ attributes: { origin: 5 } }, /^attributes\/origin/],
        [{ categoryId: 'dairy' }, /^categoryId/],
      ]
      for (const [fields, reason] of wrong) {
        const { status, body } = await service.ask('POST', '/catalog/products', { body: aProduct(fields) })
        assert.deepEqual([status, body.code], [400, 'catalog.invalid'], JSON.stringify(fields))
        assert.match(body.faults[0], reason)
      }
      const nowhere = await service.ask('POST', '/catalog/products', {
        body: aProduct({ categoryId: `cat_${'0'.repeat(26)}` }),
      })
      assert.deepEqual([nowhere.status, nowhere.body.code], [409, 'category.unknown'])
      assert.deepEqual(await count(), before)
    })

    test('change in what is named, by whoever has seen the latest', async () => {
      const product = await add({ brand: 'Amul', keywords: ['doodh'] })
      const changed = await change(product, { brand: null, keywords: [], name: 'Milk' })
      const { brand, keywords, name, version, variants } = changed.body.product
      assert.deepEqual([brand, keywords, name, version, changed.headers['etag']], [null, [], 'Milk', 2, '"2"'])
      assert.deepEqual(variants, product.variants)
      assert.equal((await change(product, { name: 'Late' })).body.code, 'edit.conflict')
      const without = await service.ask('PATCH', `/catalog/products/${product.id}`, { body: { name: 'x' } })
      assert.deepEqual([without.status, without.body.code], [428, 'edit.version_required'])
      const unknown = await change({ id: `prd_${'0'.repeat(26)}`, version: 1 }, { name: 'x' })
      assert.deepEqual([unknown.status, unknown.body.code], [404, 'product.not_found'])
    })

    test('leave the lists when they are archived, and come back', async () => {
      const product = await add()
      const gone = await service.ask('DELETE', `/catalog/products/${product.id}`, { version: 1 })
      assert.equal(gone.status, 200)
      assert.equal((await find('')).includes(product.id), false)
      assert.equal((await find('archived=yes')).includes(product.id), true)
      const read = (await service.ask('GET', `/catalog/products/${product.id}`)).body.product
      assert.deepEqual([read.version, typeof read.archivedAt], [2, 'string'])
      const back = await change(read, { archived: false })
      assert.equal(back.body.product.archivedAt, null)
      assert.equal((await find('')).includes(product.id), true)
      const empty = await insertCategory(database)
      const other = await add({ categoryId: empty.id })
      await service.ask('DELETE', `/catalog/products/${other.id}`, { version: 1 })
      await service.ask('DELETE', `/catalog/categories/${empty.id}`, { version: 1 })
      const orphan = await change({ ...other, version: 2 }, { archived: false })
      assert.deepEqual([orphan.status, orphan.body.code], [409, 'category.archived'])
    })

    test('are found by category, SKU, code and the beginning of a name, page by page', async () => {
      const root = await insertCategory(database)
      const below = await insertCategory(database, { parent: root })
      const sku = unique('FIND-')
      const ids: string[] = []
      for (const fields of [
        { name: '100%_Juice', categoryId: below.id },
        { name: 'Zzz', categoryId: root.id, code: 'Find-code', variants: [aVariant({ sku })] },
        { name: '100 Juice', categoryId: below.id },
      ])
        ids.unshift((await add(fields)).id)
      assert.deepEqual(await find(`category=${root.slug}`), ids)
      assert.deepEqual(await find(`category=${below.id}`), [ids[0], ids[2]])
      assert.deepEqual(await find(`search=${sku.toLowerCase()}`), [ids[1]])
      assert.deepEqual(await find('search=Find-code'), [ids[1]])
      assert.deepEqual(await find(`search=${encodeURIComponent('100%')}`), [ids[2]])
      assert.deepEqual(await find(`search=100&category=${root.slug}`), [ids[0], ids[2]])
      const first = (await service.ask('GET', `/catalog/products?category=${root.slug}&limit=2`)).body
      assert.deepEqual(
        first.products.map(({ id }: { id: string }) => id),
        ids.slice(0, 2),
      )
      assert.deepEqual(await find(`category=${root.slug}&limit=2&cursor=${first.nextCursor}`), ids.slice(2))
      for (const query of ['cursor=x', 'limit=0', 'limit=101', 'archived=maybe'])
        assert.equal((await service.ask('GET', `/catalog/products?${query}`)).status, 400, query)
    })

    test('get further variants, fifty at most', async () => {
      const product = await add({ variants: Array.from({ length: 49 }, () => aVariant()) })
      const path = `/catalog/products/${product.id}/variants`
      const body = aVariant()
      const [first, again] = [
        await service.ask('POST', path, { body, key: body.sku }),
        await service.ask('POST', path, { body, key: body.sku }),
      ]
      assert.deepEqual([first.status, first.headers['etag'], again.body], [201, '"1"', first.body])
      assert.equal(first.body.variant.productId, product.id)
      const full = await service.ask('POST', path, { body: aVariant() })
      assert.deepEqual([full.status, full.body.code], [409, 'product.too_many_variants'])
      const nowhere = await service.ask('POST', `/catalog/products/prd_${'0'.repeat(26)}/variants`, {
        body: aVariant(),
      })
      assert.deepEqual([nowhere.status, nowhere.body.code], [404, 'product.not_found'])
    })

    test('have an MRP that listings follow, and that is below no price', async () => {
      const { variants } = await add()
      const [variant] = variants
      const stores = [await insertStore(database), await insertStore(database)]
      for (const [at, storeId] of stores.entries())
        await insertListing(database, { storeId, variantId: variant.id, pricePaise: 2000 + at * 100 })
      const refused = await changeVariant(variant, { mrpPaise: 2050 })
      assert.deepEqual([refused.status, refused.body.code], [409, 'variant.mrp_below_price'])
      assert.deepEqual(refused.body.stores, [{ storeId: stores[1], pricePaise: 2100 }])
      const lower = await changeVariant(variant, { mrpPaise: 2100 })
      assert.deepEqual([lower.status, lower.body.variant.mrpPaise], [200, 2100])
      const listed = async () =>
        (
          await database.raw('select distinct mrp_paise as "mrpPaise" from listings where variant_id = $1', [
            variant.id,
          ])
        ).rows
      assert.deepEqual(await listed(), [{ mrpPaise: 2100 }])
      await changeVariant(lower.body.variant, { mrpPaise: 9900 })
      assert.deepEqual(await listed(), [{ mrpPaise: 9900 }])
    })

    test('show on the shelf at once, whatever is changed', async () => {
      const product = await add({ name: 'Shelf Milk' })
      const [variant] = product.variants
      const storeId = await insertStore(database)
      await service.ask('PUT', `/stores/${storeId}/listings/${variant.id}`, { body: { pricePaise: 2000 } })
      const card = async () => (await shelfOf(database, product.id))[0]?.card
      assert.equal((await card()).name, 'Shelf Milk')
      const renamed = (await change(product, { name: 'Other Milk', description: 'Only on its page.' })).body.product
      assert.equal((await card()).name, 'Other Milk')
      const changed = (await changeVariant(variant, { pack: '1 l', mrpPaise: 5000 })).body.variant
      assert.deepEqual([(await card()).variants[0].pack, (await card()).variants[0].mrpPaise], ['1 l', 5000])
      const noted = async () => (await notedKeys(database, 'shelf')).filter((key) => key.includes(product.id))
      assert.deepEqual(await noted(), Array(3).fill(`${storeId} ${product.id} content`))
      await change(renamed, { description: 'Changed.' })
      assert.equal((await noted()).length, 4)
      await service.ask('DELETE', `/catalog/variants/${variant.id}`, { version: changed.version })
      assert.equal(await card(), undefined)
      const back = await changeVariant({ ...changed, version: changed.version + 1 }, { archived: false })
      assert.deepEqual([back.status, (await card()).variants.length], [200, 1])
    })

    test('are found by their words, which are offered to whoever types', async () => {
      const product = await add({
        name: 'Quark Fresh',
        brand: 'Nandini',
        keywords: ['Topfen'],
        description: 'Mild taste',
      })
      const has = async (query: string) =>
        (await database.raw('select 1 from products where id = $1 and search @@ $2::tsquery', [product.id, query])).rows
          .length === 1
      for (const query of ['quark:A', 'nandini:B', 'topfen:C', 'dairi:C', 'mild:D'])
        assert.equal(await has(query), true)
      assert.equal(await has('mild:ABC'), false)
      const words = (await database.raw(
        `select word from search_words where word in ('quark', 'nandini', 'topfen', 'dairy', 'mild') order by word`,
        [],
      )) as { rows: { word: string }[] }
      assert.deepEqual(
        words.rows.map(({ word }) => word),
        ['dairy', 'nandini', 'quark', 'topfen'],
      )
      await change(product, { name: 'Skyr', brand: null })
      assert.deepEqual([await has('quark'), await has('skyr:A')], [false, true])
    })

    test('are found by the packs of their variants, as they are now', async () => {
      const product = await add({ variants: [aVariant({ pack: '500 g' })] })
      const finds = async (stem: string) =>
        (
          await database.raw('select from products where id = $1 and search @@ $2::tsquery', [
            product.id,
            `'${stem}':C`,
          ])
        ).rows.length === 1
      const { id } = product.variants[0]
      assert.deepEqual([await finds('500g'), await finds('2000g')], [true, false])
      await service.ask('PATCH', `/catalog/variants/${id}`, { body: { pack: '2 kg' }, version: 1 })
      assert.deepEqual([await finds('500g'), await finds('2000g')], [false, true])
      const path = `/catalog/products/${product.id}/variants`
      await service.ask('POST', path, { body: aVariant({ pack: '750 ml' }), key: 'found-by-pack' })
      assert.deepEqual([await finds('2000g'), await finds('750ml')], [true, true])
      await service.ask('DELETE', `/catalog/variants/${id}`, { version: 2 })
      assert.deepEqual([await finds('2000g'), await finds('750ml')], [false, true])
    })

    test('are for admins', async () => {
      const token = await service.managerOf(await insertStore(database))
      const product = await add()
      for (const [method, path] of [
        ['GET', '/catalog/products'],
        ['POST', '/catalog/products'],
        ['DELETE', `/catalog/products/${product.id}`],
        ['GET', `/catalog/variants/${product.variants[0].id}`],
        ['GET', '/catalog/synonyms'],
      ] as const)
        assert.equal((await service.ask(method, path, { token, version: 1 })).status, 403, path)
    })
  })
}
