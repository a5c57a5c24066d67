import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Seal } from '../../platform/seal.ts'
import { deleteOldDeliveries } from './delivery-queries.ts'
import { readSecrets, resealSecret } from './endpoint-queries.ts'

export interface CleanUpDeps {
  database: Pick<Database, 'background'>
  seal: Seal
  clock: Clock
}

const keptMs = 30 * 86_400_000
const batch = 1000

/**
 * Forgets messages after 30 days, in small statements, and seals secrets under the key of today, so that the one before
 * the last rotation is not needed for longer than an hour.
 */
export async function cleanUpWebhooks({ database, seal, clock }: CleanUpDeps, signal?: AbortSignal): Promise<void> {
  const before = new Date(clock.now() - keptMs)
  while (!signal?.aborted && (await deleteOldDeliveries(database.background, { before, limit: batch })) === batch);
  for (const { id, secret } of await readSecrets(database.background)) {
    const opened = seal.open(secret)
    if (opened !== undefined) await resealSecret(database.background, id, { before: secret, after: seal.seal(opened) })
  }
}
