import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { amountInWords, formatIndian } from './indian-money.ts'

const words: Record<string, number> = Object.fromEntries(
  'Zero One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen Fifteen Sixteen Seventeen Eighteen Nineteen'
    .split(' ')
    .map((word, value) => [word, value]),
)
const tens = ['Twenty', 'Thirty', 'Forty', 'Fifty', 'Sixty', 'Seventy', 'Eighty', 'Ninety']
for (const [at, word] of tens.entries()) words[word] = (at + 2) * 10
const steps: Record<string, number> = { Hundred: 100, Thousand: 1000, Lakh: 100_000, Crore: 10_000_000 }

/** Reads words back as a person would: a step multiplies what came since the last larger one. */
function read(text: string): number {
  let total = 0
  let part = 0
  for (const word of text.split(/[ -]/)) {
    const step = steps[word]
    if (step === undefined) part += words[word] ?? Number.NaN
    else if (step === 100) part *= 100
    else if (step === 10_000_000) {
      total = (total + part) * step
      part = 0
    } else {
      total += part * step
      part = 0
    }
  }
  return total + part
}

describe('amounts as India writes them', () => {
  test('are said with lakh and crore', () => {
    for (const [paise, said] of [
      [0, 'Rupees Zero Only'],
      [5, 'Rupees Zero and Five Paise Only'],
      [100, 'Rupees One Only'],
      [2150, 'Rupees Twenty-One and Fifty Paise Only'],
      [10_000, 'Rupees One Hundred Only'],
      [11_999, 'Rupees One Hundred Nineteen and Ninety-Nine Paise Only'],
      [12_345_678, 'Rupees One Lakh Twenty-Three Thousand Four Hundred Fifty-Six and Seventy-Eight Paise Only'],
      [1_000_000_000, 'Rupees One Crore Only'],
      [10_000_000_000_000, 'Rupees Ten Thousand Crore Only'],
    ] as const)
      assert.equal(amountInWords(paise), said)
  })

  test('say exactly the amount, whatever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000_000 }), (paise) => {
        const [, rupees = '', , rest = ''] = /^Rupees (.*?)( and (.*) Paise)? Only$/.exec(amountInWords(paise)) ?? []
        assert.equal(read(rupees) * 100 + (rest === '' ? 0 : read(rest)), paise)
      }),
    )
  })

  test('are grouped by two digits above the thousands', () => {
    for (const [paise, written] of [
      [0, '0.00'],
      [7, '0.07'],
      [99_999, '999.99'],
      [100_000, '1,000.00'],
      [12_345_678, '1,23,456.78'],
      [-12_345_678_900, '-12,34,56,789.00'],
    ] as const)
      assert.equal(formatIndian(paise), written)
    fc.assert(
      fc.property(fc.maxSafeInteger(), (paise) => {
        fc.pre(Math.abs(paise) < 2 ** 45)
        assert.equal(Math.round(Number(formatIndian(paise).replaceAll(',', '')) * 100), paise)
      }),
    )
  })
})
