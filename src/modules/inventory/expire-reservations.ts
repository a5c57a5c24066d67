import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import type { InventoryTelemetry } from './inventory-telemetry.ts'
import { releaseExpired } from './settlement-queries.ts'
import { type ShowStockDeps, showStock } from './show-stock.ts'

export interface ExpireDeps extends ShowStockDeps {
  database: Pick<Database, 'background'>
  clock: Clock
  telemetry: Pick<InventoryTelemetry, 'settled'>
}

const batch = 50

/**
 * Releases the holds that have ended, in small transactions, so that nobody waits long for a level. Any number of
 * processes may do so at once: each hold is released once. How many were.
 */
export async function expireReservations(deps: ExpireDeps, signal?: AbortSignal): Promise<number> {
  let released = 0
  for (;;) {
    const count = await inTransaction(deps.database.background, async (tx) => {
      const expired = await releaseExpired(tx, { now: new Date(deps.clock.now()), limit: batch })
      await showStock(deps, tx, expired.changes)
      return expired.count
    })
    deps.telemetry.settled('expired', count)
    released += count
    if (count < batch || signal?.aborted) return released
  }
}
