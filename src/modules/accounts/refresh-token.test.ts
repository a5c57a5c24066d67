import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Secret } from '../../platform/config/secret.ts'
import { newId } from '../../platform/ids.ts'
import { deriveAccountKeys } from './account-keys.ts'
import { createRefreshTokens, newSalt } from './refresh-token.ts'

const key = deriveAccountKeys(new Secret('one-key-'.repeat(5))).refreshTokens
const otherKey = deriveAccountKeys(new Secret('another-'.repeat(5))).refreshTokens
const tokens = createRefreshTokens(key)
const aToken = () => ({ sessionId: newId('ses'), generation: 1, salt: newSalt() })

describe('refresh tokens', () => {
  test('say what was put into them, for as many generations as there will ever be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999 }), (generation) => {
        const token = { ...aToken(), generation }
        assert.deepEqual(tokens.read(tokens.issue(token)), token)
        assert.equal(tokens.issue(token), tokens.issue(token))
      }),
    )
  })

  test('that were changed in one character are none', () => {
    const token = tokens.issue(aToken())
    fc.assert(
      fc.property(fc.nat({ max: token.length - 1 }), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
        fc.pre(token[at] !== letter)
        assert.equal(tokens.read(token.slice(0, at) + letter + token.slice(at + 1)), undefined)
      }),
      { numRuns: 1000 },
    )
  })

  test('are nothing that anybody made up', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), (text) => tokens.read(text) === undefined))
    const { sessionId, salt } = aToken()
    for (const generation of ['0', '01', '-1', '1e3', '1.0', '9999999999', ' 1', ''])
      assert.equal(tokens.read(`${sessionId}.${generation}.${salt}.${newSalt()}`), undefined)
  })

  test('of another key are none, and those of the previous key still are', () => {
    const token = aToken()
    const before = createRefreshTokens(otherKey).issue(token)
    assert.equal(tokens.read(before), undefined)
    const rotated = createRefreshTokens(key, otherKey)
    assert.deepEqual(rotated.read(before), token)
    assert.equal(rotated.issue(token), tokens.issue(token))
    assert.equal(rotated.issueAsBefore(token), before)
  })
})
