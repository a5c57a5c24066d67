import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { proportion, showRupees } from './money.ts'

test('shows rupees as people in India write them, paise only where there are some', () => {
  const shown = [0, 5, 1250, 2500, 129_900, 12_345_678].map(showRupees)
  assert.deepEqual(shown, ['₹0', '₹0.05', '₹12.50', '₹25', '₹1,299', '₹1,23,456.78'])
})

test('takes a proportion exactly and half-up, however large the product', () => {
  assert.deepEqual([proportion(1, 1, 2), proportion(1, 1, 3), proportion(2, 1, 3), proportion(5, 3, 10)], [1, 0, 1, 2])
  assert.equal(proportion(9_007_199_254_740_991, 9_007_199_254_740_989, 9_007_199_254_740_991), 9_007_199_254_740_989)
  const whole = fc.oneof(fc.nat(1000), fc.nat({ max: 100_000_000_000 }))
  fc.assert(
    fc.property(whole, whole, fc.integer({ min: 1, max: 100_000_000_000 }), (amount, part, of) => {
      const [a, p, o] = [BigInt(amount), BigInt(part), BigInt(of)]
      fc.pre((a * p) / o < BigInt(Number.MAX_SAFE_INTEGER))
      assert.equal(BigInt(proportion(amount, part, of)), (2n * a * p + o) / (2n * o))
    }),
    { numRuns: 1000 },
  )
})
