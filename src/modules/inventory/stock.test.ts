import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readCells } from '../imports/index.ts'
import { faultsOf, mergeKnown, repeatedIn, signedQuantity } from './adjustment.ts'
import { fallsLow, mergeLines, unitsShown } from './stock.ts'
import { stockCells } from './stock-row.ts'

const quantity = fc.integer({ min: 1, max: 1_000_000 })
const line = fc.record({ variantId: fc.constantFrom('var_a', 'var_b', 'var_c', 'var_d'), quantity })
const total = (lines: readonly { quantity: number }[]) => lines.reduce((sum, each) => sum + each.quantity, 0)

describe('lines of stock', () => {
  test('are merged to each variant once, by id, and no unit is lost', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 200 }), (lines) => {
        const merged = mergeLines(lines)
        const ids = merged.map(({ variantId }) => variantId)
        assert.deepEqual(ids, [...new Set(lines.map(({ variantId }) => variantId))].sort())
        for (const { variantId, quantity: units } of merged)
          assert.equal(units, total(lines.filter((each) => each.variantId === variantId)))
      }),
    )
  })

  test('are refused unless every quantity is a positive whole number', () => {
    const wrong = fc.oneof(
      fc.integer({ max: 0 }),
      fc.double({ noInteger: true }),
      fc.constant(Number.NaN),
      fc.constant(1e7),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), wrong, (lines, bad) => {
        assert.throws(() => mergeLines([...lines, { variantId: 'var_a', quantity: bad }]), RangeError)
      }),
    )
  })

  test('of an adjustment name one thing each, and a count may find nothing', () => {
    assert.deepEqual(faultsOf([{ sku: 'A', quantity: 0 }], 'count'), [])
    assert.equal(faultsOf([{ sku: 'A', quantity: 0 }], 'inward').length, 1)
    assert.deepEqual(
      faultsOf([{ quantity: 1 }, { sku: 'A', quantity: 1 }, { sku: 'A', variantId: 'b', quantity: 1 }], 'inward').map(
        (f) => f.line,
      ),
      [1, 3],
    )
  })

  test('keep their sign by kind: what is spoilt goes', () => {
    assert.deepEqual(
      (['inward', 'return', 'damage', 'expiry', 'count'] as const).map((kind) => signedQuantity(kind, 3)),
      [3, 3, -3, -3, 3],
    )
  })

  test('that name one variant twice are one line under the number of the first, and in a count a fault', () => {
    const known = [1, 2, 3].map((at) => ({ line: at, variantId: at === 2 ? 'b' : 'a', sku: 'S', quantity: at }))
    assert.deepEqual(
      mergeKnown(known).map(({ line: at, quantity: units }) => [at, units]),
      [
        [1, 4],
        [2, 2],
      ],
    )
    assert.deepEqual(repeatedIn(known), [{ line: 3, reason: 'Line 1 counts the same.' }])
  })
})

describe('what is shown and told of stock', () => {
  test('is 0 to 5 units whatever there is', () => {
    assert.deepEqual([-3, 0, 1, 4, 5, 6, 1e8].map(unitsShown), [0, 0, 1, 4, 5, 5, 5])
  })

  test('is low once for each fall: of changes in a row, only the one that crosses the mark tells', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 20 }), { minLength: 2 }), fc.nat(10), (levels, lowStockAt) => {
        const told = levels.slice(1).filter((after, at) => {
          const before = levels[at] ?? 0
          return fallsLow({ storeId: 's', variantId: 'v', before, after, lowStockAt })
        })
        const isLow = levels.map((each) => each <= lowStockAt)
        assert.equal(told.length, isLow.filter((low, at) => at > 0 && low && !isLow[at - 1]).length)
      }),
    )
    assert.equal(fallsLow({ storeId: 's', variantId: 'v', before: 5, after: 0, lowStockAt: null }), false)
  })
})

describe('a row of a stock file', () => {
  const read = (record: Readonly<Record<string, unknown>>) => readCells(stockCells, record)

  test('is read the same from texts and from JSON values', () => {
    const row = { store: 'BLR-1', sku: 'MILK', onHand: 24, buffer: 2 }
    assert.deepEqual(read({ store: ' BLR-1', sku: 'MILK ', on_hand: ' 24', buffer: '2', low_stock_at: '' }), { row })
    assert.deepEqual(read({ store: 'BLR-1', sku: 'MILK', on_hand: 24, buffer: 2, low_stock_at: null }), { row })
    assert.deepEqual(read({ sku: 'MILK', on_hand: 0 }), { row: { sku: 'MILK', onHand: 0 } })
  })

  test('names every fault at once, by column, and no value', () => {
    const wrong = read({ sku: ' ', on_hand: '-1', buffer: 1.5, low_stock_at: 'secret', store: 'x'.repeat(41) })
    assert.ok('faults' in wrong)
    const columns = wrong.faults.map(({ column }) => column).sort()
    assert.deepEqual(columns, ['buffer', 'low_stock_at', 'on_hand', 'sku', 'store'])
    assert.doesNotMatch(JSON.stringify(wrong), /secret/)
    for (const on_hand of ['1e3', '0x10', '٣', '1,000', '3.0', true, [], {}, '1000000000', Number.NaN])
      assert.ok('faults' in read({ sku: 'A', on_hand }), String(on_hand))
  })
})
