import type { Queryable, Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { ReservationStatus, StockLine } from './stock.ts'

export interface NewReservation {
  id: string
  storeId: string
  reference: string
  lines: readonly StockLine[]
  expiresAt: Date
  /** Kept without an end from the beginning. */
  isCommitted: boolean
  now: Date
}

export interface HeldLine {
  variantId: string
  quantity: number
  /** What could be promised before. */
  available: number
  lowStockAt: number | null
  isHeld: boolean
}

/**
 * Arrays in queries of their own hide how long they are, so that the statement is planned once and not for each length.
 * The levels are locked one after the other, by variant, and `level` holds them as they are then: whoever waited for
 * another sees what that one left. The update reaches the same row versions, which nobody else can change any more.
 */
const hold = `
  with level as (
    select variant_id, on_hand - reserved - buffer as available, low_stock_at from stock_levels
    where store_id = $2 and variant_id = any (array(select unnest($3::text[]))) order by variant_id for no key update
  ), line as (
    select variant_id, quantity, coalesce(available, 0) as available, low_stock_at
    from unnest(array(select unnest($3::text[])), array(select unnest($4::int[]))) as wanted (variant_id, quantity)
      left join level using (variant_id)
  ), verdict as (
    select bool_and(available >= quantity) as is_enough from line
  ), held as (
    insert into reservations (id, store_id, reference, expires_at, created_at, status)
    select $1, $2, $5, $6::timestamptz, $7::timestamptz, case when $8 then 'committed' else 'held' end from verdict where is_enough
    on conflict (reference) where status <> 'released' do nothing returning id
  ), added as (
    insert into reservation_lines (reservation_id, variant_id, quantity) select held.id, variant_id, quantity from line, held
  ), changed as (
    update stock_levels set reserved = reserved + line.quantity, updated_at = $7::timestamptz from line, held
    where stock_levels.store_id = $2 and stock_levels.variant_id = line.variant_id
  )
  select variant_id as "variantId", quantity, available, low_stock_at as "lowStockAt", exists (select from held) as "isHeld"
  from line`

/**
 * Holds every line, or none: when one is short, or the reference has a reservation already. What it says of each line is
 * from under its lock.
 */
export const insertReservation = (
  tx: Tx,
  { id, storeId, reference, lines, expiresAt, isCommitted, now }: NewReservation,
) =>
  prepared<HeldLine>(tx, 'hold-stock', hold, [
    id,
    storeId,
    lines.map(({ variantId }) => variantId),
    lines.map(({ quantity }) => quantity),
    reference,
    expiresAt,
    now,
    isCommitted,
  ])

export interface Reservation {
  id: string
  storeId: string
  reference: string
  status: ReservationStatus
  expiresAt: Date
  /** What was held at first, by variant id, and how much of it was given back before the end. */
  lines: (StockLine & { released: number })[]
}

/** By its id, or the one of a reference that was not released. */
export async function readReservation(
  on: Queryable,
  by: { id: string } | { reference: string },
): Promise<Reservation | undefined> {
  const all = on
    .selectFrom('reservations')
    .innerJoin('reservation_lines', 'reservation_id', 'id')
    .select(['id', 'store_id as storeId', 'reference', 'status', 'expires_at as expiresAt'])
    .select(['variant_id as variantId', 'quantity', 'released'])
    .orderBy('variant_id')
  const rows = await ('id' in by
    ? all.where('id', '=', by.id)
    : all.where('reference', '=', by.reference).where('status', '<>', 'released')
  ).execute()
  const [first] = rows
  if (!first) return undefined
  const { id, storeId, reference, status, expiresAt } = first
  const lines = rows.map(({ variantId, quantity, released }) => ({ variantId, quantity, released }))
  return { id, storeId, reference, status, expiresAt, lines }
}

const one = ({ numUpdatedRows }: { numUpdatedRows: bigint }): boolean => numUpdatedRows > 0n

/** Lets a hold end later, never earlier. Whether it was still held. */
export const extendReservation = async (tx: Tx, id: string, expiresAt: Date): Promise<boolean> =>
  one(
    await tx
      .updateTable('reservations')
      .set(({ fn, val }) => ({ expires_at: fn<Date>('greatest', ['expires_at', val(expiresAt)]) }))
      .where('id', '=', id)
      .where('status', '=', 'held')
      .executeTakeFirstOrThrow(),
  )

/** `held` → `committed`, also when the hold has ended and nobody released it yet. Whether it did. */
export const commitReservation = async (tx: Tx, id: string): Promise<boolean> =>
  one(
    await tx
      .updateTable('reservations')
      .set({ status: 'committed' })
      .where('id', '=', id)
      .where('status', '=', 'held')
      .executeTakeFirstOrThrow(),
  )
