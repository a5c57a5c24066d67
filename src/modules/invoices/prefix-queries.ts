import type { Queryable, Tx } from '../../platform/database/database.ts'

export async function readPrefix(on: Queryable, storeId: string): Promise<string | undefined> {
  const row = await on
    .selectFrom('invoice_prefixes')
    .select('prefix')
    .where('store_id', '=', storeId)
    .executeTakeFirst()
  return row?.prefix
}

/** Nothing happens when the store has one, or another store has this. */
export async function insertPrefix(tx: Tx, storeId: string, prefix: string): Promise<void> {
  await tx
    .insertInto('invoice_prefixes')
    .values({ store_id: storeId, prefix })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
