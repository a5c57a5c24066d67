import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { Tx } from '../../platform/database/database.ts'
import { type ShownUnits, shelfKeys } from './shelf.ts'
import { readProductIdsOf, refreshShelf, writeShownStock } from './shelf-queries.ts'

/**
 * Shows customers what stores have, from the moment that the transaction is committed: writes down the units, refreshes
 * the shelf of these products in these stores, and notes `stock` or `left`. Each variant of a store once. What is shown
 * already costs no write.
 */
export async function showStock(
  { changes }: { changes: Pick<ChangeFeed, 'note'> },
  tx: Tx,
  units: readonly ShownUnits[],
): Promise<void> {
  if (units.length === 0) return
  const changed = await writeShownStock(tx, units)
  if (changed.length === 0) return
  const productIds = await readProductIdsOf(
    tx,
    changed.map(({ variantId }) => variantId),
  )
  const storeIds = [...new Set(changed.map(({ storeId }) => storeId))]
  await changes.note(tx, 'shelf', shelfKeys(await refreshShelf(tx, productIds, { storeIds })))
}
