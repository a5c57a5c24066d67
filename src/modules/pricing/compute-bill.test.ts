import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type BillInput, billLineKinds, feeKinds, type PricedLine } from './bill.ts'
import { withUnits } from './bill-items.ts'
import { computeBill } from './compute-bill.ts'
import { billFound } from './fewer-units.ts'

const aLine = (fields: Partial<PricedLine> = {}): PricedLine => ({
  variantId: 'var_a',
  quantity: 1,
  mrpPaise: 10_000,
  pricePaise: 9_000,
  gstBasisPoints: 500,
  ...fields,
})

const anInput = (fields: Partial<BillInput> = {}): BillInput => ({
  lines: [aLine()],
  fees: [],
  coupon: null,
  tipPaise: 0,
  isTaxed: true,
  ...fields,
})

const amounts = (input: BillInput) => computeBill(input).lines.map(({ kind, amountPaise }) => [kind, amountPaise])
const sum = (all: readonly number[]) => all.reduce((total, each) => total + each, 0)

describe('a bill', () => {
  test('has the lines that customers know in their order, each with its reason', () => {
    const bill = computeBill({
      lines: [
        aLine({ quantity: 2 }),
        aLine({ variantId: 'var_b', mrpPaise: 500, pricePaise: 500, gstBasisPoints: 1800 }),
      ],
      fees: [
        { kind: 'lateNightFee', amountPaise: 1500, explanation: '₹15 from 23:00 to 06:00' },
        { kind: 'deliveryFee', amountPaise: 2500, explanation: '₹25 on orders below ₹199' },
        { kind: 'handlingCharge', amountPaise: 400, explanation: null },
        { kind: 'smallCartFee', amountPaise: 0, explanation: 'Free today' },
      ],
      coupon: { discountPaise: 1000, explanation: 'SAVE10: ₹10 off' },
      tipPaise: 2000,
      isTaxed: true,
    })
    assert.deepEqual(bill.lines, [
      { kind: 'itemTotal', label: 'Item total', amountPaise: 20_500, explanation: 'At MRP' },
      { kind: 'productDiscount', label: 'Discount on MRP', amountPaise: -2000, explanation: null },
      { kind: 'coupon', label: 'Coupon', amountPaise: -1000, explanation: 'SAVE10: ₹10 off' },
      { kind: 'deliveryFee', label: 'Delivery fee', amountPaise: 2500, explanation: '₹25 on orders below ₹199' },
      { kind: 'handlingCharge', label: 'Handling charge', amountPaise: 400, explanation: null },
      { kind: 'smallCartFee', label: 'Small cart fee', amountPaise: 0, explanation: 'Free today' },
      { kind: 'lateNightFee', label: 'Late-night fee', amountPaise: 1500, explanation: '₹15 from 23:00 to 06:00' },
      { kind: 'tip', label: 'Tip for the rider', amountPaise: 2000, explanation: null },
    ])
    assert.deepEqual([bill.toPayPaise, bill.savingsPaise], [23_900, 3000])
  })

  test('of one thing at its MRP has one line', () => {
    const bill = computeBill(anInput({ lines: [aLine({ pricePaise: 10_000 })] }))
    assert.deepEqual(bill.lines, [{ kind: 'itemTotal', label: 'Item total', amountPaise: 10_000, explanation: null }])
  })

  test('of nothing charges nothing, whatever there would be beside it', () => {
    const fees = [{ kind: 'deliveryFee' as const, amountPaise: 2500, explanation: null }]
    const coupon = { discountPaise: 100, explanation: 'x' }
    assert.deepEqual(amounts(anInput({ lines: [], fees, coupon, tipPaise: 500 })), [['itemTotal', 0]])
  })

  test('contains GST in two equal halves: of goods by rate, of fees at 18 %, of a tip none', () => {
    const lines = [
      aLine({ pricePaise: 10_500 - 500, mrpPaise: 10_500, gstBasisPoints: 500, quantity: 1 }),
      aLine({ variantId: 'var_b', pricePaise: 5900, mrpPaise: 5900, gstBasisPoints: 1800, quantity: 2 }),
      aLine({ variantId: 'var_c', pricePaise: 700, mrpPaise: 700, gstBasisPoints: 0 }),
      aLine({ variantId: 'var_d', pricePaise: 101, mrpPaise: 101, gstBasisPoints: 500 }),
    ]
    const fees = [
      { kind: 'deliveryFee' as const, amountPaise: 2500, explanation: null },
      { kind: 'handlingCharge' as const, amountPaise: 400, explanation: null },
    ]
    // 10000 × 5 ÷ 210 = 238.095; 101 × 5 ÷ 210 = 2.405; 11800 × 18 ÷ 236 = 900; 2500 × 18 ÷ 236 = 190.678; 400 × 18 ÷ 236 = 30.508
    assert.deepEqual(computeBill(anInput({ lines, fees, tipPaise: 5000 })).tax, {
      goods: [
        { gstBasisPoints: 0, taxablePaise: 700, cgstPaise: 0, sgstPaise: 0 },
        { gstBasisPoints: 500, taxablePaise: 10_101 - 480, cgstPaise: 240, sgstPaise: 240 },
        { gstBasisPoints: 1800, taxablePaise: 10_000, cgstPaise: 900, sgstPaise: 900 },
      ],
      fees: { gstBasisPoints: 1800, taxablePaise: 2900 - 444, cgstPaise: 222, sgstPaise: 222 },
      cgstPaise: 1362,
      sgstPaise: 1362,
    })
  })

  test('rounds half of a paisa up', () => {
    // 42 × 5 ÷ 210 = 1; 63 × 5 ÷ 210 = 1.5
    const halves = (pricePaise: number) => computeBill(anInput({ lines: [aLine({ pricePaise })] })).tax.cgstPaise
    assert.deepEqual([halves(42), halves(62), halves(63)], [1, 1, 2])
  })

  test('is none of lines, fees and amounts that cannot be', () => {
    for (const wrong of [
      { lines: [aLine({ pricePaise: 10_001 })] },
      { lines: [aLine({ quantity: 0 })] },
      { lines: [aLine({ quantity: 1.5 })] },
      { lines: [aLine({ pricePaise: -1 })] },
      { lines: [aLine(), aLine()] },
      { tipPaise: -1 },
      { tipPaise: 0.5 },
      { coupon: { discountPaise: Number.NaN, explanation: '' } },
      { fees: [0, 1].map((amountPaise) => ({ kind: 'surgeFee' as const, amountPaise, explanation: null })) },
    ])
      assert.throws(() => computeBill(anInput(wrong)), RangeError, JSON.stringify(wrong))
  })
})

const line = fc
  .record({
    quantity: fc.integer({ min: 1, max: 60 }),
    mrpPaise: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 100_000_000 })),
    discount: fc.double({ min: 0, max: 1, noNaN: true }),
    gstBasisPoints: fc.constantFrom(0, 25, 500, 1200, 1800, 2800, 4000),
  })
  .map(({ discount, ...fields }) => ({ ...fields, pricePaise: Math.floor(fields.mrpPaise * discount) }))

const lines = fc
  .array(line, { minLength: 1, maxLength: 25 })
  .map((all): PricedLine[] => all.map((each, at) => ({ variantId: `var_${(at * 7919) % 100}`, ...each })))

const input: fc.Arbitrary<BillInput> = fc.record({
  lines,
  fees: fc
    .subarray([...feeKinds])
    .chain((kinds) =>
      fc.tuple(
        ...kinds.map((kind) =>
          fc.record({ kind: fc.constant(kind), amountPaise: fc.nat(10_000), explanation: fc.constant(null) }),
        ),
      ),
    ),
  coupon: fc.option(
    fc.record({ discountPaise: fc.oneof(fc.nat(2000), fc.nat(10_000_000_000)), explanation: fc.constant('coupon') }),
  ),
  tipPaise: fc.nat(10_000),
  isTaxed: fc.constant(true),
})

const always = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, holds), { numRuns: 500 })

describe('any bill', () => {
  test('adds up: lines to what is to be paid, items to their part of it, tax and taxable to all but the tip', () => {
    always(input, (given) => {
      const { lines: billLines, items, toPayPaise, savingsPaise, tax } = computeBill(given)
      const of = (kind: string) => billLines.find((each) => each.kind === kind)?.amountPaise ?? 0
      assert.equal(sum(billLines.map(({ amountPaise }) => amountPaise)), toPayPaise)
      const goods = sum(items.map(({ payablePaise }) => payablePaise))
      assert.equal(of('itemTotal') + of('productDiscount') + of('coupon'), goods)
      assert.equal(sum(feeKinds.map(of)) + of('tip') + goods, toPayPaise)
      assert.equal(savingsPaise, -of('productDiscount') - of('coupon'))
      const parts = [...tax.goods, ...(tax.fees ? [tax.fees] : [])]
      assert.equal(
        sum(parts.map((part) => part.taxablePaise + part.cgstPaise + part.sgstPaise)),
        toPayPaise - of('tip'),
      )
      assert.equal(sum(parts.map(({ cgstPaise }) => cgstPaise)), tax.cgstPaise)
      assert.equal(tax.cgstPaise, tax.sgstPaise)
      for (const { gstBasisPoints, cgstPaise } of tax.goods)
        assert.equal(
          sum(items.filter((item) => item.gstBasisPoints === gstBasisPoints).map((item) => item.cgstPaise)),
          cgstPaise,
        )
    })
  })

  test('has its lines in order, and none of the amounts is on the wrong side of zero', () => {
    always(input, (given) => {
      const bill = computeBill(given)
      const places = bill.lines.map(({ kind }) => billLineKinds.indexOf(kind))
      assert.deepEqual(
        places,
        [...new Set(places)].sort((a, b) => a - b),
      )
      for (const { kind, amountPaise } of bill.lines)
        assert.ok(kind === 'productDiscount' || kind === 'coupon' ? amountPaise < 0 : amountPaise >= 0, kind)
      for (const { payablePaise, couponPaise, cgstPaise, sgstPaise } of bill.items) {
        assert.ok(couponPaise >= 0 && payablePaise >= 0 && cgstPaise >= 0)
        assert.ok(payablePaise - cgstPaise - sgstPaise >= 0)
      }
      assert.ok(bill.toPayPaise >= given.tipPaise)
    })
  })

  test('takes off the whole coupon, or all that the items cost, each item its share to less than two paise', () => {
    always(input, (given) => {
      const { items } = computeBill(given)
      const total = sum(items.map(({ totalPaise }) => totalPaise))
      const discount = Math.min(given.coupon?.discountPaise ?? 0, total)
      assert.equal(sum(items.map(({ couponPaise }) => couponPaise)), discount)
      for (const { totalPaise, couponPaise } of items) {
        assert.ok(couponPaise <= totalPaise)
        if (total > 0) assert.ok(Math.abs(couponPaise - (totalPaise / total) * discount) < 2)
      }
    })
  })

  test('costs the same in whatever order its lines come', () => {
    always(fc.tuple(input, fc.infiniteStream(fc.nat())), ([given, keys]) => {
      const shuffled = given.lines
        .map((each) => ({ each, key: keys.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ each }) => each)
      const [one, other] = [computeBill(given), computeBill({ ...given, lines: shuffled })]
      const byId = (items: typeof one.items) => new Map(items.map((item) => [item.variantId, item]))
      assert.deepEqual({ ...one, items: byId(one.items) }, { ...other, items: byId(other.items) })
      assert.deepEqual(
        other.items.map(({ variantId }) => variantId),
        shuffled.map(({ variantId }) => variantId),
      )
    })
  })

  test('of a seller who is not registered asks for the same and names no tax, whatever of it is found', () => {
    always(fc.tuple(input, fc.array(fc.nat(), { minLength: 25, maxLength: 25 })), ([given, picks]) => {
      const [taxed, plain] = [computeBill(given), computeBill({ ...given, isTaxed: false })]
      const found = new Map(
        given.lines.map(({ variantId, quantity }, at) => [variantId, (picks[at] ?? 0) % (quantity + 1)]),
      )
      for (const [one, other] of [
        [taxed, plain],
        [billFound(taxed, found), billFound(plain, found)],
      ] as const) {
        const { tax, items, ...amounts } = other
        const { tax: _, items: sold, ...same } = one
        assert.deepEqual(amounts, same)
        assert.deepEqual(tax, { goods: [], fees: null, cgstPaise: 0, sgstPaise: 0 })
        assert.deepEqual(
          items,
          sold.map((item) => ({ ...item, gstBasisPoints: 0, cgstPaise: 0, sgstPaise: 0 })),
        )
      }
    })
  })

  test('costs no less with a unit more', () => {
    always(fc.tuple(input, fc.nat()), ([given, which]) => {
      const at = which % given.lines.length
      const more = given.lines.map((each, place) => (place === at ? { ...each, quantity: each.quantity + 1 } : each))
      assert.ok(computeBill({ ...given, lines: more }).toPayPaise >= computeBill(given).toPayPaise)
    })
  })
})

describe('what is left of a bill when fewer units are found', () => {
  test('gives back, step by step, what it gives back at once, and all of an item that is not there', () => {
    always(fc.tuple(input, fc.array(fc.nat(), { maxLength: 6 })), ([given, steps]) => {
      for (const item of computeBill(given).items) {
        const ways = [item.quantity, ...steps.map((step) => step % (item.quantity + 1)).sort((a, b) => b - a), 0]
        const payable = ways.map((units) => withUnits(item, units).payablePaise)
        const given = payable.slice(1).map((after, at) => (payable[at] ?? 0) - after)
        assert.ok(given.every((each) => each >= 0))
        assert.equal(sum(given), item.payablePaise)
        assert.deepEqual(withUnits(item, item.quantity), item)
      }
    })
  })

  test('is a bill that adds up, in which nothing but the items is less', () => {
    always(fc.tuple(input, fc.array(fc.nat(), { minLength: 25, maxLength: 25 })), ([given, picks]) => {
      const billed = computeBill(given)
      const found = new Map(
        billed.items.map(({ variantId, quantity }, at) => [variantId, (picks[at] ?? 0) % (quantity + 1)]),
      )
      const bill = billFound(billed, found)
      assert.equal(sum(bill.lines.map(({ amountPaise }) => amountPaise)), bill.toPayPaise)
      const goods = (each: typeof bill) => sum(each.items.map(({ payablePaise }) => payablePaise))
      if (bill.items.length > 0) assert.equal(billed.toPayPaise - bill.toPayPaise, goods(billed) - goods(bill))
      else assert.equal(bill.toPayPaise, 0)
      assert.deepEqual(billFound(billed, new Map()), billed)
    })
  })

  test('is never more than was billed', () => {
    const [item] = computeBill(anInput({ lines: [aLine({ quantity: 3 })] })).items
    assert.ok(item)
    for (const units of [4, -1, 1.5]) assert.throws(() => withUnits(item, units), RangeError)
  })
})
