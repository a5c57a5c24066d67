import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { blockersOf, type Ordered } from './cart-blockers.ts'
import { noticesOf } from './line-notices.ts'

const line = (quantity: number, pricePaise: number | null = 3000) => ({
  variantId: 'var_1',
  quantity,
  pricePaise,
  addedAt: 1,
})
const supply = { pricePaise: 3000, maxPerOrder: 10, available: 8 }

describe('what is said of a line', () => {
  test('is nothing while there is enough of it at the price that was seen', () => {
    assert.deepEqual(noticesOf(line(8), supply), [])
    assert.deepEqual(noticesOf(line(1, null), supply), [])
  })

  test('is that it ran short, with what is left', () => {
    assert.deepEqual(noticesOf(line(9), supply), [
      { kind: 'short', message: 'There are only 8 left', wanted: 9, available: 8 },
    ])
    const messages = [1, 0].map((available) => noticesOf(line(9), { ...supply, available })[0]?.message)
    assert.deepEqual(messages, ['There is only 1 left', 'It is out of stock'])
  })

  test('is that it reached its maximum, from the maximum on', () => {
    const many = { ...supply, available: 100 }
    assert.deepEqual(noticesOf(line(9), many), [])
    for (const quantity of [10, 11])
      assert.deepEqual(noticesOf(line(quantity), many), [
        { kind: 'atMaximum', message: 'An order has at most 10 of it', maxPerOrder: 10 },
      ])
  })

  test('is what the price was and is', () => {
    assert.deepEqual(noticesOf(line(1, 2550), supply), [
      { kind: 'priceChanged', message: 'Its price went from ₹25.50 to ₹30', fromPaise: 2550, toPaise: 3000 },
    ])
  })

  test('is that it is not sold, and nothing else', () => {
    assert.deepEqual(noticesOf(line(100, 1), undefined), [{ kind: 'notSold', message: 'It is not sold here any more' }])
  })
})

describe('what stands in the way of an order', () => {
  const aLine = (variantId: string, quantity: number, of: typeof supply | undefined) => ({
    variantId,
    quantity,
    notices: noticesOf({ ...line(quantity), variantId }, of),
  })
  const ready: Ordered = {
    lines: [aLine('a', 1, supply)],
    hasAddress: true,
    serviceability: { outcome: 'serviceable', minimumOrderPaise: 3000 },
    goodsPaise: 3000,
    isPayable: true,
  }
  const kinds = (ordered: Partial<Ordered>) => blockersOf({ ...ready, ...ordered }).map(({ kind }) => kind)

  test('is nothing when everything is there', () => {
    assert.deepEqual(blockersOf(ready), [])
    assert.deepEqual(
      kinds({ lines: [aLine('a', 1, { ...supply, pricePaise: 1 }), aLine('b', 10, { ...supply, available: 10 })] }),
      [],
    )
  })

  test('is the total where no way to pay takes it', () => {
    assert.deepEqual(kinds({ isPayable: false }), ['notPayable'])
  })

  test('is every line that is short, not sold or above its maximum', () => {
    const lines = [aLine('a', 9, supply), aLine('b', 1, undefined), aLine('c', 11, { ...supply, available: 50 })]
    const found = blockersOf({ ...ready, lines }).map(({ kind, ...rest }) => [
      kind,
      'variantIds' in rest && rest.variantIds,
    ])
    assert.deepEqual(found, [
      ['linesNotSold', ['b']],
      ['linesShort', ['a']],
      ['linesAboveMaximum', ['c']],
    ])
  })

  test('is an empty cart, a missing address, a store that does not deliver and too small an order', () => {
    assert.deepEqual(kinds({ lines: [], goodsPaise: 0 }), ['empty'])
    assert.deepEqual(kinds({ hasAddress: false, serviceability: null }), ['addressMissing'])
    assert.deepEqual(kinds({ serviceability: { outcome: 'store_closed' } }), ['notServiceable'])
    const [blocker] = blockersOf({ ...ready, goodsPaise: 2999 })
    const message = 'Add things for ₹0.01 more: the store delivers from ₹30'
    assert.deepEqual(blocker, { kind: 'belowMinimum', message, minimumOrderPaise: 3000, missingPaise: 1 })
  })
})
