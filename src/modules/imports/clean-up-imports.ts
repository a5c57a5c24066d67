import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { abandonStale, deleteOldImports } from './import-queries.ts'
import type { ImportsTelemetry } from './imports-telemetry.ts'

interface CleanUpDeps {
  database: Pick<Database, 'background'>
  clock: Clock
  telemetry: ImportsTelemetry
}

const staleMs = 300_000
const keptMs = 30 * 86_400_000

/**
 * Gives up imports that are being received and have not moved for five minutes, because their process or their sender is
 * gone; at the start of the only process all of them.
 */
export async function abandonImports(
  { database, clock, telemetry }: CleanUpDeps,
  { all = false }: { all?: boolean } = {},
): Promise<void> {
  const now = new Date(clock.now())
  const before = new Date(now.getTime() + (all ? 1 : -staleMs))
  telemetry.abandoned(await inTransaction(database.background, (tx) => abandonStale(tx, { before, now })))
}

/** Forgets imports and their reports after 30 days. */
export const forgetOldImports = ({ database, clock }: CleanUpDeps): Promise<void> =>
  inTransaction(database.background, (tx) => deleteOldImports(tx, new Date(clock.now() - keptMs)))
