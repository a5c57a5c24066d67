import type { Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { AvailabilityChange, StockLine } from './stock.ts'

export interface Settled {
  /** How many reservations went on. */
  count: number
  changes: AvailabilityChange[]
}

type Row = { count: number } & (AvailabilityChange | { storeId: null })

/** There is a row even when no level changed. */
const answer = (count: string) => `
  select (${count})::int as count, store_id as "storeId", variant_id as "variantId", before, before + gain as after,
    low_stock_at as "lowStockAt"
  from (select) as here left join level on true`

async function settle(tx: Tx, name: string, text: string, values: readonly unknown[]): Promise<Settled> {
  const rows = await prepared<Row>(tx, name, text, values)
  return {
    count: rows[0]?.count ?? 0,
    changes: rows.flatMap(({ count: _, ...change }) => (change.storeId === null ? [] : [change])),
  }
}

/**
 * Lines and levels are read from under their locks, as whoever held them left them: another statement may have given
 * lines back while this one waited for the reservation.
 */
const openLines = (settled: string) => `
  line as (
    select settled.store_id, line.variant_id, line.quantity - line.released as quantity
    from ${settled} as settled join reservation_lines as line on line.reservation_id = settled.id
    where line.quantity > line.released for update of line
  ), units as (
    select store_id, variant_id, sum(quantity)::int as quantity from line group by store_id, variant_id
  )`

const lockedLevels = (gain: string) => `
  level as (
    select level.store_id, level.variant_id, units.quantity, on_hand, last_movement, low_stock_at,
      on_hand - reserved - buffer as before, ${gain} as gain
    from units join stock_levels as level on level.store_id = units.store_id and level.variant_id = units.variant_id
    order by level.store_id, level.variant_id for no key update of level
  )`

/** Gives back what the chosen reservations hold. $1 is the time, $2 the reason. */
const release = (chosen: string) => `
  with ${chosen}, settled as (
    update reservations set status = 'released', settled_at = $1::timestamptz, release_reason = $2
    from chosen where reservations.id = chosen.id returning reservations.id, reservations.store_id
  ), ${openLines('settled')}, ${lockedLevels('units.quantity')}, changed as (
    update stock_levels set reserved = reserved - level.quantity, updated_at = $1::timestamptz from level
    where stock_levels.store_id = level.store_id and stock_levels.variant_id = level.variant_id
  ) ${answer('select count(*) from settled')}`

const releaseOne = release(
  `chosen as (select id from reservations where id = $3 and status in ('held', 'committed') for update)`,
)

/** `held` or `committed` → `released`. */
export const releaseReservation = (tx: Tx, id: string, { reason, now }: { reason: string; now: Date }) =>
  settle(tx, 'release-stock', releaseOne, [now, reason, id])

const releaseEnded = release(`chosen as (
  select id from reservations where status = 'held' and expires_at <= $1::timestamptz
  order by expires_at limit $3 for update skip locked)`)

/** Releases holds that have ended, the oldest first, passing over those that somebody else is about to settle. */
export const releaseExpired = (tx: Tx, { now, limit }: { now: Date; limit: number }) =>
  settle(tx, 'release-expired-stock', releaseEnded, [now, 'expired', limit])

/**
 * Who calls this holds levels already, so it waits for no lock: a hold is passed over when another transaction has it
 * or a level of it.
 */
const releaseEndedOf = release(`found as (
    select id, store_id from reservations
    where status = 'held' and expires_at <= $1::timestamptz and store_id = $3
      and exists (select from reservation_lines where reservation_id = id and variant_id = any ($4::text[]))
    order by expires_at limit 50 for update skip locked
  ), free as (
    select variant_id from stock_levels where store_id = $3 and variant_id in (
      select variant_id from found join reservation_lines on reservation_id = id where quantity > released
    ) for no key update skip locked
  ), chosen as (
    select id from found where not exists (
      select from reservation_lines where reservation_id = id and quantity > released
        and variant_id not in (select variant_id from free))
  )`)

/** Releases holds of these variants that have ended. */
export const releaseExpiredOf = (
  tx: Tx,
  { storeId, variantIds, now }: { storeId: string; variantIds: readonly string[]; now: Date },
) => settle(tx, 'release-expired-stock-of', releaseEndedOf, [now, 'expired', storeId, variantIds])

const consume = `
  with settled as (
    update reservations set status = 'consumed', settled_at = $1::timestamptz
    where id = $2 and status = 'committed' returning id, store_id, reference
  ), ${openLines('settled')}, ${lockedLevels('0')}, moved as (
    insert into stock_movements (store_id, variant_id, number, kind, on_hand_before, quantity, reference, actor_id, at)
    select level.store_id, variant_id, coalesce(last_movement, 0) + 1, 'sale', on_hand, -quantity, reference, $3,
      $1::timestamptz from level, settled
  ), changed as (
    update stock_levels set on_hand = level.on_hand - level.quantity, reserved = reserved - level.quantity,
      last_movement = coalesce(level.last_movement, 0) + 1, updated_at = $1::timestamptz from level
    where stock_levels.store_id = level.store_id and stock_levels.variant_id = level.variant_id
  ) ${answer('select count(*) from settled')}`

/** `committed` → `consumed`: the units have left the store, each line with a movement. */
export const consumeReservation = (tx: Tx, id: string, { actorId, now }: { actorId: string | null; now: Date }) =>
  settle(tx, 'consume-stock', consume, [now, id, actorId])

const takeBack = `
  with settled as (
    select id, store_id, reference from reservations where id = $2 and status = 'consumed' for update
  ), line as (
    select settled.store_id, line.variant_id, line.quantity - line.released as quantity
    from settled join reservation_lines as line on line.reservation_id = settled.id
    where line.quantity > line.released and not exists (
      select from stock_movements where stock_movements.reference = settled.reference and kind = 'return')
  ), units as (select store_id, variant_id, quantity from line), ${lockedLevels('units.quantity')}, moved as (
    insert into stock_movements (store_id, variant_id, number, kind, on_hand_before, quantity, reference, actor_id, at)
    select level.store_id, variant_id, coalesce(last_movement, 0) + 1, 'return', on_hand, quantity, reference, $3,
      $1::timestamptz from level, settled
  ), changed as (
    update stock_levels set on_hand = level.on_hand + level.quantity,
      last_movement = coalesce(level.last_movement, 0) + 1, updated_at = $1::timestamptz from level
    where stock_levels.store_id = level.store_id and stock_levels.variant_id = level.variant_id
  ) ${answer('select count(*) from units')}`

/** What was consumed is in the store again, each line with a movement. Once. The count is that of lines. */
export const takeReservationBack = (tx: Tx, id: string, { actorId, now }: { actorId: string | null; now: Date }) =>
  settle(tx, 'take-stock-back', takeBack, [now, id, actorId])

const releasePart = `
  with chosen as (
    select id, store_id from reservations where id = $2 and status in ('held', 'committed') for update
  ), line as (
    select chosen.store_id, line.variant_id, wanted.quantity, line.quantity - line.released as open
    from chosen join reservation_lines as line on line.reservation_id = chosen.id
      join unnest($3::text[], $4::int[]) as wanted (variant_id, quantity) on wanted.variant_id = line.variant_id
    for update of line
  ), units as (
    select store_id, variant_id, quantity from line
    where (select count(*) = cardinality($3::text[]) and bool_and(line.open >= line.quantity) from line)
  ), shrunk as (
    update reservation_lines set released = released + units.quantity from units
    where reservation_id = $2 and reservation_lines.variant_id = units.variant_id
  ), ${lockedLevels('units.quantity')}, changed as (
    update stock_levels set reserved = reserved - level.quantity, updated_at = $1::timestamptz from level
    where stock_levels.store_id = level.store_id and stock_levels.variant_id = level.variant_id
  ) ${answer('select count(*) from units')}`

/** Gives units of some lines back, all of them or none. The count is that of lines. */
export const releaseReservationLines = (
  tx: Tx,
  id: string,
  { lines, now }: { lines: readonly StockLine[]; now: Date },
) =>
  settle(tx, 'release-stock-lines', releasePart, [
    now,
    id,
    lines.map(({ variantId }) => variantId),
    lines.map(({ quantity }) => quantity),
  ])
