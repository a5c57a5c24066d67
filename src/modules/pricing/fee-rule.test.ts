import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createFeeBook, explainFee, type FeeRule, minuteOfDay, type NewFeeRule, toFeeRuleContent } from './fee-rule.ts'

let rules = 0
function aRule(fields: Partial<NewFeeRule> = {}): FeeRule {
  rules += 1
  const at = new Date(0)
  const id = `fee_${String(rules).padStart(4, '0')}`
  const content = toFeeRuleContent({ kind: 'deliveryFee', amountPaise: 2500, ...fields })
  return { id, version: 1, createdAt: at, updatedAt: at, archivedAt: null, ...content }
}

const amountsOf = (
  all: readonly FeeRule[],
  occasion: { storeId?: string; itemsPaise?: number; minute?: number } = {},
) =>
  createFeeBook(all)
    .feesFor({ storeId: 'sto_a', itemsPaise: 10_000, minute: 720, ...occasion })
    .map(({ amountPaise }) => amountPaise)

describe('fee rules', () => {
  test('apply from an amount on and below another', () => {
    const rule = aRule({ itemsFromPaise: 5000, itemsBelowPaise: 19_900 })
    const at = (itemsPaise: number) => amountsOf([rule], { itemsPaise }).length
    assert.deepEqual([4999, 5000, 19_899, 19_900].map(at), [0, 1, 1, 0])
  })

  test('apply from the minute at which their window begins until just before it ends, over midnight too', () => {
    const at = (from: string, to: string, minutes: number[]) =>
      minutes.map((minute) => amountsOf([aRule({ window: { from, to } })], { minute }).length)
    assert.deepEqual(at('23:00', '06:00', [1379, 1380, 1439, 0, 359, 360, 720]), [0, 1, 1, 1, 1, 0, 0])
    assert.deepEqual(at('12:30', '14:00', [749, 750, 839, 840, 0]), [0, 1, 1, 0, 0])
    assert.deepEqual(at('18:00', '00:00', [1079, 1080, 1439, 0]), [0, 1, 1, 0])
  })

  test('count the minutes of the day in India', () => {
    assert.equal(minuteOfDay(Date.UTC(2026, 0, 15, 17, 29, 59)), 1379)
    assert.equal(minuteOfDay(Date.UTC(2026, 0, 15, 17, 30)), 1380)
    assert.equal(minuteOfDay(Date.UTC(2026, 0, 15, 18, 30)), 0)
  })

  test('count once for each kind: those of the store before those of all, then by position, then by age', () => {
    const [first, second] = [aRule({ amountPaise: 1 }), aRule({ amountPaise: 2 })]
    assert.deepEqual(amountsOf([second, first]), [1])
    assert.deepEqual(amountsOf([first, { ...second, position: 0 }, aRule({ amountPaise: 3, position: 1 })]), [1])
    assert.deepEqual(
      amountsOf([
        { ...first, position: 9 },
        { ...second, position: 8 },
      ]),
      [2],
    )
    const own = aRule({ amountPaise: 4, storeId: 'sto_a', position: 99 })
    assert.deepEqual(amountsOf([first, own]), [4])
    assert.deepEqual(amountsOf([first, own], { storeId: 'sto_b' }), [1])
    assert.deepEqual(
      amountsOf([first, { ...own, itemsBelowPaise: 9000 }]),
      [1],
      'where its own does not apply, that of all does',
    )
    assert.deepEqual(amountsOf([first, aRule({ kind: 'surgeFee', amountPaise: 7 })]), [1, 7])
  })

  test('waive a fee with nothing', () => {
    const waived = aRule({ amountPaise: 0, itemsFromPaise: 5000 })
    const [fee] = createFeeBook([waived]).feesFor({ storeId: 'sto_a', itemsPaise: 5000, minute: 0 })
    assert.deepEqual(fee, { kind: 'deliveryFee', amountPaise: 0, explanation: 'Free on orders from ₹50' })
  })

  test('explain themselves in words that a customer understands', () => {
    const words = (fields: Partial<NewFeeRule>) => explainFee(aRule(fields))
    assert.equal(words({ itemsBelowPaise: 19_900 }), '₹25 on orders below ₹199')
    assert.equal(words({ amountPaise: 0, itemsFromPaise: 19_900 }), 'Free on orders from ₹199')
    assert.equal(words({ itemsFromPaise: 9900, itemsBelowPaise: 19_900 }), '₹25 on orders from ₹99 to below ₹199')
    assert.equal(words({ amountPaise: 1550, window: { from: '23:00', to: '06:00' } }), '₹15.50 from 23:00 to 06:00')
    assert.equal(
      words({ itemsBelowPaise: 19_900, window: { from: '23:00', to: '06:00' } }),
      '₹25 on orders below ₹199 from 23:00 to 06:00',
    )
    assert.equal(words({}), '₹25 on every order')
    assert.equal(words({ explanation: 'Rain keeps riders busy' }), 'Rain keeps riders busy')
  })
})
