import { sql } from 'kysely'
import type { Queryable, Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { LevelKey } from './movement-queries.ts'

export interface Level extends LevelKey {
  onHand: number
  reserved: number
  buffer: number
  lowStockAt: number | null
  updatedAt: Date
}

const columns = [
  'store_id as storeId',
  'variant_id as variantId',
  'on_hand as onHand',
  'reserved',
  'buffer',
  'low_stock_at as lowStockAt',
  'updated_at as updatedAt',
] as const

export const readLevel = (on: Queryable, { storeId, variantId }: LevelKey): Promise<Level | undefined> =>
  on
    .selectFrom('stock_levels')
    .select(columns)
    .where('store_id', '=', storeId)
    .where('variant_id', '=', variantId)
    .executeTakeFirst()

// The array in a query of its own hides how long it is, so that the statement is planned once and not for each length.
const available = `
  select variant_id as id, on_hand - reserved - buffer as available from stock_levels
  where store_id = $1 and variant_id = any (array(select unnest($2::text[])))`

/** What can be promised of these variants; those without a level are missing. */
export async function readAvailable(
  on: Queryable,
  storeId: string,
  variantIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await prepared<{ id: string; available: number }>(on, 'read-available', available, [storeId, variantIds])
  return new Map(rows.map(({ id, available }) => [id, available]))
}

export interface LevelsWanted {
  storeId: string
  /** Only these. */
  variantIds?: readonly string[]
  after?: string
  limit: number
}

/** By variant. */
export const readLevels = (on: Queryable, { storeId, variantIds, after, limit }: LevelsWanted): Promise<Level[]> => {
  let query = on.selectFrom('stock_levels').select(columns).where('store_id', '=', storeId)
  if (variantIds) query = query.where('variant_id', 'in', variantIds)
  if (after !== undefined) query = query.where('variant_id', '>', after)
  return query.orderBy('variant_id').limit(limit).execute()
}

/** What is left, in ten-thousandths of the mark: nothing is the most urgent whatever the mark. */
const share = sql<number>`(on_hand - reserved - buffer) * 10000::bigint / greatest(low_stock_at, 1)`

/** Levels at their mark of low stock or under it, the most urgent first. `after` is the share and variant of the last. */
export const readLowLevels = (
  on: Queryable,
  { storeId, variantIds, after, limit }: Omit<LevelsWanted, 'after'> & { after?: { share: number; variantId: string } },
): Promise<(Level & { share: number })[]> => {
  let query = on
    .selectFrom('stock_levels')
    .select([...columns, share.as('share')])
    .where('store_id', '=', storeId)
    .where('low_stock_at', 'is not', null)
    .where(sql<boolean>`on_hand - reserved - buffer <= low_stock_at`)
  if (variantIds) query = query.where('variant_id', 'in', variantIds)
  if (after) query = query.where(sql<boolean>`(${share}, variant_id) > (${after.share}, ${after.variantId})`)
  return query.orderBy('share').orderBy('variant_id').limit(limit).execute()
}

/** Every level, a thousand or so at once. */
export const readAllLevels = (
  on: Queryable,
  { storeId, after, limit }: { storeId?: string; after?: LevelKey; limit: number },
): Promise<Level[]> => {
  let query = on.selectFrom('stock_levels').select(columns)
  if (storeId !== undefined) query = query.where('store_id', '=', storeId)
  if (after) query = query.where(sql<boolean>`(store_id, variant_id) > (${after.storeId}, ${after.variantId})`)
  return query.orderBy('store_id').orderBy('variant_id').limit(limit).execute()
}

export interface LevelMarks {
  buffer?: number
  lowStockAt?: number | null
}

/** The level as it was, locked. */
export const lockLevel = (tx: Tx, { storeId, variantId }: LevelKey): Promise<Level> =>
  tx
    .selectFrom('stock_levels')
    .select(columns)
    .where('store_id', '=', storeId)
    .where('variant_id', '=', variantId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()

export const updateMarks = (
  tx: Tx,
  { storeId, variantId }: LevelKey,
  { buffer, lowStockAt }: LevelMarks,
  now: Date,
): Promise<Level> =>
  tx
    .updateTable('stock_levels')
    .set({
      ...(buffer !== undefined && { buffer }),
      ...(lowStockAt !== undefined && { low_stock_at: lowStockAt }),
      updated_at: now,
    })
    .where('store_id', '=', storeId)
    .where('variant_id', '=', variantId)
    .returning(columns)
    .executeTakeFirstOrThrow()
