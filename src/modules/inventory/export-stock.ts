import type { Database, Queryable } from '../../platform/database/database.ts'
import type { ImportScope } from '../imports/index.ts'
import type { IdentifyDeps } from './identify-lines.ts'
import { type Level, readAllLevels } from './level-queries.ts'

export interface ExportStockDeps {
  catalog: Pick<IdentifyDeps['catalog'], 'readSkus'>
  stores: { readStoreCodes(on: Queryable): Promise<ReadonlyMap<string, string>> }
}

const pageSize = 1000

/** Every level, by store and variant, as it can be imported again. What changes meanwhile may be in it or not. */
export async function* exportStock(
  { catalog, stores }: ExportStockDeps,
  database: Pick<Database, 'background'>,
  { storeId }: ImportScope,
): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const on = database.background
  const codes = await stores.readStoreCodes(on)
  let last: Level | undefined
  do {
    const levels: Level[] = await readAllLevels(on, {
      limit: pageSize,
      ...(storeId !== undefined && { storeId }),
      ...(last && { after: last }),
    })
    const skus = await catalog.readSkus(
      on,
      levels.map(({ variantId }) => variantId),
    )
    for (const { storeId: id, variantId, onHand, buffer, lowStockAt } of levels)
      yield {
        store: codes.get(id),
        sku: skus.get(variantId),
        on_hand: onHand,
        buffer,
        ...(lowStockAt !== null && { low_stock_at: lowStockAt }),
      }
    last = levels.length === pageSize ? levels.at(-1) : undefined
  } while (last)
}
