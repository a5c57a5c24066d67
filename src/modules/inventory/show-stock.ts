import type { Tx } from '../../platform/database/database.ts'
import type { Events } from '../../platform/events/events.ts'
import { stockLow } from './inventory-events.ts'
import { type AvailabilityChange, fallsLow, unitsShown } from './stock.ts'

/** Units that customers are told of: 5 stands for five or more. */
export interface ShownUnits {
  storeId: string
  variantId: string
  unitsLeft: number
}

export interface ShowStockDeps {
  catalog: { showStock(tx: Tx, units: readonly ShownUnits[]): Promise<void> }
  events: Pick<Events, 'emit'>
}

/**
 * Tells who must know of levels that changed, in the transaction that changed them: the catalogue, where another number
 * of units is shown from now on, and listeners, where stock has become low.
 */
export async function showStock(
  { catalog, events }: ShowStockDeps,
  tx: Tx,
  changes: readonly AvailabilityChange[],
): Promise<void> {
  const shown = changes.filter(({ before, after }) => unitsShown(before) !== unitsShown(after))
  if (shown.length > 0)
    await catalog.showStock(
      tx,
      shown.map(({ storeId, variantId, after }) => ({ storeId, variantId, unitsLeft: unitsShown(after) })),
    )
  for (const change of changes.filter(fallsLow))
    await events.emit(tx, stockLow, { storeId: change.storeId, variantId: change.variantId, available: change.after })
}
