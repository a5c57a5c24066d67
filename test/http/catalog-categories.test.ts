import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { insertListing, insertProduct, insertStore, notedKeys, shelfOf, unique } from '../support/catalog.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { until } from '../support/queues.ts'
import { type StartedCatalog, startCatalog } from '../support/started-catalog.ts'

for (const kind of databaseKinds) {
  describe(`categories on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedCatalog
    before(async () => {
      database = await aDatabase(kind)
      service = await startCatalog(database)
    })
    after(async () => {
      await service.end()
      await database.end()
    })
    async function add(fields: object = {}) {
      const slug = unique('slug-')
      const { status, body } = await service.ask('POST', '/catalog/categories', {
        body: { slug, name: `Name ${slug}`, ...fields },
      })
      assert.equal(status, 201, JSON.stringify(body))
      return body.category
    }
    const change = (category: { id: string; version: number }, body: object) =>
      service.ask('PATCH', `/catalog/categories/${category.id}`, { body, version: category.version })
    const remove = (category: { id: string; version: number }) =>
      service.ask('DELETE', `/catalog/categories/${category.id}`, { version: category.version })
    const tree = async (query = '') => (await service.ask('GET', `/catalog/categories${query}`)).body.categories

    test('are a tree of three levels, each by position', async () => {
      const root = await add({ position: 7 })
      const second = await add({ parentId: root.id, position: 2 })
      const first = await add({ parentId: root.id, position: 1 })
      const leaf = await add({ parentId: first.id, imageUrl: 'https://img.example/a.jpg' })
      assert.deepEqual([root.depth, first.depth, leaf.depth], [1, 2, 3])
      const { status, body } = await service.ask('POST', '/catalog/categories', {
        body: { slug: unique('s-'), name: 'too deep', parentId: leaf.id },
      })
      assert.deepEqual([status, body.code], [409, 'category.too_deep'])
      const own = (await tree()).find(({ id }: { id: string }) => id === root.id)
      assert.deepEqual(own.children, [
        { ...first, children: [{ ...leaf, children: [] }] },
        { ...second, children: [] },
      ])
    })

    test('answer their version, and are changed only by who has seen the latest', async () => {
      const category = await add()
      const path = `/catalog/categories/${category.id}`
      const read = await service.ask('GET', path)
      assert.deepEqual([read.headers['etag'], read.body.category], ['"1"', category])
      assert.equal((await service.ask('PATCH', path, { body: { name: 'x' } })).body.code, 'edit.version_required')
      const changed = await change(category, { name: ' Dairy ' })
      assert.deepEqual([changed.status, changed.headers['etag'], changed.body.category.name], [200, '"2"', 'Dairy'])
      assert.equal(changed.body.category.slug, category.slug)
      const late = await change(category, { name: 'Other' })
      assert.deepEqual([late.status, late.body.code], [412, 'edit.conflict'])
      assert.equal((await remove(category)).body.code, 'edit.conflict')
    })

    test('move to a parent as deep as the one before, and to no other', async () => {
      const [one, two] = [await add(), await add()]
      const child = await add({ parentId: one.id })
      const grandchild = await add({ parentId: child.id })
      const moved = await change(child, { parentId: two.id })
      assert.equal(moved.body.category.parentId, two.id)
      for (const [category, parentId] of [
        [grandchild, two.id],
        [grandchild, null],
        [grandchild, grandchild.id],
        [one, two.id],
        [one, one.id],
      ]) {
        const { status, body } = await change(category, { parentId })
        assert.deepEqual([status, body.code], [409, 'category.depth_fixed'])
      }
      const nowhere = await change(grandchild, { parentId: `cat_${'0'.repeat(26)}` })
      assert.deepEqual([nowhere.status, nowhere.body.code], [409, 'category.unknown'])
    })

    test('are archived only when nothing live is in them, and come back', async () => {
      const root = await add()
      const child = await add({ parentId: root.id })
      const { productId } = await insertProduct(database, { categoryId: child.id })
      const full = await remove(root)
      assert.deepEqual([full.status, full.body.code], [409, 'category.not_empty'])
      assert.deepEqual([full.body.categories, full.body.products], [1, 0])
      assert.equal((await remove(child)).body.products, 1)
      await database.raw('update products set archived_at = now() where id = $1', [productId])
      assert.equal((await remove(child)).status, 200)
      assert.equal((await remove(root)).status, 200)
      const ids = async (query: string) => (await tree(query)).map(({ id }: { id: string }) => id)
      assert.equal((await ids('')).includes(root.id), false)
      assert.equal((await ids('?archived=yes')).includes(root.id), true)
      const orphan = await service.ask('PATCH', `/catalog/categories/${child.id}`, {
        body: { archived: false },
        version: 2,
      })
      assert.deepEqual([orphan.status, orphan.body.code], [409, 'category.archived'])
      const below = await service.ask('POST', '/catalog/categories', {
        body: { slug: unique('s-'), name: 'x', parentId: root.id },
      })
      assert.deepEqual([below.status, below.body.code], [409, 'category.archived'])
      const back = await change({ ...root, version: 2 }, { archived: false })
      assert.deepEqual([back.status, back.body.category.archivedAt], [200, null])
    })

    test('have a slug of their own', async () => {
      const { slug } = await add()
      const other = await add()
      const again = await service.ask('POST', '/catalog/categories', { body: { slug, name: 'x' } })
      assert.deepEqual([again.status, again.body.code, again.body.field], [409, 'catalog.taken', 'slug'])
      assert.equal((await change(other, { slug })).body.field, 'slug')
    })

    test('are added once for each Idempotency-Key', async () => {
      const body = { slug: unique('once-'), name: 'Once' }
      const post = () => service.ask('POST', '/catalog/categories', { body, key: body.slug })
      const [first, second] = [await post(), await post()]
      assert.deepEqual(second.body, first.body)
      assert.deepEqual([second.status, second.headers['idempotency-replayed']], [201, 'true'])
    })

    test('carry their products’ search text and shelf along when they are renamed or moved', async () => {
      const [one, two] = [await add({ name: 'Zwieback' }), await add()]
      const child = await add({ parentId: one.id })
      const { productId, variantIds } = await insertProduct(database, { categoryId: child.id })
      const storeId = await insertStore(database)
      await insertListing(database, { storeId, variantId: variantIds[0] ?? '' })
      const has = async (stem: string) =>
        (await database.raw('select 1 from products where id = $1 and search @@ $2::tsquery', [productId, stem])).rows
          .length === 1
      const renamed = await change(child, { name: 'Knäckebröd' })
      assert.deepEqual([await has('knackebrod:C'), await has('zwieback:C')], [true, true])
      assert.deepEqual((await shelfOf(database, productId))[0]?.path, [one.id, child.id, null])
      await change(renamed.body.category, { parentId: two.id })
      assert.deepEqual([await has('knackebrod:C'), await has('zwieback:C')], [true, false])
      assert.deepEqual((await shelfOf(database, productId))[0]?.path, [two.id, child.id, null])
      assert.equal((await notedKeys(database, 'shelf')).at(-1), `${storeId} ${productId} content`)
      assert.equal((await notedKeys(database, 'categories')).at(-1), 'all')
    })

    test('with very many products are followed by these a little later', async () => {
      const root = await add()
      await database.raw(
        `insert into products (id, category_id, name, created_at, updated_at)
         select 'prd_many' || n, $1, 'Many ' || n, now(), now() from generate_series(1, 1200) as n`,
        [root.id],
      )
      await change(root, { name: 'Everything' })
      const count = async (sql: string) =>
        Number(
          (await database.raw(`select count(*) as n from ${sql}`, [])).rows.map((row) => (row as { n: number }).n)[0],
        )
      await until(async () => (await count('shelf_pending')) === 0, 30_000)
      assert.equal(await count(`products where search @@ 'everyth'::tsquery`), 1200)
      assert.equal(await count(`search_words where word = 'everything'`), 1)
    })

    test('are for admins', async () => {
      for (const token of [await service.aCustomer(), await service.managerOf(await insertStore(database))]) {
        const answer = await service.ask('GET', '/catalog/categories', { token })
        assert.deepEqual([answer.status, answer.body.code], [403, 'request.forbidden'])
      }
    })

    test('that are none are refused with what is wrong', async () => {
      const wrong: [object, RegExp][] = [
        [{ slug: 'Dairy' }, /^slug is not well formed: Small letters/],
        [{ slug: 'a--b' }, /^slug/],
        [{ slug: `${'x'.repeat(61)}` }, /^slug/],
        [{ name: ' ' }, /^name/],
        [{ name: 'x'.repeat(81) }, /^name/],
        [{ name: 4 }, /^name must be string/],
        [{ position: -1 }, /^position must be >= 0/],
        [{ position: 1.5 }, /^position must be integer/],
        [{ imageUrl: 'http://img.example/a.jpg' }, /^imageUrl/],
        [{ imageUrl: 'javascript:alert(1)' }, /^imageUrl/],
        [{ parentId: 'prd_1' }, /^parentId/],
      ]
      for (const [fields, reason] of wrong) {
        const { status, body } = await service.ask('POST', '/catalog/categories', {
          body: { slug: unique('s-'), name: 'x', ...fields },
        })
        assert.deepEqual([status, body.code], [400, 'catalog.invalid'], JSON.stringify(fields))
        assert.match(body.faults[0], reason)
      }
      const { body } = await service.ask('POST', '/catalog/categories', { body: {} })
      assert.match(body.faults[0], /slug/)
    })
  })
}
