import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { newId } from '../../src/platform/ids.ts'
import { type StartedBrowsing, startBrowsing } from '../support/browsing.ts'
import { type InsertedProduct, insertCategory, insertStore } from '../support/catalog.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { until } from '../support/queues.ts'
import { allowed } from '../support/time-limits.ts'

for (const kind of databaseKinds)
  describe(`shoppers on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let shop: StartedBrowsing
    let here = ''
    let elsewhere = ''
    const categories: Record<string, { id: string; slug: string; depth: number }> = {}
    const products: Record<string, InsertedProduct> = {}

    before(async () => {
      database = await aDatabase(kind)
      shop = await startBrowsing(database)
      here = await insertStore(database)
      elsewhere = await insertStore(database)
      const dairy = await insertCategory(database, { slug: 'dairy', name: 'Dairy' })
      const milk = await insertCategory(database, { slug: 'milk', name: 'Milk', parent: dairy })
      const toned = await insertCategory(database, { slug: 'toned', name: 'Toned milk', parent: milk })
      const snacks = await insertCategory(database, { slug: 'snacks', name: 'Snacks' })
      const unused = await insertCategory(database, { slug: 'unused', name: 'Nothing here' })
      Object.assign(categories, { dairy, milk, toned, snacks, unused })
      // Twelve, of which every third is sold out; the rank is the number, the price falls with it.
      for (let at = 1; at <= 12; at += 1)
        products[`Milk ${at}`] = await shop.sell(
          { categoryId: (at % 2 === 0 ? toned : milk).id, name: `Milk ${at}`, brand: at <= 6 ? 'Amul' : 'Nandini' },
          { storeId: here, rank: at, pricePaise: 2500 - at * 100, unitsLeft: at % 3 === 0 ? 0 : 5 },
        )
      products['Chips'] = await shop.sell(
        { categoryId: snacks.id, name: 'Chips', brand: 'LAYS', packs: ['50 g', '90 g'] },
        { storeId: elsewhere, unitsLeft: 3 },
      )
    })
    after(async () => {
      await shop.end()
      await database.end()
    })

    /** All pages of a list, one after the other. */
    async function allPages(path: string, limit: number): Promise<string[]> {
      const names: string[] = []
      let cursor = ''
      for (let pages = 0; pages < 30; pages += 1) {
        const { status, body } = await shop.get(`${path}&limit=${limit}${cursor && `&cursor=${cursor}`}`)
        assert.equal(status, 200)
        names.push(...body.products.map(({ name }: { name: string }) => name))
        if (body.nextCursor === null) return names
        assert.equal(body.products.length, limit)
        cursor = body.nextCursor
      }
      throw new Error('the list does not end')
    }

    const countFromMemory = async () =>
      Number(/catalog_pages_total\{source="memory"\} (\d+)/.exec((await shop.metrics.expose()).text)?.[1])

    /** An answer that was there before; on a machine that is busy the feed may be behind for a while. */
    async function fromMemory(path: string, headers: Record<string, string> = {}) {
      for (let tries = 0; tries < 200; tries += 1) {
        const before = await countFromMemory()
        const answer = await shop.get(path, headers)
        if ((await countFromMemory()) > before) return answer
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      throw new Error('nothing is answered from memory')
    }

    const milks = (...numbers: number[]) => numbers.map((number) => `Milk ${number}`)
    const inRank = milks(1, 2, 4, 5, 7, 8, 10, 11, 3, 6, 9, 12)
    const orders = [
      { sort: 'rank', names: inRank },
      { sort: 'price', names: milks(11, 10, 8, 7, 5, 4, 2, 1, 12, 9, 6, 3) },
      { sort: '-price', names: inRank },
      { sort: 'name', names: milks(1, 10, 11, 2, 4, 5, 7, 8, 12, 3, 6, 9) },
    ]
    for (const { sort, names } of orders)
      for (const limit of [1, 2, 5, 8, 50])
        test(`see a list by ${sort} in pages of ${limit}, what is in stock first, each product once`, async () => {
          assert.deepEqual(await allPages(`/api/products?storeId=${here}&sort=${sort}`, limit), names)
        })

    test('see names in an order that takes no account of capitals', async () => {
      const storeId = await insertStore(database)
      const categoryId = categories['dairy']?.id ?? ''
      for (const name of ['Zebra pen', 'iPhone cable', 'LED bulb', 'Lachha paratha', 'apple'])
        await shop.sell({ categoryId, name }, { storeId, pricePaise: 1000 })
      const inOrder = ['apple', 'iPhone cable', 'Lachha paratha', 'LED bulb', 'Zebra pen']
      for (const limit of [1, 2, 50])
        assert.deepEqual(await allPages(`/api/products?storeId=${storeId}&sort=name`, limit), inOrder)
    })

    test('see what is below a category, by its id or slug', async () => {
      const of = (category: string, more = '') =>
        shop.names(`/api/products?storeId=${here}&category=${category}${more}`)
      assert.deepEqual(await of('dairy'), inRank)
      assert.deepEqual(await of(categories['dairy']?.id ?? ''), inRank)
      assert.deepEqual(await of('toned'), milks(2, 4, 8, 10, 6, 12))
      assert.deepEqual(await of('toned', '&sort=price'), milks(10, 8, 4, 2, 12, 6))
      assert.deepEqual(await of('toned', '&inStock=true'), milks(2, 4, 8, 10))
      assert.deepEqual(await of('snacks'), [])
      assert.deepEqual(await of('no-such-category'), [])
    })

    test('see one brand, in letters of any case', async () => {
      const of = (brand: string) => shop.names(`/api/products?storeId=${here}&brand=${brand}&category=milk`)
      assert.deepEqual(await of('AMUL'), milks(1, 2, 4, 5, 3, 6))
      assert.deepEqual(await of('amul'), await of('Amul'))
      assert.deepEqual(await of('amu'), [])
    })

    test('see cards as the store sells the product', async () => {
      const { body } = await shop.get(`/api/products?storeId=${elsewhere}`)
      const { productId, variantIds } = products['Chips'] ?? { productId: '', variantIds: [] }
      assert.equal(body.products.length, 1)
      const [card] = body.products
      assert.deepEqual(card, {
        id: productId,
        name: 'Chips',
        brand: 'LAYS',
        imageUrl: null,
        categoryId: categories['snacks']?.id,
        inStock: true,
        variants: ['50 g', '90 g'].map((pack, at) => ({
          id: variantIds[at],
          sku: card.variants[at].sku,
          pack,
          mrpPaise: 2500 * (at + 1),
          pricePaise: 2500 * (at + 1),
          inStock: true,
          unitsLeft: 3,
          maxPerOrder: 10,
          ageRestricted: false,
        })),
      })
    })

    test('see a product with everything about it, and 404 where it is not sold', async () => {
      const { productId = '' } = products['Milk 2'] ?? {}
      const { status, body } = await shop.get(`/api/products/${productId}?storeId=${here}`)
      assert.equal(status, 200)
      const { product } = body
      assert.deepEqual(
        [product.name, product.description, product.imageUrls, product.attributes],
        ['Milk 2', null, [], {}],
      )
      assert.deepEqual(
        product.categories.map(({ slug }: { slug: string }) => slug),
        ['dairy', 'milk', 'toned'],
      )
      const [variant] = product.variants
      assert.deepEqual(
        [variant.pricePaise, variant.hsnCode, variant.gstPercent, variant.ean, variant.weightGrams, variant.storage],
        [2300, '0401', variant.gstPercent, null, null, 'ambient'],
      )
      assert.equal(typeof variant.gstPercent, 'number')
      for (const [storeId, code] of [
        [elsewhere, 'product.not_found'],
        [newId('sto'), 'shop.store_not_found'],
      ]) {
        const answer = await shop.get(`/api/products/${productId}?storeId=${storeId}`)
        assert.deepEqual([answer.status, answer.body.code], [404, code])
      }
    })

    test('see the categories as a tree, of a store only those that have something there', async () => {
      const slugs = (nodes: { slug: string; children: [] }[]): unknown[] =>
        nodes.map(({ slug, children }) => (children.length === 0 ? slug : [slug, ...slugs(children)]))
      const of = async (query: string) => slugs((await shop.get(`/api/categories${query}`)).body.categories)
      assert.deepEqual(
        await of(''),
        [['dairy', ['milk', 'toned']], 'unused', 'snacks'].sort((one, other) => {
          const order = ['dairy', 'unused', 'snacks']
          return order.indexOf(String([one].flat()[0])) - order.indexOf(String([other].flat()[0]))
        }),
      )
      assert.deepEqual(await of(`?storeId=${here}`), [['dairy', ['milk', 'toned']]])
      assert.deepEqual(await of(`?storeId=${elsewhere}`), ['snacks'])
    })

    test('find nothing in a store that is not there, and no more in one that was archived', async () => {
      const storeId = await insertStore(database)
      const pages = [
        `/api/products?storeId=${storeId}`,
        `/api/products?storeId=${storeId}&q=milk`,
        `/api/categories?storeId=${storeId}`,
        `/api/search/suggest?storeId=${storeId}&q=milk`,
      ]
      const answers = async () => {
        const given = await Promise.all(pages.map((page) => shop.get(page)))
        return given.map(({ status, body }) => (status === 200 ? status : `${status} ${body.code}`))
      }
      assert.deepEqual(
        await answers(),
        pages.map(() => 200),
      )
      await inTransaction(database.db, async (tx) => {
        await tx.updateTable('stores').set({ archived_at: new Date() }).where('id', '=', storeId).execute()
        await shop.changes.note(tx, 'stores', [storeId])
      })
      await until(async () => (await answers())[0] !== 200, 1000)
      assert.deepEqual(
        await answers(),
        pages.map(() => '404 shop.store_not_found'),
      )
    })

    test('are told what is wrong with a request, never a fault', async () => {
      const wrong = [
        '/api/products',
        '/api/products?storeId=1',
        `/api/products?storeId=${here}&limit=51`,
        `/api/products?storeId=${here}&limit=0`,
        `/api/products?storeId=${here}&sort=rating`,
        `/api/products?storeId=${here}&inStock=yes`,
        `/api/products?storeId=${here}&category=%00`,
        `/api/products?storeId=${here}&brand=%00`,
        `/api/products?storeId=${here}&storeId=${here}`,
        `/api/products?storeId=${here}&cursor=x`,
        `/api/products/1?storeId=${here}`,
        '/api/categories?storeId=x',
        '/api/search/suggest?q=milk',
      ]
      for (const path of wrong) {
        const { status, body } = await shop.get(path)
        assert.deepEqual([path, status, body.code], [path, 400, 'request.malformed'])
      }
    })

    test('are refused a cursor of another list, and one that was changed', async () => {
      const path = `/api/products?storeId=${here}&limit=2`
      const { nextCursor } = (await shop.get(path)).body
      const others = ['&sort=price', '&category=milk', '&brand=Amul', '&inStock=true', '&q=milk']
      for (const other of others)
        assert.equal((await shop.get(`${path}${other}&cursor=${nextCursor}`)).status, 400, other)
      const inOther = `/api/products?storeId=${elsewhere}&limit=2&cursor=${nextCursor}`
      assert.equal((await shop.get(inOther)).status, 400)
      const changed = Buffer.from(Buffer.from(nextCursor, 'base64url').toString().replace('"2"', '"3"')).toString(
        'base64url',
      )
      assert.notEqual(changed, nextCursor)
      assert.equal((await shop.get(`${path}&cursor=${changed}`)).status, 400)
      assert.equal((await shop.get(`${path.replace('limit=2', 'limit=5')}&cursor=${nextCursor}`)).status, 200)
    })

    test('get an answer they have already as 304, and the same bytes from memory', async () => {
      const path = `/api/products?storeId=${here}&limit=3`
      const first = await shop.get(path)
      const { etag } = first.headers
      assert.match(String(etag), /^"[0-9a-f]{16}"$/)
      assert.equal(first.headers['cache-control'], 'public, max-age=0, must-revalidate')
      const again = await shop.get(path)
      assert.deepEqual(
        [again.text, again.headers['etag'], again.headers['content-type']],
        [first.text, etag, first.headers['content-type']],
      )
      for (const header of [String(etag), `"x", W/${etag}`, '*']) {
        const { status, text, headers } = await shop.get(path, { 'if-none-match': header })
        assert.deepEqual([status, text, headers['etag']], [304, '', etag])
      }
      assert.equal((await shop.get(path, { 'if-none-match': '"x"' })).status, 200)
      const head = await shop.server.inject({ method: 'HEAD', url: path })
      assert.deepEqual([head.statusCode, head.payload], [200, ''])
    })

    test('get what every answer has from memory too: an id, safe headers, CORS', async () => {
      const path = `/api/products?storeId=${here}&limit=4`
      const origin = { origin: 'https://shop.example' }
      const made = await shop.get(path, origin)
      const kept = await fromMemory(path, origin)
      const varying = new Set(['x-request-id', 'date'])
      const headers = (answer: typeof made) =>
        Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !varying.has(name)))
      assert.deepEqual(headers(kept), headers(made))
      assert.notEqual(kept.headers['x-request-id'], made.headers['x-request-id'])
      assert.equal(kept.headers['access-control-allow-origin'], 'https://shop.example')
    })

    test('see a change of price, stock or units at once where it was made', async () => {
      const chips = products['Chips'] ?? { productId: '', variantIds: [] }
      const list = `/api/products?storeId=${elsewhere}`
      const page = `/api/products/${chips.productId}?storeId=${elsewhere}`
      const variant = async () => {
        const [one] = [(await shop.get(list)).body.products[0].variants[0]]
        const other = (await shop.get(page)).body.product.variants[0]
        assert.deepEqual(
          [other.pricePaise, other.unitsLeft, other.inStock],
          [one.pricePaise, one.unitsLeft, one.inStock],
        )
        return [one.pricePaise, one.unitsLeft, one.inStock]
      }
      const until = async (expected: unknown[]) => {
        const start = performance.now()
        while (JSON.stringify(await variant()) !== JSON.stringify(expected)) {
          if (performance.now() - start > allowed(1000)) assert.deepEqual(await variant(), expected)
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
      }
      await until([2500, 3, true])
      await shop.changePrice(chips, elsewhere, 1900)
      await until([1900, 3, true])
      await shop.showUnits(chips, elsewhere, 2)
      await until([1900, 2, true])
      await shop.showUnits(chips, elsewhere, 0)
      await until([1900, 0, false])
    })
  })
