import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type Coupon,
  discountOf,
  explainCoupon,
  isCode,
  type NewCoupon,
  normalizeCode,
  refusalOf,
  refusalWords,
  toCouponContent,
} from './coupon.ts'

function aCoupon({ uses = 0, ...fields }: Partial<NewCoupon> & { uses?: number } = {}): Coupon {
  const at = new Date(0)
  const content = toCouponContent({ code: 'SAVE20', discountPaise: 2000, ...fields } as NewCoupon)
  return { id: 'cpn_1', uses, version: 1, createdAt: at, updatedAt: at, archivedAt: null, ...content }
}

const now = Date.UTC(2026, 0, 15)
const occasion = { storeId: 'sto_a', itemsPaise: 30_000, now, hasOrdered: false, customerUses: 0 }
const refusal = (fields: Parameters<typeof aCoupon>[0], other: Partial<typeof occasion> = {}) =>
  refusalOf(aCoupon(fields), { ...occasion, ...other })

describe('a coupon', () => {
  test('takes off a fixed amount, or a percentage up to its maximum, and never more than the items cost', () => {
    const half = { discountPaise: null, discountBasisPoints: 5000 }
    assert.equal(discountOf(aCoupon(), 30_000), 2000)
    assert.equal(discountOf(aCoupon(), 1500), 1500)
    assert.equal(discountOf(aCoupon(half), 30_001), 15_001)
    assert.equal(discountOf(aCoupon({ ...half, maximumDiscountPaise: 10_000 }), 30_000), 10_000)
    assert.equal(discountOf(aCoupon({ ...half, maximumDiscountPaise: 10_000 }), 19_999), 10_000)
    assert.equal(discountOf(aCoupon({ ...half, discountBasisPoints: 333 }), 1000), 33)
    assert.equal(discountOf(aCoupon(), 0), 0)
  })

  test('takes off no less of more', () => {
    const coupon = fc.oneof(
      fc.record({ discountPaise: fc.integer({ min: 1, max: 100_000 }) }),
      fc.record({
        discountPaise: fc.constant(null),
        discountBasisPoints: fc.integer({ min: 1, max: 10_000 }),
        maximumDiscountPaise: fc.option(fc.integer({ min: 1, max: 100_000 })),
      }),
    )
    fc.assert(
      fc.property(coupon, fc.nat(1_000_000), fc.nat(100_000), (fields, items, more) => {
        const [less, much] = [discountOf(aCoupon(fields), items), discountOf(aCoupon(fields), items + more)]
        assert.ok(less <= much && much <= items + more && less >= 0)
      }),
    )
  })

  test('counts from its beginning until just before its end', () => {
    const window = { startsAt: '2026-01-15T05:30:00+05:30', endsAt: '2026-01-16T00:00:00Z' }
    assert.equal(refusal(window), undefined)
    assert.equal(refusal(window, { now: now - 1 }), 'notYet')
    assert.equal(refusal(window, { now: now + 86_400_000 - 1 }), undefined)
    assert.equal(refusal(window, { now: now + 86_400_000 }), 'ended')
  })

  test('is refused for the reason that there is', () => {
    assert.equal(refusal({}), undefined)
    assert.equal(refusal({ isActive: false }), 'unknown')
    assert.equal(refusal({ storeId: 'sto_b' }), 'otherStore')
    assert.equal(refusal({ storeId: 'sto_a' }), undefined)
    assert.equal(refusal({ minimumItemsPaise: 30_001 }), 'belowMinimum')
    assert.equal(refusal({ minimumItemsPaise: 30_000 }), undefined)
    assert.equal(refusal({ totalLimit: 3, uses: 2 }), undefined)
    assert.equal(refusal({ totalLimit: 3, uses: 3 }), 'usedUp')
    assert.equal(refusal({ customerLimit: 2 }, { customerUses: 1 }), undefined)
    assert.equal(refusal({ customerLimit: 2 }, { customerUses: 2 }), 'usedByYou')
    assert.equal(refusal({ isForFirstOrder: true }), undefined)
    assert.equal(refusal({ isForFirstOrder: true }, { hasOrdered: true }), 'notFirstOrder')
    assert.equal(refusal({ minimumItemsPaise: 99_999, isForFirstOrder: true }, { hasOrdered: true }), 'notFirstOrder')
  })

  test('says what is missing of its minimum, and what it takes off', () => {
    const coupon = aCoupon({ minimumItemsPaise: 29_900 })
    assert.equal(
      refusalWords('belowMinimum', coupon, 25_000),
      'Add items for ₹49 more: this coupon is for ₹299 and above',
    )
    assert.equal(refusalWords('usedUp', coupon, 25_000), 'This coupon has been used up')
    assert.equal(explainCoupon(coupon), '₹20 off')
    const half = { discountPaise: null, discountBasisPoints: 5000 }
    assert.equal(explainCoupon(aCoupon(half)), '50% off')
    assert.equal(
      explainCoupon(aCoupon({ ...half, discountBasisPoints: 1250, maximumDiscountPaise: 10_000 })),
      '12.5% off, up to ₹100',
    )
    assert.equal(explainCoupon(aCoupon({ explanation: 'For our neighbours' })), 'For our neighbours')
  })

  test('has a code that is the same however it is typed', () => {
    assert.equal(normalizeCode('  save20\t'), 'SAVE20')
    assert.equal(aCoupon({ code: ' new-Year ' }).code, 'NEW-YEAR')
    assert.deepEqual(['SAVE20', 'A-1', 'AB', '-AB', 'SAVE 20', 'ß'.repeat(4), 'A'.repeat(31), ''].map(isCode), [
      true,
      true,
      ...Array(6).fill(false),
    ])
  })
})
