import type { Queryable, Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { MovementKind } from './stock.ts'

export interface LevelKey {
  storeId: string
  variantId: string
}

/** Columns of units, each as an array, beside those of the stores and variants. */
const keysOf = (keys: readonly LevelKey[]) => [
  keys.map(({ storeId }) => storeId),
  keys.map(({ variantId }) => variantId),
]

/** In the order in which everybody locks levels. */
const insert = `
  insert into stock_levels (store_id, variant_id, updated_at)
  select store_id, variant_id, $3::timestamptz from unnest($1::text[], $2::text[]) as wanted (store_id, variant_id)
  order by store_id, variant_id on conflict do nothing
  returning store_id as "storeId", variant_id as "variantId"`

/** Makes levels of nothing where there are none. Those it made. */
export const insertLevels = (tx: Tx, keys: readonly LevelKey[], now: Date) =>
  prepared<LevelKey>(tx, 'insert-levels', insert, [...keysOf(keys), now])

/** What every change of `on_hand` does: `level` is locked, `change` is not 0, and `isDone` says whether it may. */
const move = (values: {
  kind: string
  reason: string
  reference: string
  actor: string
  now: string
  isDone: string
}) => `
  moved as (
    insert into stock_movements (store_id, variant_id, number, kind, on_hand_before, quantity, reason, reference, actor_id, at)
    select store_id, variant_id, coalesce(last_movement, 0) + 1, ${values.kind}, on_hand, change, ${values.reason},
      ${values.reference}, ${values.actor}, ${values.now}::timestamptz
    from level where change <> 0 and ${values.isDone}
  )`

export interface MovedLevel extends LevelKey {
  /** Before, like `reserved` and `buffer`. */
  onHand: number
  reserved: number
  buffer: number
  change: number
  lowStockAt: number | null
  isDone: boolean
}

const adjust = `
  with level as (
    select store_id, variant_id, on_hand, reserved, buffer, low_stock_at, last_movement,
      case $4 when 'count' then quantity - on_hand else quantity end as change
    from unnest($1::text[], $2::text[], $3::int[]) as wanted (store_id, variant_id, quantity)
      join stock_levels using (store_id, variant_id)
    order by store_id, variant_id for no key update of stock_levels
  ), verdict as (
    select count(*) = cardinality($1::text[]) and bool_and(on_hand + change between reserved and 100000000) as is_possible
    from level
  ), ${move({ kind: '$4', reason: '$5', reference: '$6', actor: '$7', now: '$8', isDone: '(select is_possible from verdict)' })},
  changed as (
    update stock_levels set on_hand = level.on_hand + change, last_movement = coalesce(level.last_movement, 0) + 1,
      updated_at = $8::timestamptz
    from level where change <> 0 and (select is_possible from verdict)
      and stock_levels.store_id = level.store_id and stock_levels.variant_id = level.variant_id
  )
  select store_id as "storeId", variant_id as "variantId", on_hand as "onHand", reserved, buffer, change,
    low_stock_at as "lowStockAt", (select is_possible from verdict) as "isDone" from level`

export interface Movement {
  kind: MovementKind
  reason: string
  reference: string
  actorId: string | null
  now: Date
}

/**
 * Adds signed quantities or, for a count, sets what there is: all lines or none. The levels are there; each once. What
 * it says of them is from under their locks.
 */
export const adjustLevels = (
  tx: Tx,
  lines: readonly (LevelKey & { quantity: number })[],
  { kind, reason, reference, actorId, now }: Movement,
) =>
  prepared<MovedLevel>(tx, 'adjust-levels', adjust, [
    ...keysOf(lines),
    lines.map(({ quantity }) => quantity),
    kind,
    reason,
    reference,
    actorId,
    now,
  ])

export interface CountedLevel extends LevelKey {
  onHand: number
  /** `null` leaves what is there. */
  buffer: number | null
  lowStockAt: number | null
}

/** Rows that are so already are not even locked. */
const count = `
  with level as (
    select store_id, variant_id, level.on_hand, reserved, level.buffer, level.low_stock_at, last_movement,
      wanted.on_hand - level.on_hand as change, coalesce(wanted.buffer, level.buffer) as next_buffer,
      coalesce(wanted.low_stock_at, level.low_stock_at) as next_low
    from unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::int[]) as wanted (store_id, variant_id, on_hand, buffer, low_stock_at)
      join stock_levels as level using (store_id, variant_id)
    where wanted.on_hand <> level.on_hand or wanted.buffer <> level.buffer
      or (wanted.low_stock_at is not null and wanted.low_stock_at is distinct from level.low_stock_at)
    order by store_id, variant_id for no key update of level
  ), ${move({ kind: "'count'", reason: '$6', reference: '$7', actor: '$8', now: '$9', isDone: 'on_hand + change >= reserved' })},
  changed as (
    update stock_levels set on_hand = level.on_hand + change, buffer = next_buffer, low_stock_at = next_low,
      last_movement = case change when 0 then level.last_movement else coalesce(level.last_movement, 0) + 1 end,
      updated_at = $9::timestamptz
    from level where level.on_hand + change >= level.reserved
      and stock_levels.store_id = level.store_id and stock_levels.variant_id = level.variant_id
  )
  select store_id as "storeId", variant_id as "variantId", on_hand as "onHand", reserved, buffer, change, next_buffer as "nextBuffer",
    next_low as "lowStockAt", on_hand + change >= reserved as "isDone" from level`

/** Sets what was counted, each line for itself: less than is reserved is left out. Those that differ; each is there, once. */
export const countLevels = (tx: Tx, lines: readonly CountedLevel[], { reason, reference, actorId, now }: Movement) =>
  prepared<MovedLevel & { nextBuffer: number }>(tx, 'count-levels', count, [
    ...keysOf(lines),
    lines.map(({ onHand }) => onHand),
    lines.map(({ buffer }) => buffer),
    lines.map(({ lowStockAt }) => lowStockAt),
    reason,
    reference,
    actorId,
    now,
  ])

/** The latest first, from before a number. */
export const readMovements = (
  on: Queryable,
  { storeId, variantId }: LevelKey,
  { before, limit }: { before?: number; limit: number },
) => {
  const all = on
    .selectFrom('stock_movements')
    .select([
      'number',
      'kind',
      'quantity',
      'on_hand_after as onHandAfter',
      'reason',
      'reference',
      'actor_id as actorId',
      'at',
    ])
    .where('store_id', '=', storeId)
    .where('variant_id', '=', variantId)
  return (before === undefined ? all : all.where('number', '<', before))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
}
