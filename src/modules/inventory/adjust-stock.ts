import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { type IdempotentAnswer, idempotently } from '../../platform/idempotency/idempotently.ts'
import { newId } from '../../platform/ids.ts'
import { type AdjustmentKind, type AdjustmentLine, signedQuantity } from './adjustment.ts'
import { type IdentifyDeps, identifyLines } from './identify-lines.ts'
import type { InventoryTelemetry } from './inventory-telemetry.ts'
import { moveStock, toMovedView } from './move-stock.ts'
import type { ShowStockDeps } from './show-stock.ts'
import { stockProblems } from './stock-problems.ts'

export interface AdjustStockDeps {
  database: Pick<Database, 'db'>
  clock: Clock
  catalog: ShowStockDeps['catalog'] & IdentifyDeps['catalog']
  events: ShowStockDeps['events']
  telemetry: Pick<InventoryTelemetry, 'adjusted'>
}

interface Asked {
  storeId: string
  reason: string
  lines: readonly AdjustmentLine[]
  actorId: string
  /** Of the `Idempotency-Key` header. */
  key: string | undefined
}

export interface AdjustmentAnswer {
  success: true
  adjustmentId: string
  lines: ReturnType<typeof toMovedView>
}

/**
 * Brings what is written down to what is there: goods come in or back, are spoilt, past their date or counted. All lines
 * or none; the same key once.
 * @throws stock.lines_invalid, stock.short, stock.below_reserved, each with every bad line; idempotency.*
 */
export function adjustStock(
  deps: AdjustStockDeps,
  { storeId, kind, reason, lines, actorId, key }: Asked & { kind: AdjustmentKind },
): Promise<IdempotentAnswer<AdjustmentAnswer>> {
  const request = ['stock-adjustment', storeId, kind, reason, lines]
  return idempotently<AdjustmentAnswer>(deps, { principal: actorId, key, request }, async (tx) => {
    const known = await identifyLines(deps, tx, lines, kind)
    const moves = known.map((line) => ({ ...line, storeId, quantity: signedQuantity(kind, line.quantity) }))
    const adjustmentId = newId('adj')
    const now = new Date(deps.clock.now())
    const levels = await moveStock(deps, tx, moves, { kind, reason, reference: adjustmentId, actorId, now })
    deps.telemetry.adjusted(kind)
    return { status: 201, body: { success: true, adjustmentId, lines: toMovedView(moves, levels) } }
  })
}

/**
 * Takes goods out of one store and puts them into another, in one step: none are ever in both or in neither.
 * @throws stock.same_store, stock.lines_invalid, stock.short with every bad line; idempotency.*
 */
export function transferStock(
  deps: AdjustStockDeps,
  { storeId, toStoreId, reason, lines, actorId, key }: Asked & { toStoreId: string },
): Promise<IdempotentAnswer<AdjustmentAnswer>> {
  if (storeId === toStoreId) throw stockProblems.sameStore()
  const request = ['stock-transfer', storeId, toStoreId, reason, lines]
  return idempotently<AdjustmentAnswer>(deps, { principal: actorId, key, request }, async (tx) => {
    const known = await identifyLines(deps, tx, lines, 'transfer')
    const out = known.map((line) => ({ ...line, storeId, quantity: -line.quantity }))
    const moves = [...out, ...known.map((line) => ({ ...line, storeId: toStoreId }))]
    const adjustmentId = newId('adj')
    const now = new Date(deps.clock.now())
    const levels = await moveStock(deps, tx, moves, { kind: 'transfer', reason, reference: adjustmentId, actorId, now })
    deps.telemetry.adjusted('transfer')
    return { status: 201, body: { success: true, adjustmentId, lines: toMovedView(out, levels) } }
  })
}
