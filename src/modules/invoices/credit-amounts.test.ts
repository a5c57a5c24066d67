import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { gstRates } from '../catalog/variant.ts'
import { amountRemaining, creditOf, remainingOf } from './credit-amounts.ts'
import { type DocumentTotals, type TaxRow, totalsOf } from './document.ts'
import { spread } from './spread.ts'

const sum = (amounts: readonly number[]) => amounts.reduce((total, each) => total + each, 0)

describe('spreading an amount', () => {
  test('adds up exactly, with no part above its weight and each within one of its share', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 5_000_000_000 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(weights, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        const total = sum(all)
        const amount = Math.floor(total * share)
        const parts = spread(amount, all)
        assert.equal(sum(parts), amount)
        for (const [at, part] of parts.entries()) {
          const weight = all[at] ?? 0
          assert.ok(part >= 0 && part <= weight)
          assert.ok(total === 0 || Math.abs(part - (amount * weight) / total) < 1.000001)
        }
      }),
    )
  })

  test('of nothing is nothing', () => {
    assert.deepEqual(spread(0, [0, 0]), [0, 0])
    assert.deepEqual(spread(0, []), [])
    assert.deepEqual(spread(1, [1, 1, 1]), [1, 0, 0])
  })
})

const row = fc
  .record({
    code: fc.constantFrom('0401', '2005', '3402', '996813'),
    rate: fc.constantFrom(...gstRates),
    totalPaise: fc.integer({ min: 0, max: 100_000 }),
  })
  .map(({ code, rate, totalPaise }): TaxRow => {
    const half = Math.round((totalPaise * rate) / (2 * (100 + rate)))
    return {
      code,
      gstBasisPoints: rate * 100,
      taxablePaise: totalPaise - 2 * half,
      cgstPaise: half,
      sgstPaise: half,
      totalPaise,
    }
  })
const invoices = fc
  .record({
    tax: fc.uniqueArray(row, { maxLength: 8, selector: (each) => `${each.code} ${each.gstBasisPoints}` }),
    tipPaise: fc.integer({ min: 0, max: 10_000 }),
  })
  .map(({ tax, tipPaise }) => ({ tax, totals: totalsOf(tax, tipPaise) }))

const amounts = ['taxablePaise', 'cgstPaise', 'sgstPaise', 'totalPaise'] as const
const same = (a: TaxRow) => (b: TaxRow) => a.code === b.code && a.gstBasisPoints === b.gstBasisPoints

describe('credit notes of an invoice', () => {
  test('are each over their amount, never over more than is left, and together over the invoice in every part', () => {
    fc.assert(
      fc.property(invoices, fc.array(fc.integer({ min: 1, max: 60_000 }), { maxLength: 12 }), (invoice, refunds) => {
        const notes: { tax: TaxRow[]; totals: DocumentTotals }[] = []
        const left = () => remainingOf(invoice, notes)
        for (const wanted of [...refunds, Number.MAX_SAFE_INTEGER]) {
          const before = left()
          const amount = Math.min(wanted, amountRemaining(before))
          const { tax, tipPaise } = creditOf(before, amount)
          assert.equal(sum(tax.map(({ totalPaise }) => totalPaise)) + tipPaise, amount)
          for (const each of tax) {
            assert.equal(each.taxablePaise + each.cgstPaise + each.sgstPaise, each.totalPaise)
            assert.ok(Math.abs(each.cgstPaise - each.sgstPaise) <= 1)
            const most = before.rows.find(same(each))
            for (const name of amounts) assert.ok(each[name] >= 0 && each[name] <= (most?.[name] ?? 0), name)
          }
          if (amount > 0) notes.push({ tax, totals: totalsOf(tax, tipPaise) })
        }
        assert.equal(amountRemaining(left()), 0)
        for (const each of left().rows) for (const name of amounts) assert.equal(each[name], 0)
        assert.equal(sum(notes.map(({ totals }) => totals.totalPaise)), invoice.totals.totalPaise)
      }),
      { numRuns: 500 },
    )
  })

  test('take from the rates in proportion and from the tip at last', () => {
    const tax: TaxRow[] = [
      { code: '0401', gstBasisPoints: 500, taxablePaise: 20_000, cgstPaise: 500, sgstPaise: 500, totalPaise: 21_000 },
      { code: '3402', gstBasisPoints: 1800, taxablePaise: 10_000, cgstPaise: 900, sgstPaise: 900, totalPaise: 11_800 },
    ]
    const whole = { rows: tax, tipPaise: 2000 }
    const { tax: parts, tipPaise } = creditOf(whole, 3280)
    assert.deepEqual(
      parts.map((part) => amounts.map((name) => part[name])),
      [
        [2000, 50, 50, 2100],
        [1000, 90, 90, 1180],
      ],
    )
    assert.equal(tipPaise, 0)
    assert.equal(creditOf(whole, 33_000).tipPaise, 200)
  })
})
