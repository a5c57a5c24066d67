import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type StartedBrowsing, startBrowsing } from '../support/browsing.ts'
import { insertCategory, insertStore } from '../support/catalog.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'

for (const kind of databaseKinds)
  describe(`search on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let shop: StartedBrowsing
    let storeId = ''
    before(async () => {
      database = await aDatabase(kind)
      shop = await startBrowsing(database, { cacheMegabytes: 0 })
      storeId = await insertStore(database)
      const other = await insertStore(database)
      const dairy = await insertCategory(database, { slug: 'dairy', name: 'Dairy & Breakfast' })
      const snacks = await insertCategory(database, { slug: 'snacks', name: 'Snacks' })
      const spices = await insertCategory(database, { slug: 'spices', name: 'Masala & Spices' })
      const sell = (categoryId: string, name: string, more: object = {}, offer: object = {}) =>
        shop.sell({ categoryId, name, ...more }, { storeId, ...offer })
      await sell(dairy.id, 'Taaza Toned Milk', { brand: 'Amul' }, { rank: 20, pricePaise: 2400 })
      await sell(dairy.id, 'Gold Full Cream Milk', { brand: 'Amul' }, { rank: 10, pricePaise: 2500 })
      await sell(dairy.id, 'Goodlife Milk', { brand: 'Nandini' }, { rank: 5, unitsLeft: 0, pricePaise: 2000 })
      await sell(dairy.id, 'Curd', { brand: 'Milky Mist' }, { rank: 1 })
      await sell(dairy.id, 'Malai Paneer', { brand: 'Amul', keywords: ['cottage cheese'] }, { rank: 3 })
      await sell(snacks.id, 'Glucose Biscuits', { brand: 'Parle', description: 'With wheat and milk.' }, { rank: 2 })
      await sell(snacks.id, 'Potato Chips Masala', { brand: 'Lay’s' }, { rank: 4 })
      await sell(snacks.id, 'Choco Milk Shake', { keywords: ['milkshake'] }, { rank: 1 })
      await sell(spices.id, 'Black Pepper', { brand: 'Everest' })
      await sell(spices.id, 'Tomatoes', {})
      await sell(spices.id, 'Wheat Flour', { packs: ['1 kg', '5 kg'] })
      await sell(spices.id, 'Maida Flour', { packs: ['1 kg'] })
      await sell(spices.id, 'Eggs', { packs: ['6 pcs'] })
      await sell(spices.id, 'Sunflower Oil', { packs: ['1 L'] })
      await sell(snacks.id, 'Bean-to-Bar Cocoa', {})
      await shop.sell({ categoryId: dairy.id, name: 'Milk of elsewhere' }, { storeId: other })
      await shop.recount()
    })
    after(async () => {
      await shop.end()
      await database.end()
    })

    const path = (q: string, more = '') => `/api/products?storeId=${storeId}&q=${encodeURIComponent(q)}${more}`
    const find = (q: string, more = '') => shop.names(path(q, more))
    const milks = ['Choco Milk Shake', 'Gold Full Cream Milk', 'Taaza Toned Milk', 'Goodlife Milk']
    const paneer = ['Malai Paneer']

    test('finds by name before keywords before description, in stock first, then by rank', async () => {
      assert.deepEqual(await find('milk '), [...milks, 'Glucose Biscuits'])
      assert.deepEqual((await find('milk')).slice(0, 4), milks)
    })

    const sameAsMilk = ['Milk', ' MILK ', 'mlik', 'mikl', 'millk', 'doodh', 'dudh', 'दूध', 'doodh!', '"milk"']
    for (const q of sameAsMilk)
      test(`finds milk by ${q}`, async () => assert.deepEqual((await find(`${q}`)).slice(0, 4), milks))

    const finds: [string, string[]][] = [
      ['amul milk ', ['Gold Full Cream Milk', 'Taaza Toned Milk']],
      ['milk amul ', ['Gold Full Cream Milk', 'Taaza Toned Milk']],
      ['toned amul milk', ['Taaza Toned Milk']],
      ['pan', paneer],
      ['panner', paneer],
      ['amul pane', paneer],
      ['पनीर', paneer],
      ['cheese cottage', paneer],
      ['kali mirch', ['Black Pepper']],
      ['काली मिर्च', []],
      ['tomato', ['Tomatoes']],
      ['tamatar', ['Tomatoes']],
      ['tometo', ['Tomatoes']],
      ['lays', ['Potato Chips Masala']],
      ['LAY’S chips', ['Potato Chips Masala']],
      ['bread and butter knife', []],
      ['xyzzy', []],
      ['flour 5kg', ['Wheat Flour']],
      ['5 kg flour', ['Wheat Flour']],
      ['5000 gm flour', ['Wheat Flour']],
      ['eggs 6', ['Eggs']],
      ['eggs 12', ['Eggs']],
      ['sunflower oil 1 l', ['Sunflower Oil']],
      ['sunflower oil 1 litre', ['Sunflower Oil']],
      ['wheat flour 2 kg', ['Wheat Flour']],
      ['taaza toned milk 500 ml', ['Taaza Toned Milk']],
      ['imlk shake', ['Choco Milk Shake']],
      ['coke', []],
      ['tea', []],
      ['to', ['Taaza Toned Milk', 'Tomatoes']],
      ['tomatos', ['Tomatoes']],
    ]
    for (const [q, names] of finds)
      test(`finds ${names.join(', ') || 'nothing'} by ${q}`, async () => assert.deepEqual(await find(q), names))

    test('falls back to most of the words when nothing has all of them, and says what it looked for', async () => {
      assert.deepEqual(await find('toned milk 500 '), ['Taaza Toned Milk'])
      assert.deepEqual((await find('milk xyzzy ')).slice(0, 4), milks)
      assert.equal((await shop.get(path('amul mlik'))).body.searchedFor, 'amul milk')
      assert.equal('searchedFor' in (await shop.get(path('amul milk'))).body, false)
    })

    test('goes through all that it finds in pages of any size, each product once', async () => {
      for (const sort of ['rank', 'price', '-price', 'name']) {
        const whole = await find('milk', `&sort=${sort}`)
        assert.equal(new Set(whole).size, whole.length)
        assert.ok(whole.length >= 5)
        for (const limit of [1, 2, 3]) {
          const names: string[] = []
          let cursor = ''
          do {
            const { body } = await shop.get(
              path('milk', `&sort=${sort}&limit=${limit}${cursor && `&cursor=${cursor}`}`),
            )
            names.push(...body.products.map(({ name }: { name: string }) => name))
            cursor = body.nextCursor ?? ''
          } while (cursor !== '')
          assert.deepEqual(names, whole, `${sort} ${limit}`)
        }
      }
    })

    test('puts what it finds in another order, and narrows it down', async () => {
      assert.deepEqual(await find('amul milk ', '&sort=price'), ['Taaza Toned Milk', 'Gold Full Cream Milk'])
      assert.deepEqual(await find('amul milk ', '&sort=-price'), ['Gold Full Cream Milk', 'Taaza Toned Milk'])
      assert.deepEqual(await find('milk ', '&category=snacks'), ['Choco Milk Shake', 'Glucose Biscuits'])
      assert.deepEqual(await find('milk ', '&brand=nandini'), ['Goodlife Milk'])
      assert.deepEqual(await find('milk ', '&brand=nandini&inStock=true'), [])
    })

    test('refuses a cursor of another search', async () => {
      const { nextCursor } = (await shop.get(path('milk', '&limit=1'))).body
      assert.equal((await shop.get(path('curd', `&limit=1&cursor=${nextCursor}`))).status, 400)
      assert.equal((await shop.get(path('milk', `&limit=1&cursor=${nextCursor.slice(0, -2)}AA`))).status, 400)
      assert.equal((await shop.get(path('milk', `&limit=2&cursor=${nextCursor}`))).status, 200)
    })

    test('refuses what is too long with a clear problem', async () => {
      for (const q of ['x'.repeat(101), 'milk '.repeat(2000)]) {
        for (const url of [path(q), `/api/search/suggest?storeId=${storeId}&q=${encodeURIComponent(q)}`]) {
          const { status, body } = await shop.get(url)
          assert.deepEqual([status, body.code], [400, 'search.too_long'])
        }
      }
      assert.equal((await shop.get(path('x'.repeat(100)))).status, 200)
    })

    const hostile = [
      "'; drop table shelf_items; --",
      "' or 1=1 --",
      "a' & b | !c:*",
      '%',
      '%%%___',
      '\\',
      '\\\\:A',
      '🥛',
      '🥛 milk',
      '!!! ??? ...',
      'a',
      'z z z z z z z z z z z z',
      '\u0000milk',
      'mi\u0000lk',
      '\ud800',
      '\u202e\u200d',
      '１２３',
      'ＭＩＬＫ',
      'é̂̃́'.repeat(20),
      'दू',
      '牛奶',
      'x'.repeat(100),
      'a b c d e f g h i j k l m n o p q r s t u v w x y z',
      ':*',
      '<->',
      '(((',
    ]
    for (const q of hostile)
      test(`answers ${JSON.stringify(q.slice(0, 30))} with an honest list`, async () => {
        const encoded = encodeURIComponent(q.toWellFormed())
        for (const sort of ['', '&sort=price&category=dairy']) {
          const { status, body } = await shop.get(`/api/products?storeId=${storeId}&q=${encoded}${sort}`)
          assert.equal(status, 200)
          assert.ok(Array.isArray(body.products))
        }
        const { status } = await shop.get(`/api/search/suggest?storeId=${storeId}&q=${encoded}`)
        assert.equal(status, 200)
        assert.equal((await find('amul toned milk '))[0], 'Taaza Toned Milk')
      })

    const suggest = async (q: string) =>
      (await shop.get(`/api/search/suggest?storeId=${storeId}&q=${encodeURIComponent(q)}`)).body

    test('suggests what a beginning may become, categories, brands and products', async () => {
      const mil = await suggest('mil')
      assert.ok(mil.queries.includes('milk'), mil.queries.join(', '))
      assert.deepEqual(mil.brands, ['Milky Mist'])
      assert.ok(mil.products.length > 0 && mil.products.length <= 6)
      assert.equal(mil.products[0].variants[0].pricePaise > 0, true)
      const snack = await suggest('sna')
      assert.deepEqual(
        snack.categories.map(({ slug, name }: { slug: string; name: string }) => [slug, name]),
        [['snacks', 'Snacks']],
      )
      assert.deepEqual((await suggest('AMUL mi')).queries.includes('amul milk'), true)
      assert.deepEqual((await suggest('mlik')).queries[0], 'milk')
    })

    test('suggests only what finds something in the store', async () => {
      assert.deepEqual((await suggest('amul pa')).queries, ['amul paneer'])
      assert.deepEqual((await suggest('eggs pa')).queries, [])
      assert.deepEqual((await suggest('elsew')).queries, [])
      assert.deepEqual((await suggest('oil sunflower 1 l')).queries, [])
    })

    test('suggests nothing for nothing', async () => {
      const nothing = { success: true, queries: [], categories: [], brands: [], products: [] }
      for (const q of ['', ' ', '!', '🥛']) assert.deepEqual(await suggest(q), nothing)
    })
  })
