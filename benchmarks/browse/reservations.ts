import type { Inventory } from '../../src/modules/inventory/index.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { newId } from '../../src/platform/ids.ts'
import { firstVariantId } from './make-catalogue.ts'

/** Of which products of which store the first variants are reserved: each operation takes one of each range of numbers. */
export interface Goods {
  storeId: string
  ranges: readonly (readonly [first: number, last: number])[]
}

/** What one operation asks for. */
export interface Order {
  reference: string
  variantIds: readonly string[]
}

/** Reserves one unit of each variant in a transaction of its own. @throws when it is not held, every line of it */
export async function reserve(
  { database, inventory }: { database: Database; inventory: Inventory },
  storeId: string,
  { reference, variantIds }: Order,
): Promise<void> {
  const lines = variantIds.map((variantId) => ({ variantId, quantity: 1 }))
  const reserved = await inTransaction(database.db, (tx) => inventory.reserve(tx, { storeId, reference, lines }))
  if (reserved.outcome !== 'held') throw new Error(`a reservation was ${JSON.stringify(reserved)}`)
}

export const newOrder = ({ ranges }: Goods): Order => ({
  reference: newId('ord'),
  variantIds: ranges.map(([first, last]) => firstVariantId(first + Math.floor(Math.random() * (last - first + 1)))),
})
