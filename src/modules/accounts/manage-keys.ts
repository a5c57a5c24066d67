import type { Clock } from '../../platform/clock.ts'
import type { Secret } from '../../platform/config/secret.ts'
import type { Database } from '../../platform/database/database.ts'
import { deriveAccountKeys } from './account-keys.ts'
import { readSigningKeys } from './signing-key-queries.ts'
import { keptAfterRetirementMs, rotateSigningKey } from './signing-keys.ts'

interface KeyDeps {
  database: Pick<Database, 'db'>
  clock: Clock
}

/** A new key signs from now on, on running instances within seconds. The id of it. */
export const rotateKeys = ({ database, clock, secretKey }: KeyDeps & { secretKey: Secret }): Promise<string> =>
  rotateSigningKey({ db: database.db, clock, sealingKey: deriveAccountKeys(secretKey).signingKeys })

/** The keys by which tokens can be checked, the one that signs first. */
export async function listKeys({
  database,
  clock,
}: KeyDeps): Promise<{ id: string; createdAt: Date; retiredAt: Date | null }[]> {
  const keys = await readSigningKeys(database.db, new Date(clock.now() - keptAfterRetirementMs))
  return keys.map(({ id, createdAt, retiredAt }) => ({ id, createdAt, retiredAt }))
}
