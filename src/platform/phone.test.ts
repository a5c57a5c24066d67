import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile'
import { createPhoneParser } from './phone.ts'

const parse = createPhoneParser(['IN'])

/** Ten digits of series that are assigned to mobiles throughout. */
const subscriber = fc
  .tuple(fc.constantFrom('98', '99', '97', '91', '90'), fc.integer({ min: 0, max: 99_999_999 }))
  .map(([series, rest]) => series + String(rest).padStart(8, '0'))
const mark = fc.constantFrom('', ' ', '-', '.', '(', ')', '  ')

describe('phone numbers', () => {
  test('every notation of a number is one identity', () => {
    fc.assert(
      fc.property(
        subscriber,
        fc.constantFrom('', '0', '91', '+91', '0091'),
        fc.array(mark, { minLength: 15, maxLength: 15 }),
        (number, code, marks) => {
          const digits = [...(code + number)].map((digit, at) => digit + (marks[at] ?? ''))
          const text = digits.join('')
          fc.pre(text.length <= 40)
          assert.equal(parse(text), `+91${number}`, text)
        },
      ),
    )
  })

  test('what is accepted is E.164, and parses to itself', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789+-. ()') })), (text) => {
        const phone = parse(text)
        if (phone === undefined) return
        assert.match(phone, /^\+91[6-9]\d{9}$/)
        assert.equal(parse(phone), phone)
      }),
      { numRuns: 2000 },
    )
  })

  test('nothing but the known marks may stand among the digits', () => {
    fc.assert(
      fc.property(
        subscriber,
        fc.nat(10),
        fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
        (number, at, intruder) => {
          fc.pre(!/^[ \-.()\d+]$/.test(intruder) && intruder.trim() !== '')
          assert.equal(parse(number.slice(0, at) + intruder + number.slice(at)), undefined)
        },
      ),
    )
  })

  test('a number of another country is accepted only with its plus and when that country is allowed', () => {
    const both = createPhoneParser(['IN', 'GB'])
    assert.equal(both('+44 7400 123456'), '+447400123456')
    assert.equal(both('447400123456'), undefined)
    assert.equal(parse('+44 7400 123456'), undefined)
    assert.equal(createPhoneParser(['GB'])('9876543210'), undefined)
  })

  test('the first five digits decide whether an Indian number is a mobile', () => {
    const five = fc.integer({ min: 60_000, max: 99_999 })
    fc.assert(
      fc.property(five, fc.integer({ min: 0, max: 99_999 }), (first, rest) => {
        const number = `+91${first}${String(rest).padStart(5, '0')}`
        assert.equal(parse(number) !== undefined, parsePhoneNumberFromString(number)?.isValid() ?? false, number)
      }),
      { numRuns: 3000 },
    )
  })

  test('a long text is refused without being searched', () => {
    const startedAt = performance.now()
    assert.equal(parse('9 '.repeat(1_000_000)), undefined)
    assert.ok(performance.now() - startedAt < 50)
  })
})
