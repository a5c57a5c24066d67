import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { type ChangeFeed, createChangeFeed } from '../../src/platform/changes/change-feed.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { type StartedBrowsing, startBrowsing } from '../support/browsing.ts'
import { type InsertedProduct, insertCategory, insertStore } from '../support/catalog.ts'
import { setClock } from '../support/clock.ts'
import { aDatabase, postgresMissing, type TestDatabase } from '../support/databases.ts'
import { inParallel } from '../support/service.ts'
import { allowed } from '../support/time-limits.ts'

describe('two instances on one PostgreSQL', { skip: postgresMissing }, () => {
  let database: TestDatabase
  let one: StartedBrowsing
  let two: StartedBrowsing
  let blind: StartedBrowsing
  let storeId = ''
  let product: InsertedProduct
  /** Whether the third instance can read changes. */
  let isBlind = false

  before(async () => {
    database = await aDatabase({ name: 'PostgreSQL' })
    one = await startBrowsing(database)
    two = await startBrowsing(database)
    const shortSighted: Pick<Database, 'raw' | 'db'> = {
      db: database.db,
      raw: async (...args) => {
        if (isBlind) throw new Error('out of reach')
        return database.raw(...args)
      },
    }
    const changes: ChangeFeed = createChangeFeed({
      database: shortSighted,
      clock: setClock(),
      log: pino({ level: 'silent' }),
    })
    blind = await startBrowsing(database, { changes })
    storeId = await insertStore(database)
    const { id: categoryId } = await insertCategory(database)
    product = await one.sell({ categoryId, name: 'Milk', brand: 'Amul' }, { storeId, pricePaise: 2000 })
  })
  after(async () => {
    await Promise.all([one.end(), two.end(), blind.end()])
    await database.end()
  })

  const paths = () => [
    `/api/products?storeId=${storeId}`,
    `/api/products?storeId=${storeId}&q=milk`,
    `/api/search/suggest?storeId=${storeId}&q=mil`,
    `/api/products/${product.productId}?storeId=${storeId}`,
  ]
  /** The price wherever it is shown. */
  async function prices(shop: StartedBrowsing): Promise<Set<number>> {
    const answers = await Promise.all(paths().map((path) => shop.get(path)))
    return new Set(answers.map(({ body }) => (body.product ?? body.products[0]).variants[0].pricePaise))
  }
  const keptCount = async (shop: StartedBrowsing) =>
    Number(/catalog_pages_total\{source="memory"\} (\d+)/.exec((await shop.metrics.expose()).text)?.[1])

  test('both show a new price everywhere within a second, and what was not changed is kept', async () => {
    for (const price of [1900, 1800, 1700, 1600, 1500]) {
      await prices(two)
      const before = await keptCount(two)
      await prices(two)
      assert.ok((await keptCount(two)) >= before)
      await one.changePrice(product, storeId, price)
      const committed = performance.now()
      while ((await prices(two)).size !== 1 || !(await prices(two)).has(price)) {
        assert.ok(
          performance.now() - committed < allowed(1000),
          `still ${[...(await prices(two))].join()} after a second`,
        )
        await sleep(20)
      }
    }
    assert.ok((await keptCount(two)) > 0)
  })

  test('never show an older price after a newer one for longer than a second, while prices change all the time', async () => {
    let price = 1500
    let changedAt = performance.now()
    let isOver = false
    const history: { price: number; until: number }[] = []
    const changing = (async () => {
      for (let round = 0; round < 30; round += 1) {
        const next = 1000 + ((round * 37) % 400)
        await one.changePrice(product, storeId, next)
        history.push({ price, until: performance.now() })
        price = next
        changedAt = performance.now()
        await sleep(50)
      }
      isOver = true
    })()
    await inParallel(4, async (at) => {
      while (!isOver) {
        const asked = performance.now()
        for (const seen of await prices(at % 2 === 0 ? one : two)) {
          const last = history.findLast((each) => each.price === seen)
          const isOld = seen !== price && last !== undefined && asked - last.until > 1000
          assert.ok(!isOld, `${seen} was over ${Math.round(asked - (last?.until ?? 0))} ms before`)
        }
        await sleep(5)
      }
    })
    await changing
    assert.ok(changedAt > 0)
    await sleep(1000)
    assert.deepEqual([...(await prices(one)), ...(await prices(two))], [price, price])
  })

  test('answer from the database when they cannot learn of changes', async () => {
    await prices(blind)
    isBlind = true
    await sleep(1100)
    const before = await keptCount(blind)
    for (const price of [1400, 1300]) {
      await one.changePrice(product, storeId, price)
      assert.deepEqual(await prices(blind), new Set([price]))
    }
    assert.equal(await keptCount(blind), before)
    isBlind = false
    await sleep(600)
    assert.deepEqual(await prices(blind), new Set([1300]))
    await prices(blind)
    assert.ok((await keptCount(blind)) > before)
  })
})
