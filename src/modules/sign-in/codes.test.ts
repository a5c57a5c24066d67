import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Secret } from '../../platform/config/secret.ts'
import { createCodes, newNonce, readCode } from './codes.ts'
import { createHmacSha256 } from './hmac-sha256.ts'

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

  test('a keyed hash is what Node says HMAC-SHA256 is, for every key and text', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { minLength: 1 }),
        (key, texts) => {
          const mac = createHmacSha256(Buffer.from(key))
          for (const text of texts) {
            for (const encoding of ['binary', 'base64url'] as const)
              assert.equal(mac(text, encoding), createHmac('sha256', key).update(text, 'utf8').digest(encoding))
          }
        },
      ),
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
