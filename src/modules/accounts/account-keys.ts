import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { Secret } from '../../platform/config/secret.ts'

/** What this module makes with one `SECRET_KEY`: a key for each purpose, none of which tells another. */
export interface AccountKeys {
  refreshTokens: KeyObject
  signingKeys: KeyObject
  pseudonyms: KeyObject
}

const derive = (secret: Secret, purpose: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret.reveal(), '', `accounts ${purpose}`, 32)))

export const deriveAccountKeys = (secret: Secret): AccountKeys => ({
  refreshTokens: derive(secret, 'refresh tokens'),
  signingKeys: derive(secret, 'signing keys'),
  pseudonyms: derive(secret, 'pseudonyms'),
})

/** A name under which the audit knows a source or a number that is nobody's: the same for the same one, and no way back. */
export const pseudonymOf = (
  keys: Pick<AccountKeys, 'pseudonyms'>,
  kind: 'source' | 'identity',
  subject: string,
): string => createHmac('sha256', keys.pseudonyms).update(`${kind}\n${subject}`).digest('base64url').slice(0, 22)
