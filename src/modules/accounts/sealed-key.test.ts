import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { Secret } from '../../platform/config/secret.ts'
import { deriveAccountKeys } from './account-keys.ts'
import { sealPrivateKey, unsealPrivateKey } from './sealed-key.ts'

const sealingKey = deriveAccountKeys(new Secret('one-key-'.repeat(5))).signingKeys
const otherKey = deriveAccountKeys(new Secret('another-'.repeat(5))).signingKeys
const { privateKey } = generateKeyPairSync('ed25519')

test('a sealed key opens with its own sealing key and id, and with nothing else', () => {
  const sealed = sealPrivateKey(privateKey, 'key_1', sealingKey)
  assert.ok(unsealPrivateKey(sealed, 'key_1', sealingKey)?.equals(privateKey))
  assert.equal(unsealPrivateKey(sealed, 'key_2', sealingKey), undefined)
  assert.equal(unsealPrivateKey(sealed, 'key_1', otherKey), undefined)
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] as number) ^ 1
    assert.equal(unsealPrivateKey(changed, 'key_1', sealingKey), undefined)
    assert.equal(unsealPrivateKey(sealed.subarray(0, at), 'key_1', sealingKey), undefined)
  }
})

test('a sealed key shows nothing of the private key, and never looks the same twice', () => {
  const secret = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url')
  const [one, two] = [sealPrivateKey(privateKey, 'key_1', sealingKey), sealPrivateKey(privateKey, 'key_1', sealingKey)]
  assert.ok(!one.includes(secret) && !one.equals(two))
})
