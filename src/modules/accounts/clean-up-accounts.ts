import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { deleteDeadSessions, deleteForgottenDevices } from './clean-up-queries.ts'
import { deleteOldRevocations } from './revocation-queries.ts'
import { deleteRetiredKeys } from './signing-key-queries.ts'
import { keptAfterRetirementMs } from './signing-keys.ts'

const dayMs = 86_400_000
/** Longer than a number may sleep before it counts as another person's: until then its devices must be known. */
const deviceDays = 400

/** Deletes what has served its time: revocations, retired keys, sessions dead for 30 days, forgotten devices. Safe to repeat. */
export async function cleanUpAccounts({
  database,
  clock,
}: {
  database: Pick<Database, 'db'>
  clock: Clock
}): Promise<void> {
  const ago = (ms: number) => new Date(clock.now() - ms)
  await inTransaction(database.db, deleteOldRevocations)
  await inTransaction(database.db, (tx) => deleteRetiredKeys(tx, ago(2 * keptAfterRetirementMs)))
  await inTransaction(database.db, (tx) => deleteDeadSessions(tx, ago(30 * dayMs)))
  await inTransaction(database.db, (tx) =>
    deleteForgottenDevices(tx, { keyless: ago(30 * dayMs), any: ago(deviceDays * dayMs) }),
  )
}
