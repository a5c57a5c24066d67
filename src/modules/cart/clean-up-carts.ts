import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { CartTelemetry } from './cart-telemetry.ts'
import { deleteEmptyCarts, deleteGuestCarts, type Untouched } from './clean-up-queries.ts'

export interface CleanUpCartsDeps {
  database: Pick<Database, 'background'>
  clock: Clock
  telemetry: Pick<CartTelemetry, 'deleted'>
}

const dayMs = 86_400_000
const guestDays = 7
const emptyDays = 90
const batch = 1000

/**
 * Deletes guests' carts that nobody touched for 7 days, and accounts' empty ones after 90, a thousand in each statement.
 * Any number of processes may do so at once.
 */
export async function cleanUpCarts(
  { database, clock, telemetry }: CleanUpCartsDeps,
  signal?: AbortSignal,
): Promise<void> {
  const deleteAll = async (
    owner: 'guest' | 'account',
    days: number,
    deleteSome: (on: Database['background'], untouched: Untouched) => Promise<number>,
  ) => {
    const since = new Date(clock.now() - days * dayMs)
    for (let count = batch; count === batch && !signal?.aborted; ) {
      count = await deleteSome(database.background, { since, limit: batch })
      telemetry.deleted(owner, count)
    }
  }
  await deleteAll('guest', guestDays, deleteGuestCarts)
  await deleteAll('account', emptyDays, deleteEmptyCarts)
}
