import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { ChangeListener } from '../../platform/changes/change-feed.ts'
import type { Db } from '../../platform/database/database.ts'
import { createKeptOffers, offerKeys } from './kept-offers.ts'
import type { Offer } from './offer-queries.ts'

const on = {} as Db

/** What a store sells of a variant, which is its product's only one. */
const anOffer = (variantId: string, pricePaise: number): Offer => ({
  variantId,
  productId: `product of ${variantId}`,
  sku: variantId,
  name: 'Milk',
  brand: null,
  pack: '500 ml',
  imageUrl: null,
  hsnCode: '0401',
  gstBasisPoints: 500,
  mrpPaise: 1000,
  pricePaise,
  maxPerOrder: 10,
  ageRestricted: false,
  storage: 'ambient',
})

/** A memory behind a feed that the test tells things through, over a store that sells everything but `unsold`. */
function aMemory() {
  let listener: ChangeListener = () => undefined
  const feed = { isCurrent: true }
  const asked: string[][] = []
  const state = { pricePaise: 100 }
  const pause: { until?: () => Promise<void> } = {}
  const { find } = createKeptOffers({
    changes: {
      follow: (_topic, next) => {
        listener = next
      },
      isCurrent: () => feed.isCurrent,
    },
    async read(_on, _storeId, variantIds) {
      asked.push([...variantIds])
      const read = variantIds.filter((id) => id !== 'unsold').map((id) => anOffer(id, state.pricePaise))
      await pause.until?.()
      return read
    },
  })
  return {
    feed,
    state,
    pause,
    /** What the database was asked for, each time. */
    asked,
    tell: (keys: string[] | 'everything') => listener(keys),
    prices: async (...variantIds: string[]) =>
      Object.fromEntries((await find(on, 'S', variantIds)).map(({ variantId, pricePaise }) => [variantId, pricePaise])),
    find,
  }
}

describe('offers in memory', () => {
  test('are read once, and only those that are missing', async () => {
    const { prices, asked, find } = aMemory()
    assert.deepEqual(await prices('a', 'b'), { a: 100, b: 100 })
    assert.deepEqual(await prices('b', 'c', 'a'), { a: 100, b: 100, c: 100 })
    assert.deepEqual(await prices('a', 'b', 'c'), { a: 100, b: 100, c: 100 })
    await find(on, 'other store', ['a'])
    assert.deepEqual(asked, [['a', 'b'], ['c'], ['a']])
  })

  test('are not those of what is not sold, which is asked for each time', async () => {
    const { prices, asked } = aMemory()
    for (let times = 0; times < 2; times += 1) assert.deepEqual(await prices('unsold', 'a'), { a: 100 })
    assert.deepEqual(asked, [['unsold', 'a'], ['unsold']])
  })

  const told = [
    { keys: ['product of a'], read: [['a']] },
    { keys: ['product of c'], read: [] },
    { keys: ['product of a', 'product of b', 'product of a'], read: [['a', 'b']] },
    { keys: ['*'], read: [['a', 'b']] },
    { keys: 'everything' as const, read: [['a', 'b']] },
  ]
  for (const { keys, read } of told)
    test(`are forgotten when they changed: ${keys}`, async () => {
      const { prices, asked, tell } = aMemory()
      await prices('a', 'b')
      asked.length = 0
      tell(keys)
      await prices('a', 'b')
      await prices('a', 'b')
      assert.deepEqual(asked, read)
    })

  test('are neither used nor kept while changes may have been missed', async () => {
    const { prices, asked, feed } = aMemory()
    await prices('a')
    feed.isCurrent = false
    await prices('a', 'b')
    feed.isCurrent = true
    await prices('a', 'b')
    assert.deepEqual(asked, [['a'], ['a', 'b'], ['b']])
  })

  test('are not kept when something changed while they were read', async () => {
    const { prices, asked, tell, pause, state } = aMemory()
    const { promise, resolve } = Promise.withResolvers<void>()
    pause.until = () => promise
    const old = prices('a')
    state.pricePaise = 200
    tell(['product of a'])
    resolve()
    assert.deepEqual(await old, { a: 100 })
    assert.deepEqual(await prices('a'), { a: 200 })
    assert.deepEqual(asked, [['a'], ['a']])
  })

  test('are not more than fit, the ones that were used last', async () => {
    const { find, prices, asked } = aMemory()
    const ids = Array.from({ length: 50_001 }, (_, at) => `v${at}`)
    await find(on, 'S', ids)
    asked.length = 0
    await prices('v50000', 'v1')
    await prices('v0')
    assert.deepEqual(asked, [['v0']])
  })

  test('are never older than a change that was told, whatever the order of things', async () => {
    const variant = fc.constantFrom('a', 'b')
    const step = fc.oneof(
      fc.record({ do: fc.constant('ask' as const), variant }),
      fc.record({ do: fc.constant('finish' as const), at: fc.nat(3) }),
      fc.record({ do: fc.constant('change' as const), key: fc.constantFrom('product of a', 'product of b', '*') }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { prices, tell, state, pause } = aMemory()
        const open: (() => void)[] = []
        pause.until = () => new Promise<void>((resolve) => open.push(resolve))
        const least: Record<string, number> = { a: 0, b: 0 }
        const answers: Promise<void>[] = []
        for (const each of steps) {
          if (each.do === 'ask') {
            const atLeast = least[each.variant] as number
            answers.push(prices(each.variant).then((found) => assert.ok((found[each.variant] as number) >= atLeast)))
          } else if (each.do === 'finish') {
            open.splice(each.at, 1)[0]?.()
            for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
          } else {
            state.pricePaise += 1
            for (const id of ['a', 'b']) if (['*', `product of ${id}`].includes(each.key)) least[id] = state.pricePaise
            tell([each.key])
          }
        }
        for (const finish of open) finish()
        await Promise.all(answers)
      }),
    )
  })
})

describe('the keys of changed offers', () => {
  test('are the products, or one that stands for all when they are more than 500', () => {
    const ids = Array.from({ length: 501 }, (_, at) => `p${at}`)
    assert.deepEqual(offerKeys(ids.slice(1)), ids.slice(1))
    assert.deepEqual(offerKeys(ids), ['*'])
  })
})
