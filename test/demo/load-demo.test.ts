import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { pino } from 'pino'
import { loadDemo } from '../../src/demo/load-demo.ts'
import type { Accounts } from '../../src/modules/accounts/index.ts'
import type { ImportKind } from '../../src/modules/imports/index.ts'
import type { NewStore } from '../../src/modules/stores/index.ts'
import { createChangeFeed } from '../../src/platform/changes/change-feed.ts'
import { systemClock as clock } from '../../src/platform/clock.ts'
import { createEvents } from '../../src/platform/events/events.ts'
import { createMetrics } from '../../src/platform/observability/metrics.ts'
import { createGoods, type Goods } from '../../src/shop.ts'
import { aDatabase, databaseKinds, postgresMissing, type TestDatabase } from '../support/databases.ts'
import { aQueue } from '../support/queues.ts'
import { aStore } from '../support/shop.ts'

const folder = new URL('../../demo/', import.meta.url)
const never = new AbortController().signal
const rowsOf = (file: string): Record<string, string>[] =>
  parse(readFileSync(new URL(`${file}.csv`, folder)), { columns: true })

/** Refused everywhere, which is never asked here. */
const authenticate: Accounts['authenticate'] = () => async () => {
  throw new Error('nobody signs in')
}

interface Loader {
  database: TestDatabase
  stores: Goods['stores']
  pricing: Goods['pricing']
  importKinds: readonly ImportKind[]
  /** Lines that say that it was loaded. */
  lines: string[]
  load(options?: { kinds?: readonly ImportKind[]; signal?: AbortSignal }): Promise<void>
  count(from: string): Promise<number>
  end(): Promise<void>
}

async function aLoader(engine: { name: string }): Promise<Loader> {
  const database = await aDatabase(engine)
  const lines: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
  const queue = aQueue(database)
  const { stores, pricing, importKinds } = createGoods({
    config: {
      catalog: { cacheMegabytes: 0 },
      inventory: { holdSeconds: 600 },
      imports: { maxMegabytes: 1 },
      invoices: {},
    },
    database,
    queue,
    events: createEvents(queue),
    changes: createChangeFeed({ database, clock, log }),
    authenticate,
    clock,
    log,
    metrics: createMetrics(),
  })
  await queue.start({ work: false })
  return {
    database,
    stores,
    pricing,
    importKinds,
    lines,
    load: ({ kinds = importKinds, signal = never } = {}) =>
      loadDemo({ database, stores, pricing, importKinds: kinds, clock, log }, { folder, signal }),
    async count(from) {
      const { rows } = await database.executeSql(`select count(*)::int as count from ${from}`)
      return (rows as { count: number }[])[0]?.count ?? 0
    },
    async end() {
      await queue.stop()
      await database.end()
    },
  }
}

const loadedLines = ({ lines }: Loader): string[] => lines.filter((line) => line.includes('demo data loaded'))

/** Everything is there, once. */
async function assertComplete({ count }: Loader): Promise<void> {
  const products = rowsOf('products')
  const listed = rowsOf('listings').filter((row) => row['listed'] === 'yes')
  assert.equal(await count('stores'), 3)
  assert.equal(await count('fee_rules where store_id is null'), 5)
  assert.equal(await count(`coupons where code in ('WELCOME50', 'SAVE20')`), 2)
  assert.equal(await count('categories'), rowsOf('categories').length)
  assert.equal(await count('products'), new Set(products.map((row) => row['product_code'])).size)
  assert.equal(await count('variants'), products.length)
  assert.equal(await count('listings where is_listed'), listed.length)
  assert.equal(await count('stock_levels'), rowsOf('stock').length)
  const counted = rowsOf('stock').filter((row) => row['on_hand'] !== '0')
  assert.equal(await count('stock_movements where quantity <> 0'), counted.length)
  assert.equal(await count(`shelf_items, jsonb_array_elements(card::jsonb -> 'variants')`), listed.length)
  const shown = rowsOf('stock').filter((row) => Number(row['on_hand']) > Number(row['buffer']))
  const sold = new Set(listed.map((row) => `${row['store']} ${row['sku']}`))
  assert.equal(
    await count(`shelf_items, jsonb_array_elements(card::jsonb -> 'variants') as variant
      where (variant ->> 'inStock')::boolean`),
    shown.filter((row) => sold.has(`${row['store']} ${row['sku']}`)).length,
  )
  assert.equal(await count(`products where search = ''`), 0)
}

/** Kinds that abort when they have applied so many parts of their files. */
function kindsThatStop(kinds: readonly ImportKind[], after: number): { kinds: ImportKind[]; signal: AbortSignal } {
  const controller = new AbortController()
  let parts = 0
  const stopping = kinds.map(
    (kind): ImportKind => ({
      ...kind,
      async apply(...given) {
        parts += 1
        if (parts > after) controller.abort(new Error('stopped'))
        return kind.apply(...given)
      },
    }),
  )
  return { kinds: stopping, signal: controller.signal }
}

for (const engine of databaseKinds) {
  describe(`the demo data on ${engine.name}`, { skip: engine.skip }, () => {
    let loader: Loader
    before(async () => {
      loader = await aLoader(engine)
    })
    after(() => loader.end())

    test('is completed by the next start, wherever the one before was cut off', async () => {
      for (const parts of [0, 3, 20]) {
        await assert.rejects(loader.load(kindsThatStop(loader.importKinds, parts)), /stopped/)
        assert.deepEqual(loadedLines(loader), [])
      }
      await loader.load()
      await assertComplete(loader)
      assert.equal(loadedLines(loader).length, 1)
    })

    test('is loaded once: what somebody changed stays as it is', async () => {
      const change =
        'update listings set price_paise = 100; update stock_levels set buffer = 0; update fee_rules set archived_at = now()'
      await loader.database.executeSql(change)
      await loader.load()
      assert.equal(await loader.count('listings where price_paise <> 100'), 0)
      assert.equal(await loader.count('stock_levels where buffer <> 0'), 0)
      assert.equal(await loader.count('fee_rules where archived_at is null'), 0)
      await loader.database.executeSql(`update stores set archived_at = now() where code = 'BLR-HSR'`)
      await loader.load()
      await loader.database.executeSql('update stores set archived_at = now()')
      await loader.load()
      assert.equal(await loader.count('listings where price_paise <> 100'), 0)
      assert.equal(loadedLines(loader).length, 1)
    })
  })

  test(`on ${engine.name} a database with a store of its own stays as it is`, {
    skip: engine.skip,
  }, async (context) => {
    const loader = await aLoader(engine)
    context.after(loader.end)
    await loader.stores.addStore(aStore({ code: 'MYS-1' }) as NewStore)
    await loader.load()
    assert.equal(await loader.count('stores'), 1)
    assert.equal(await loader.count('products'), 0)
  })

  test(`on ${engine.name} a database with a product stays as it is`, { skip: engine.skip }, async (context) => {
    const loader = await aLoader(engine)
    context.after(loader.end)
    await loader.database.executeSql(`
      insert into categories (id, depth, slug, name, created_at, updated_at)
        values ('cat_1', 1, 'own', 'Own', now(), now());
      insert into products (id, category_id, name, created_at, updated_at)
        values ('prd_1', 'cat_1', 'Own', now(), now());
      insert into variants (id, product_id, sku, pack, mrp_paise, hsn_code, gst_basis_points, created_at, updated_at)
        values ('var_1', 'prd_1', 'OWN-1', '1 pc', 100, '0401', 0, now(), now())`)
    await loader.load()
    assert.equal(await loader.count('stores'), 0)
    assert.equal(await loader.count('products'), 1)
  })
}

test('on the embedded database requests get in between the steps', async (context) => {
  const loader = await aLoader({ name: 'PGlite' })
  context.after(loader.end)
  let isOver = false
  let answered = 0
  const loading = loader.load().finally(() => {
    isOver = true
  })
  while (!isOver) {
    await new Promise((done) => setTimeout(done, 1))
    await loader.database.raw('select 1', [])
    answered += 1
  }
  await loading
  assert.ok(answered > 25, `${answered} were answered`)
})

test('of three processes that start at once one loads it', { skip: postgresMissing }, async (context) => {
  const loader = await aLoader({ name: 'PostgreSQL' })
  context.after(loader.end)
  await Promise.all([loader.load(), loader.load(), loader.load()])
  await assertComplete(loader)
  assert.equal(loadedLines(loader).length, 1)
})
