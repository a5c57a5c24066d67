import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { foundOf, isFoundSo, missingOf } from './found-lines.ts'
import type { OrderLine } from './orders.ts'

const line = (variantId: string, quantity: number, foundQuantity = quantity): OrderLine => ({
  variantId,
  sku: variantId,
  name: 'Milk',
  pack: '500 ml',
  imageUrl: null,
  hsnCode: '0401',
  gstBasisPoints: 500,
  quantity,
  foundQuantity,
  mrpPaise: 3000,
  pricePaise: 2500,
})
const lines = [line('a', 4), line('b', 1)]

describe('what was found of an order', () => {
  test('is all of what nobody speaks of', () => {
    const found = foundOf(lines, [{ variantId: 'a', foundQuantity: 1 }])
    assert.deepEqual(
      [...(found ?? [])],
      [
        ['a', 1],
        ['b', 1],
      ],
    )
    assert.deepEqual(missingOf(lines, found ?? new Map()), [{ variantId: 'a', quantity: 3 }])
    assert.deepEqual(missingOf(lines, foundOf(lines, []) ?? new Map()), [])
  })

  test('cannot be another thing, one thing twice, or more than was ordered', () => {
    for (const said of [
      [{ variantId: 'c', foundQuantity: 0 }],
      [{ variantId: 'a', foundQuantity: 5 }],
      [
        { variantId: 'b', foundQuantity: 1 },
        { variantId: 'b', foundQuantity: 1 },
      ],
    ])
      assert.equal(foundOf(lines, said), undefined)
  })

  test('is the same when every line is', () => {
    const packed = [line('a', 4, 2), line('b', 1)]
    const found = (quantity: number) => foundOf(lines, [{ variantId: 'a', foundQuantity: quantity }]) ?? new Map()
    assert.deepEqual([isFoundSo(packed, found(2)), isFoundSo(packed, found(3))], [true, false])
  })
})
