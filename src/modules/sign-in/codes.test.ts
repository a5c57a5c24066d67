import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Secret } from '../../platform/config/secret.ts'
import { createCodes, newNonce, readCode } from './codes.ts'

const codes = createCodes(new Secret('one-key-'.repeat(5)))
const others = createCodes(new Secret('another-'.repeat(5)))
const phone = '+919876543210'

describe('codes', () => {
  test('a code is six digits, and the same for the same nonce and address', () => {
    fc.assert(
      fc.property(fc.string(), (nonce) => {
        const code = codes.codeFor(nonce, phone)
        assert.match(code, /^\d{6}$/)
        assert.equal(codes.codeFor(nonce, phone), code)
        assert.equal(readCode(code), code)
      }),
    )
  })

  test('codes are spread evenly', () => {
    const draws = 20_000
    const counts = new Array<number>(10).fill(0)
    for (let at = 0; at < draws; at += 1) {
      const first = Number(codes.codeFor(newNonce(), phone)[0])
      counts[first] = (counts[first] as number) + 1
    }
    for (const count of counts) assert.ok(Math.abs(count - draws / 10) < 300, counts.join(' ')) // seven standard deviations
  })

  test('another key, address or nonce gives another digest and other names', () => {
    assert.notEqual(codes.digest(phone, '123456'), others.digest(phone, '123456'))
    assert.notEqual(codes.digest(phone, '123456'), codes.digest('+919876543211', '123456'))
    assert.notEqual(codes.pseudonym('phone', phone), others.pseudonym('phone', phone))
    assert.notEqual(codes.pseudonym('phone', phone), codes.pseudonym('source', phone))
    assert.notEqual(newNonce(), newNonce())
  })

  test('a submitted code is trimmed, a number is filled up, and nothing else is repaired', () => {
    assert.equal(readCode(' 012345\n'), '012345')
    assert.equal(readCode(12345), '012345')
    for (const text of ['12345', '1234567', '12 3456', '12-3456', '１２３４５６', '१२३४५६', '€€€€€€', '', '1e5'])
      assert.equal(readCode(text), undefined)
  })
})
