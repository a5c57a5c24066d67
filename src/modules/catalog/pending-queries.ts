import { sql } from 'kysely'
import type { Tx } from '../../platform/database/database.ts'
import { idsBelow } from './category-queries.ts'

export interface Pending {
  productId: string
  /** Whether search text may be old too, or only the shelf. */
  hasNewTexts: boolean
}

/** Marks products whose shelf rows, and perhaps search text, have to be made anew. */
export async function markPending(
  tx: Tx,
  productIds: readonly string[],
  { hasNewTexts }: Pick<Pending, 'hasNewTexts'>,
): Promise<void> {
  await sql`
    insert into shelf_pending (product_id, has_new_texts)
    select id, ${hasNewTexts} from unnest(${productIds}::text[]) as id`.execute(tx)
}

/** The same for everything in a category and below it. */
export async function markPendingBelow(tx: Tx, categoryId: string): Promise<void> {
  await sql`
    insert into shelf_pending (product_id, has_new_texts)
    select id, true from products where category_id in (${idsBelow(categoryId)})`.execute(tx)
}

/**
 * Takes some of the marks, the oldest first, those aside that another transaction has taken. They are back when the
 * transaction is rolled back. The products, each once.
 */
export async function takePending(tx: Tx, limit: number): Promise<Pending[]> {
  const { rows } = await sql<Pending>`
    with taken as (
      delete from shelf_pending where number in (
        select number from shelf_pending order by number limit ${limit} for update skip locked
      ) returning product_id, has_new_texts
    )
    select product_id as "productId", bool_or(has_new_texts) as "hasNewTexts" from taken group by product_id`.execute(
    tx,
  )
  return rows
}

/** Takes the marks that this transaction has made, unless they are of more products than that. */
export async function takeOwnPending(tx: Tx, most: number): Promise<Pending[]> {
  const { rows } = await sql<Pending>`
    with own as materialized (
      select number, product_id from shelf_pending where xmin = pg_current_xact_id()::xid
    ), taken as (
      delete from shelf_pending using own
      where shelf_pending.number = own.number and (select count(distinct product_id) from own) <= ${most}
      returning shelf_pending.product_id, has_new_texts
    )
    select product_id as "productId", bool_or(has_new_texts) as "hasNewTexts" from taken group by product_id`.execute(
    tx,
  )
  return rows
}
