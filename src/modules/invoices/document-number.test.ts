import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { documentKinds } from './document.ts'
import { placeAt, prefixOf } from './document-number.ts'
import { dateInIndia, daysOfMonth, financialYearOf } from './financial-year.ts'

const codes = fc.stringMatching(/^[A-Z0-9][A-Z0-9-]{1,19}$/)

describe('numbers of documents', () => {
  test('begin with the code of the store where that is short', () => {
    assert.equal(prefixOf('BLR01', 0), 'BLR01')
    assert.equal(prefixOf('BLR-1', 0), 'BLR1')
    assert.match(prefixOf('BLR-IND', 0), /^BLR[0-9A-Z]{2}$/)
    assert.notEqual(prefixOf('BLR-INDIRANAGAR-1', 0), prefixOf('BLR-INDIRANAGAR-2', 0))
  })

  test('have a prefix that is the same for the same code and attempt, and another for the next', () => {
    fc.assert(
      fc.property(codes, (code) => {
        const prefixes = Array.from({ length: 10 }, (_, attempt) => prefixOf(code, attempt))
        for (const prefix of prefixes) assert.match(prefix, /^[A-Z0-9]{1,5}$/)
        assert.ok(new Set(prefixes).size > 3)
        assert.equal(prefixOf(code, 3), prefixes[3])
      }),
    )
  })

  test('are at most 16 characters up to ten million, and tell kind and year', () => {
    const at = Date.UTC(2026, 10, 27)
    for (const kind of documentKinds) {
      const { seriesPrefix, financialYear, issuedOn } = placeAt(at, { prefix: 'BLR01', kind })
      assert.equal(seriesPrefix, kind === 'invoice' ? 'BLR01/26/' : 'BLR01/C26/')
      assert.deepEqual([financialYear, issuedOn], [2026, '2026-11-27'])
      assert.ok(`${seriesPrefix}999999`.length <= 16)
    }
  })

  test('belong to the financial year of the day in India', () => {
    assert.equal(dateInIndia(Date.UTC(2027, 2, 31, 18, 29, 59)), '2027-03-31')
    assert.equal(dateInIndia(Date.UTC(2027, 2, 31, 18, 30)), '2027-04-01')
    assert.deepEqual(
      ['2027-03-31', '2027-04-01', '2027-01-01', '2026-12-31'].map(financialYearOf),
      [2026, 2027, 2026, 2026],
    )
    assert.deepEqual(daysOfMonth('2026-12'), { from: '2026-12-01', before: '2027-01-01' })
    assert.deepEqual(daysOfMonth('2026-04'), { from: '2026-04-01', before: '2026-05-01' })
  })
})
