import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { eraseEnded, markErased } from './erasure-queries.ts'

export interface EraseOrdersDeps {
  database: Pick<Database, 'background'>
  clock: Clock
}

const batch = 200

/** Erases address, instructions and delivery code of ended orders whose owners are gone. For a job, each hour or so. How many. */
export async function eraseOrders({ database, clock }: EraseOrdersDeps): Promise<number> {
  let erased = 0
  for (;;) {
    const now = new Date(clock.now())
    const count = await inTransaction(database.background, (tx) => eraseEnded(tx, { now, limit: batch }))
    erased += count
    if (count < batch) return erased
  }
}

/**
 * What is personal in the orders of an account that was erased goes too: at once, or when an order that is under way has
 * ended. What the law wants kept stays.
 */
export async function whenAccountDeleted(deps: EraseOrdersDeps, { userId }: { userId: string }): Promise<void> {
  await inTransaction(deps.database.background, (tx) => markErased(tx, userId, new Date(deps.clock.now())))
  await eraseOrders(deps)
}
