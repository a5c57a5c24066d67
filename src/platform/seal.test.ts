import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Secret } from './config/secret.ts'
import { createSeal } from './seal.ts'

const secret = new Secret('one-key-'.repeat(5))
const other = new Secret('another-'.repeat(5))
const seal = createSeal('tests', secret)

test('what was sealed opens again, and never looks the same twice', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const sealed = seal.seal(text.toWellFormed())
      assert.equal(seal.open(sealed), text.toWellFormed())
      assert.notEqual(sealed, seal.seal(text.toWellFormed()))
      assert.match(sealed, /^[\w-]+$/)
    }),
  )
})

test('nothing opens it but the same key for the same purpose, or the key that follows it', () => {
  const sealed = seal.seal('+919876543210')
  assert.equal(createSeal('tests', other).open(sealed), undefined)
  assert.equal(createSeal('other tests', secret).open(sealed), undefined)
  assert.equal(createSeal('tests', other, secret).open(sealed), '+919876543210')
})

test('what was changed does not open', () => {
  const bytes = Buffer.from(seal.seal('text'), 'base64url')
  for (const at of bytes.keys()) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] as number) ^ 1
    assert.equal(seal.open(changed.toString('base64url')), undefined)
  }
  for (const rubbish of ['', 'x', '!', 'A'.repeat(30)]) assert.equal(seal.open(rubbish), undefined)
})
