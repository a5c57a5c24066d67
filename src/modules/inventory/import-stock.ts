import type { Queryable, Tx } from '../../platform/database/database.ts'
import type { Applied, ApplyContext, Fault, Numbered } from '../imports/index.ts'
import type { IdentifyDeps } from './identify-lines.ts'
import { type CountedLevel, countLevels, insertLevels } from './movement-queries.ts'
import { type ShowStockDeps, showStock } from './show-stock.ts'
import type { StockRow } from './stock-row.ts'

export interface ImportStockDeps extends Pick<ShowStockDeps, 'events'> {
  catalog: ShowStockDeps['catalog'] & Pick<IdentifyDeps['catalog'], 'findVariantIdsBySku'>
  stores: { findStoreIdsByCode(on: Queryable, codes: readonly string[]): Promise<ReadonlyMap<string, string>> }
}

type Counted = CountedLevel & { line: number }
type LineFault = Fault & { line: number }

const keyOf = ({ storeId, variantId }: { storeId: string; variantId: string }) => `${storeId} ${variantId}`
const distinct = (texts: readonly (string | undefined)[]) => [...new Set(texts.filter((text) => text !== undefined))]

async function identify(
  { catalog, stores }: ImportStockDeps,
  tx: Tx,
  rows: readonly Numbered<StockRow>[],
  scopeId: string | undefined,
): Promise<{ counted: Counted[]; faults: LineFault[] }> {
  const storeIds = await stores.findStoreIdsByCode(tx, distinct(rows.map(({ row }) => row.store)))
  const variantIds = await catalog.findVariantIdsBySku(tx, distinct(rows.map(({ row }) => row.sku)))
  const faults: LineFault[] = []
  const counted = rows.flatMap(({ line, row: { store, sku, onHand, buffer = null, lowStockAt = null } }) => {
    const storeId = store === undefined ? scopeId : storeIds.get(store)
    const variantId = variantIds.get(sku)
    const found: LineFault[] = []
    if (storeId === undefined)
      found.push({
        line,
        column: 'store',
        reason: store === undefined ? 'is missing' : 'there is no store with this code',
      })
    else if (scopeId !== undefined && storeId !== scopeId)
      found.push({ line, column: 'store', reason: 'is not the store that the file is for' })
    if (variantId === undefined) found.push({ line, column: 'sku', reason: 'there is no variant with this SKU' })
    faults.push(...found)
    return storeId === undefined || variantId === undefined || found.length > 0
      ? []
      : [{ onHand, buffer, lowStockAt, line, storeId, variantId }]
  })
  return { counted, faults }
}

/** Rows as one statement can take them: a level that comes again waits for the next round. */
function roundsOf(counted: readonly Counted[]): Counted[][] {
  const seen = new Map<string, number>()
  const rounds: Counted[][] = []
  for (const each of counted) {
    const round = seen.get(keyOf(each)) ?? 0
    seen.set(keyOf(each), round + 1)
    const rows = rounds[round]
    if (rows) rows.push(each)
    else rounds[round] = [each]
  }
  return rounds
}

async function applyRound(deps: ImportStockDeps, tx: Tx, counted: readonly Counted[], context: ApplyContext) {
  const { now, actorId = null, importId } = context
  const created = await insertLevels(tx, counted, now)
  const isNew = new Set(created.map(keyOf))
  const movement = { kind: 'count' as const, reason: 'import', reference: importId, actorId, now }
  const levels = await countLevels(tx, counted, movement)
  const lines = new Map(counted.map(({ line, ...key }) => [keyOf(key), line]))
  const faults = levels.flatMap((level) => {
    const reason = `must be at least the ${level.reserved} that are reserved for orders`
    return level.isDone ? [] : [{ line: lines.get(keyOf(level)) ?? 0, column: 'on_hand', reason }]
  })
  const done = levels.filter(({ isDone }) => isDone)
  await showStock(
    deps,
    tx,
    done.map(({ storeId, variantId, onHand, reserved, buffer, change, nextBuffer, lowStockAt }) => ({
      storeId,
      variantId,
      before: onHand - reserved - buffer,
      after: onHand + change - reserved - nextBuffer,
      lowStockAt,
    })),
  )
  const changed = done.filter((level) => !isNew.has(keyOf(level))).length
  return { created: created.length, changed, faults }
}

/**
 * Sets what was counted. A row that says what is written down already writes nothing; one that counts less than is
 * reserved is reported and left out. Rows of one level count one after the other.
 */
export async function importStock(
  deps: ImportStockDeps,
  tx: Tx,
  rows: readonly Numbered<StockRow>[],
  context: ApplyContext,
): Promise<Applied> {
  const { counted, faults } = await identify(deps, tx, rows, context.scope.storeId)
  let created = 0
  let changed = 0
  for (const round of roundsOf(counted)) {
    const applied = await applyRound(deps, tx, round, context)
    created += applied.created
    changed += applied.changed
    faults.push(...applied.faults)
  }
  const unchanged = rows.length - created - changed - new Set(faults.map(({ line }) => line)).size
  return { created, changed, unchanged, faults: faults.sort((a, b) => a.line - b.line) }
}
