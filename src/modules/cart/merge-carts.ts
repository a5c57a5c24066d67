import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { newId } from '../../platform/ids.ts'
import type { Catalog } from '../catalog/index.ts'
import { type CartContents, mergeContents, mergedStore, mostUnits } from './cart-contents.ts'
import type { CartTelemetry } from './cart-telemetry.ts'
import { lockOrBeginCart, rewriteCart, takeGuestCart } from './whole-cart-queries.ts'

export interface MergeCartsDeps {
  database: Pick<Database, 'db'>
  catalog: Pick<Catalog, 'findOffers'>
  clock: Clock
  telemetry: Pick<CartTelemetry, 'merged'>
}

/**
 * Puts a guest's cart into that of an account and deletes it: its handle opens nothing from then on. Of several requests
 * that come with it at once, one does so; the others wait for it and get nothing.
 */
export async function mergeCarts(
  { database, catalog, clock, telemetry }: MergeCartsDeps,
  { userId, guestCartId }: { userId: string; guestCartId: string },
): Promise<CartContents | undefined> {
  const merged = await inTransaction(database.db, async (tx) => {
    const guest = await takeGuestCart(tx, guestCartId)
    if (!guest) return undefined
    const own = await lockOrBeginCart(tx, newId('crt'), userId, new Date(clock.now()))
    const storeId = mergedStore(own, guest)
    const ids = [...new Set([...own.lines, ...guest.lines].map(({ variantId }) => variantId))]
    const offers = storeId === null ? [] : await catalog.findOffers(tx, storeId, ids)
    const most = new Map(offers.map(({ variantId, maxPerOrder }) => [variantId, maxPerOrder]))
    const both = mergeContents(own, guest, { storeId, mostOf: (id) => most.get(id) ?? mostUnits })
    await rewriteCart(tx, both)
    return both
  })
  if (merged) telemetry.merged()
  return merged
}
