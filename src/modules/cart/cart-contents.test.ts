import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  boundStore,
  type CartContents,
  type CartLine,
  mergeContents,
  mergedStore,
  mostLines,
  mostUnits,
  noDetails,
  toLines,
  toStored,
} from './cart-contents.ts'

const aCart = (fields: Partial<CartContents> = {}): CartContents => ({
  ...noDetails,
  id: 'crt_1',
  userId: 'usr_1',
  lines: [],
  ...fields,
})
const aLine = (variantId: string, quantity: number, fields: Partial<CartLine> = {}): CartLine => ({
  variantId,
  quantity,
  pricePaise: 100,
  addedAt: 1,
  ...fields,
})
const point = { lat: 12.9, lng: 77.6 }
const merge = (own: CartContents, guest: CartContents, most = mostUnits) =>
  mergeContents(own, guest, { storeId: mergedStore(own, guest), mostOf: () => most })

describe('the lines of a cart', () => {
  test('come back in the order in which they were added, those of one moment by variant', () => {
    const lines = [aLine('c', 1, { addedAt: 1 }), aLine('a', 2, { addedAt: 2 }), aLine('b', 3, { addedAt: 2 })]
    assert.deepEqual(toLines(toStored(lines.toReversed())), lines)
  })
})

describe('the store of a cart', () => {
  test('is bound by lines or by a place, and free without either', () => {
    assert.equal(boundStore(aCart({ storeId: 's' })), null)
    assert.equal(boundStore(aCart({ storeId: 's', lines: [aLine('a', 1)] })), 's')
    assert.equal(boundStore(aCart({ storeId: 's', addressId: 'adr_1' })), 's')
    assert.equal(boundStore(aCart({ storeId: 's', point })), 's')
  })
})

describe('two carts that become one', () => {
  test('have the lines of both, added up to the maximum', () => {
    const own = aCart({ storeId: 's', lines: [aLine('a', 3), aLine('b', 1)] })
    const guest = aCart({ storeId: 's', lines: [aLine('a', 4, { pricePaise: 90, addedAt: 9 }), aLine('c', 2)] })
    assert.deepEqual(
      merge(own, guest, 5).lines.map(({ variantId, quantity }) => [variantId, quantity]),
      [
        ['a', 5],
        ['b', 1],
        ['c', 2],
      ],
    )
    const [first] = merge(own, guest).lines
    assert.deepEqual(first, { variantId: 'a', quantity: 7, pricePaise: 90, addedAt: 1 })
  })

  test('are at the store and place of the account, if it has any', () => {
    const guest = aCart({ storeId: 'g', point, pincode: '560001', lines: [aLine('a', 1)] })
    const bound = merge(aCart({ storeId: 'o', addressId: 'adr_1', lines: [aLine('b', 1)] }), guest)
    assert.deepEqual([bound.storeId, bound.addressId, bound.point, bound.pincode], ['o', 'adr_1', null, null])
    const free = merge(aCart({ storeId: 'o' }), guest)
    assert.deepEqual([free.storeId, free.point, free.pincode], ['g', point, '560001'])
    const elsewhere = merge(aCart({ storeId: 'o', lines: [aLine('b', 1)] }), guest)
    assert.deepEqual([elsewhere.storeId, elsewhere.point], ['o', null])
    const same = merge(aCart({ storeId: 'g', lines: [aLine('b', 1)] }), guest)
    assert.deepEqual([same.storeId, same.point], ['g', point])
  })

  test('keep what the account said of coupon, tip and instructions, and take from the guest what it did not', () => {
    const guest = aCart({ couponCode: 'G', tipPaise: 500, instructions: 'ring' })
    const { couponCode, tipPaise, instructions } = merge(aCart({ couponCode: 'O' }), guest)
    assert.deepEqual([couponCode, tipPaise, instructions], ['O', 500, 'ring'])
  })

  test('lose no line of the account and have never more than fits, whatever was in them', () => {
    const lines = fc
      .uniqueArray(fc.integer({ min: 0, max: 90 }), { maxLength: mostLines })
      .chain((ids) =>
        fc.tuple(...ids.map((id) => fc.integer({ min: 1, max: mostUnits }).map((units) => aLine(`v${id}`, units)))),
      )
    fc.assert(
      fc.property(lines, lines, fc.integer({ min: 1, max: mostUnits }), (own, guest, most) => {
        const merged = merge(aCart({ lines: own }), aCart({ lines: guest }), most).lines
        const ids = new Set(merged.map(({ variantId }) => variantId))
        assert.equal(ids.size, merged.length)
        assert.ok(merged.length <= mostLines)
        assert.ok(own.every(({ variantId }) => ids.has(variantId)))
        const all = new Set([...own, ...guest].map(({ variantId }) => variantId))
        assert.equal(merged.length, Math.min(mostLines, all.size))
        assert.ok(merged.every(({ quantity }) => quantity >= 1 && quantity <= mostUnits))
      }),
    )
  })
})
