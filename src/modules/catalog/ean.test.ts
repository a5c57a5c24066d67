import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isEan } from './ean.ts'

/** Digits with the check digit that belongs behind them. */
const complete = (digits: string): string =>
  `${digits}${Array.from({ length: 10 }, (_, digit) => digit).find((digit) => isEan(`${digits}${digit}`))}`

const numbers = fc
  .constantFrom(7, 11, 12, 13)
  .chain((length) => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }))
  .map((digits) => digits.join(''))

describe('an EAN', () => {
  test('is right as it is printed on goods', () => {
    for (const ean of ['8901262010016', '4006381333931', '96385074', '036000291452', '10614141000415'])
      assert.equal(isEan(ean), true, ean)
  })

  test('has 8, 12, 13 or 14 digits and nothing else', () => {
    for (const text of ['', '0', '0000000', '000000000', '0000000000', '00000000000', '000000000000000', ' 96385074'])
      assert.equal(isEan(text), false, text)
    for (const text of ['9638507x', '٩٦٣٨٥٠٧٤', '96385074\n', '-9638507']) assert.equal(isEan(text), false, text)
  })

  test('has exactly one right check digit', () => {
    fc.assert(
      fc.property(numbers, (digits) => {
        const right = Array.from({ length: 10 }, (_, digit) => isEan(`${digits}${digit}`)).filter(Boolean)
        assert.equal(right.length, 1)
      }),
    )
  })

  test('is wrong with any one digit changed', () => {
    fc.assert(
      fc.property(numbers, fc.nat(), fc.integer({ min: 1, max: 9 }), (digits, where, by) => {
        const ean = complete(digits)
        const at = where % ean.length
        const changed = `${ean.slice(0, at)}${(Number(ean[at]) + by) % 10}${ean.slice(at + 1)}`
        assert.equal(isEan(changed), false)
      }),
    )
  })
})
