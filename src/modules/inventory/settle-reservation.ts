import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/database/database.ts'
import type { InventoryTelemetry } from './inventory-telemetry.ts'
import { commitReservation, extendReservation } from './reservation-queries.ts'
import {
  consumeReservation,
  releaseReservation,
  releaseReservationLines,
  type Settled,
  takeReservationBack,
} from './settlement-queries.ts'
import { type ShowStockDeps, showStock } from './show-stock.ts'
import { mergeLines, type StockLine } from './stock.ts'

export interface SettleDeps extends ShowStockDeps {
  clock: Clock
  holdSeconds: number
  telemetry: Pick<InventoryTelemetry, 'settled'>
}

type Step = Parameters<InventoryTelemetry['settled']>[0]

function tell({ telemetry }: SettleDeps, step: Step, isDone: boolean): boolean {
  if (isDone) telemetry.settled(step)
  return isDone
}

async function finish(deps: SettleDeps, tx: Tx, step: Step, { count, changes }: Settled): Promise<boolean> {
  await showStock(deps, tx, changes)
  return tell(deps, step, count > 0)
}

/** Holds for so long from now, or as long as before where that is longer. `false` when it is not held any more. */
export async function extendHold(
  deps: SettleDeps,
  tx: Tx,
  id: string,
  { holdSeconds = deps.holdSeconds }: { holdSeconds?: number } = {},
): Promise<boolean> {
  const expiresAt = new Date(deps.clock.now() + holdSeconds * 1000)
  return tell(deps, 'extended', await extendReservation(tx, id, expiresAt))
}

/** Keeps what is held without an end. Once; also when the hold has ended, as long as nobody released it. */
export const commitHold = async (deps: SettleDeps, tx: Tx, id: string): Promise<boolean> =>
  tell(deps, 'committed', await commitReservation(tx, id))

/** Takes what is committed out of the stock, with movements of the kind `sale`: it was handed over. Once. */
export async function consumeStock(
  deps: SettleDeps,
  tx: Tx,
  id: string,
  { actorId = null }: { actorId?: string | null } = {},
): Promise<boolean> {
  const now = new Date(deps.clock.now())
  return finish(deps, tx, 'consumed', await consumeReservation(tx, id, { actorId, now }))
}

/** Puts what was consumed back into the stock, with movements of the kind `return`: it was not delivered. Once. */
export async function takeStockBack(
  deps: SettleDeps,
  tx: Tx,
  id: string,
  { actorId = null }: { actorId?: string | null } = {},
): Promise<boolean> {
  const now = new Date(deps.clock.now())
  return finish(deps, tx, 'taken_back', await takeReservationBack(tx, id, { actorId, now }))
}

/** Gives back what is held or committed, for a reason such as `cancelled`. Once. */
export async function releaseStock(deps: SettleDeps, tx: Tx, id: string, reason: string): Promise<boolean> {
  const now = new Date(deps.clock.now())
  return finish(deps, tx, 'released', await releaseReservation(tx, id, { reason, now }))
}

/**
 * Gives back units of some lines of what is held or committed: not found, or something else is taken. All of them, or
 * none when a line has not so many left. Each call gives back again: it belongs into the transaction that notes why.
 * @throws RangeError for lines that cannot be
 */
export async function releaseLines(
  deps: SettleDeps,
  tx: Tx,
  id: string,
  lines: readonly StockLine[],
): Promise<boolean> {
  const now = new Date(deps.clock.now())
  const settled = await releaseReservationLines(tx, id, { lines: mergeLines(lines), now })
  return finish(deps, tx, 'lines_released', settled)
}
