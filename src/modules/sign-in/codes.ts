import { hash, hkdfSync } from 'node:crypto'
import type { Secret } from '../../platform/config/secret.ts'
import { randomSecret } from '../../platform/ids.ts'
import { createHmacSha256 } from './hmac-sha256.ts'

/**
 * Everything that is made with one `SECRET_KEY`. Codes are derived and never stored: whoever holds a store's
 * whole content but not the key can compute no code and recognise no phone number.
 */
export interface Codes {
  /** Six digits for this address and nonce, always the same ones. */
  codeFor(nonce: string, address: string): string
  /** What the store compares: tells nothing of the code without the key. */
  digest(address: string, code: string): string
  /** The name under which the store keeps what it knows of a phone, e-mail, prefix, client address or client key. */
  pseudonym(kind: 'phone' | 'email' | 'prefix' | 'source' | 'request', subject: string): string
}

const derive = (secret: Secret, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret.reveal(), '', `sign-in ${purpose}`, 32))

/** Some 128 bits of a hash are enough to compare and to name, and a third less to keep than all of them. */
const keptLength = 22

/** Dynamic truncation of RFC 4226 section 5.3, to six digits. */
function truncate(mac: string): string {
  const offset = mac.charCodeAt(mac.length - 1) & 0xf
  let number = 0
  for (let at = offset; at < offset + 4; at += 1) number = number * 256 + mac.charCodeAt(at)
  return String((number % 0x80000000) % 1_000_000).padStart(6, '0')
}

/**
 * @param namesStayInside the store lives in this process, so names need no disguise: hashing them is a fifth of a
 * sign-in's work
 */
export function createCodes(secret: Secret, { namesStayInside = false }: { namesStayInside?: boolean } = {}): Codes {
  const codeMac = createHmacSha256(derive(secret, 'code'))
  const digestMac = createHmacSha256(derive(secret, 'digest'))
  const nameKey = derive(secret, 'pseudonym').toString('base64url')
  return {
    codeFor: (nonce, address) => truncate(codeMac(`${nonce}\n${address}`, 'binary')),
    digest: (address, code) => digestMac(`${address}\n${code}`, 'base64url').slice(0, keptLength),
    // A truncated hash cannot be extended, so a key in front is enough; it takes half the time of an HMAC, three times a request.
    pseudonym: (kind, subject) =>
      namesStayInside
        ? subject
        : hash('sha512-256', `${nameKey}\n${kind}\n${subject}`, 'base64url').slice(0, keptLength),
  }
}

/** 16 random bytes, made for each challenge. */
export const newNonce = (): string => randomSecret(16).toString('base64url')

/**
 * A submitted code as six digits, or `undefined` when it cannot be one.
 *
 * The rule: text is trimmed of white space at its ends and must then be exactly six ASCII digits; a whole JSON
 * number from 0 to 999999 is filled up with zeros on the left. Nothing else is repaired, and what is refused
 * here uses up no try.
 */
export function readCode(submitted: string | number): string | undefined {
  const text = typeof submitted === 'number' ? String(submitted).padStart(6, '0') : submitted.trim()
  return /^[0-9]{6}$/.test(text) ? text : undefined
}
