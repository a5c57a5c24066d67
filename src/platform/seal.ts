import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { Secret } from './config/secret.ts'
import { randomSecret } from './ids.ts'

const algorithm = 'aes-256-gcm'
const nonceLength = 12
const tagLength = 16

/** Keeps texts unreadable where they rest: what must be written down for later and is nobody else's business. */
export interface Seal {
  seal(text: string): string
  /** The text; `undefined` when another key sealed it, for another purpose, or it was changed since. */
  open(sealed: string): string | undefined
}

/**
 * AES-256-GCM under a key of its own for each purpose.
 * @param previous the secret before the last rotation: what was sealed with it still opens
 */
export function createSeal(purpose: string, secret: Secret, previous?: Secret): Seal {
  const keyOf = (each: Secret) => Buffer.from(hkdfSync('sha256', each.reveal(), '', `seal ${purpose}`, 32))
  const key = keyOf(secret)
  const keys = previous ? [key, keyOf(previous)] : [key]

  function openWith(each: Buffer, bytes: Buffer): string | undefined {
    const decipher = createDecipheriv(algorithm, each, bytes.subarray(0, nonceLength), { authTagLength: tagLength })
    decipher.setAuthTag(bytes.subarray(-tagLength))
    try {
      return decipher.update(bytes.subarray(nonceLength, -tagLength), undefined, 'utf8') + decipher.final('utf8')
    } catch {
      return undefined
    }
  }

  return {
    seal(text) {
      const nonce = randomSecret(nonceLength)
      const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength })
      return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
        'base64url',
      )
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url')
      if (bytes.length < nonceLength + tagLength) return undefined
      for (const each of keys) {
        const text = openWith(each, bytes)
        if (text !== undefined) return text
      }
      return undefined
    },
  }
}
