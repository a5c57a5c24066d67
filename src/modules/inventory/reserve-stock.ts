import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { InventoryTelemetry } from './inventory-telemetry.ts'
import { type HeldLine, insertReservation, type NewReservation, readReservation } from './reservation-queries.ts'
import { releaseExpiredOf } from './settlement-queries.ts'
import { type ShowStockDeps, showStock } from './show-stock.ts'
import { mergeLines, type StockLine } from './stock.ts'

export interface ReserveStockDeps extends ShowStockDeps {
  clock: Clock
  holdSeconds: number
  telemetry: Pick<InventoryTelemetry, 'asked' | 'settled'>
}

export interface ReserveStockInput {
  storeId: string
  /** Whose the stock will be, such as an order's id. It has one reservation that was not released. */
  reference: string
  /** 1 to 200; those of one variant are added up. */
  lines: readonly StockLine[]
  /** Instead of the setting. */
  holdSeconds?: number
  /** Of the reservation, where it must be known before. */
  id?: string
  /** Keeps it without an end at once, as `commit` does. */
  commit?: boolean
}

export interface ShortLine {
  variantId: string
  wanted: number
  /** What is left for this order; 0 of what the store never had. */
  available: number
}

export type Reserved =
  | { outcome: 'held'; reservationId: string; expiresAt: Date }
  | { outcome: 'short'; lines: ShortLine[] }
  /** The reference has a reservation of another store or other lines. */
  | { outcome: 'different'; reservationId: string }

async function findHeld(tx: Tx, { storeId, reference, lines }: NewReservation): Promise<Reserved | undefined> {
  const known = await readReservation(tx, { reference })
  if (!known) return undefined
  const asText = (each: readonly StockLine[]) =>
    each.map(({ variantId, quantity }) => `${variantId} ${quantity}`).join()
  const isSame = known.storeId === storeId && asText(known.lines) === asText(lines)
  return isSame
    ? { outcome: 'held', reservationId: known.id, expiresAt: known.expiresAt }
    : { outcome: 'different', reservationId: known.id }
}

async function releaseEnded(deps: ReserveStockDeps, tx: Tx, { storeId, lines, now }: NewReservation): Promise<boolean> {
  const variantIds = lines.map(({ variantId }) => variantId)
  const { count, changes } = await releaseExpiredOf(tx, { storeId, variantIds, now })
  deps.telemetry.settled('expired', count)
  await showStock(deps, tx, changes)
  return count > 0
}

async function hold(deps: ReserveStockDeps, tx: Tx, wanted: NewReservation): Promise<Reserved> {
  const attempt = async () => {
    const lines = await insertReservation(tx, wanted)
    return { lines, isHeld: lines.every(({ isHeld }) => isHeld) }
  }
  const isShort = ({ available, quantity }: HeldLine) => available < quantity
  let { lines, isHeld } = await attempt()
  if (!isHeld) {
    const known = await findHeld(tx, wanted)
    if (known) return known
    // Without a short line, the reservation of the reference was released a moment ago.
    if (!lines.some(isShort) || (await releaseEnded(deps, tx, wanted))) ({ lines, isHeld } = await attempt())
  }
  if (!isHeld) {
    const short = lines.filter(isShort)
    if (short.length === 0) throw new Error('Others settle and reserve under the same reference at the same time.')
    return {
      outcome: 'short',
      lines: short.map(({ variantId, quantity, available }) => ({
        variantId,
        wanted: quantity,
        available: Math.max(0, available),
      })),
    }
  }
  await showStock(
    deps,
    tx,
    lines.map(({ variantId, quantity, available, lowStockAt }) => ({
      storeId: wanted.storeId,
      variantId,
      before: available,
      after: available - quantity,
      lowStockAt,
    })),
  )
  return { outcome: 'held', reservationId: wanted.id, expiresAt: wanted.expiresAt }
}

/**
 * Holds all lines until a time, or nothing and says which are short. However many ask at once, never more is held than
 * there is. The same again, while it is not released, gets the reservation that there is, whatever became of it. Holds
 * that have ended stand in nobody's way.
 * @throws RangeError for lines that cannot be reserved
 */
export async function reserveStock(deps: ReserveStockDeps, tx: Tx, input: ReserveStockInput): Promise<Reserved> {
  const { storeId, reference, holdSeconds = deps.holdSeconds, id = newId('rsv'), commit: isCommitted = false } = input
  const now = new Date(deps.clock.now())
  const expiresAt = new Date(now.getTime() + holdSeconds * 1000)
  const lines = mergeLines(input.lines)
  const reserved = await hold(deps, tx, { id, storeId, reference, lines, expiresAt, isCommitted, now })
  deps.telemetry.asked(reserved.outcome)
  return reserved
}
