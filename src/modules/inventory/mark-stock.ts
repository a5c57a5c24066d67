import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import type { IdentifyDeps } from './identify-lines.ts'
import { type LevelMarks, lockLevel, updateMarks } from './level-queries.ts'
import { insertLevels, type LevelKey } from './movement-queries.ts'
import { type ShowStockDeps, showStock } from './show-stock.ts'
import { stockProblems } from './stock-problems.ts'

export interface MarkStockDeps extends Pick<ShowStockDeps, 'events'> {
  database: Pick<Database, 'db'>
  clock: Clock
  catalog: ShowStockDeps['catalog'] & Pick<IdentifyDeps['catalog'], 'readSkus'>
}

/**
 * Sets how much of a variant a store keeps back, and when it counts as low. What is absent stays. Also before the store
 * has any.
 * @throws stock.no_such_variant
 */
export function markStock(deps: MarkStockDeps, key: LevelKey, marks: LevelMarks): Promise<void> {
  return inTransaction(deps.database.db, async (tx) => {
    const skus = await deps.catalog.readSkus(tx, [key.variantId])
    if (!skus.has(key.variantId)) throw stockProblems.noSuchVariant()
    const now = new Date(deps.clock.now())
    await insertLevels(tx, [key], now)
    const old = await lockLevel(tx, key)
    const { onHand, reserved, buffer, lowStockAt } = await updateMarks(tx, key, marks, now)
    const free = onHand - reserved
    await showStock(deps, tx, [{ ...key, before: free - old.buffer, after: free - buffer, lowStockAt }])
  })
}
