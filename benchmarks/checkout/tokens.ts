import { signAccessToken } from '../../src/modules/accounts/access-token.ts'
import { deriveAccountKeys } from '../../src/modules/accounts/account-keys.ts'
import { unsealPrivateKey } from '../../src/modules/accounts/sealed-key.ts'
import type { SigningKey } from '../../src/modules/accounts/signing-keys.ts'
import { Secret } from '../../src/platform/config/secret.ts'
import { numberedId } from '../browse/make-catalogue.ts'
import type { BenchDatabase } from '../harness/postgres-databases.ts'
import { secretKey } from '../sign-in/service.ts'
import type { SignIn } from './shoppers.ts'

const current = `select id, sealed_private_key as "sealedPrivateKey" from signing_keys where retired_at is null`

/** Signs people in as the service does, without their codes: with the key that it has made in this database. */
export async function openSignIn(database: Pick<BenchDatabase, 'query'>): Promise<SignIn> {
  const { signingKeys } = deriveAccountKeys(new Secret(secretKey))
  const [stored] = (await database.query(current)) as { id: string; sealedPrivateKey: Buffer }[]
  const privateKey = stored && unsealPrivateKey(stored.sealedPrivateKey, stored.id, signingKeys)
  if (!stored || !privateKey) throw new Error('no service has made a signing key in this database')
  const key: SigningKey = { id: stored.id, privateKey }
  let sessions = 0
  return ({ userId, roles = ['customer'] }) => {
    sessions += 1
    const claims = { userId, sessionId: numberedId('ses', sessions), roles, storeIds: [], version: 1 }
    const token = signAccessToken(key, claims as never, { issuer: 'blinkit', now: Date.now() })
    return `Authorization: Bearer ${token}\r\n`
  }
}
