import { CannotStart } from '../../platform/cannot-start.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Secret } from '../../platform/config/secret.ts'
import type { Database } from '../../platform/database/database.ts'
import { deriveAccountKeys } from './account-keys.ts'
import { readSigningKeys } from './signing-key-queries.ts'
import { canOpenSigningKey, keptAfterRetirementMs, rotateSigningKey } from './signing-keys.ts'

interface KeyDeps {
  database: Pick<Database, 'db'>
  clock: Clock
}

/**
 * A new key signs from now on, on running instances within seconds. The id of it.
 * @param isLost the SECRET_KEY of the present key is lost: servers that still have it must start anew with this one
 * @throws CannotStart with another SECRET_KEY than the server's: it could not sign with that key
 */
export async function rotateKeys({
  database: { db },
  clock,
  secretKey,
  previousSecretKey,
  isLost = false,
}: KeyDeps & { secretKey: Secret; previousSecretKey?: Secret; isLost?: boolean }): Promise<string> {
  const sealingKey = deriveAccountKeys(secretKey).signingKeys
  const known = previousSecretKey ? [sealingKey, deriveAccountKeys(previousSecretKey).signingKeys] : [sealingKey]
  if (!isLost && !(await canOpenSigningKey(db, known, new Date(clock.now()))))
    throw new CannotStart('The key that signs was sealed with another SECRET_KEY. Use the one that the server has.')
  return rotateSigningKey({ db, clock, sealingKey })
}

/** The keys by which tokens can be checked, the one that signs first. */
export async function listKeys({
  database,
  clock,
}: KeyDeps): Promise<{ id: string; createdAt: Date; retiredAt: Date | null }[]> {
  const keys = await readSigningKeys(database.db, new Date(clock.now() - keptAfterRetirementMs))
  return keys.map(({ id, createdAt, retiredAt }) => ({ id, createdAt, retiredAt }))
}
