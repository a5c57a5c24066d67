import { sql } from 'kysely'
import type { Tx } from '../../platform/database/database.ts'

/** Notes of all orders of an account that it was erased. */
export async function markErased(tx: Tx, userId: string, now: Date): Promise<void> {
  await tx
    .updateTable('orders')
    .set({ owner_left_at: now })
    .where('user_id', '=', userId)
    .where('owner_left_at', 'is', null)
    .execute()
}

/**
 * Erases what is personal in orders of accounts that are gone, once they have ended: until then somebody has to find the door.
 * How many.
 */
export async function eraseEnded(tx: Tx, { now, limit }: { now: Date; limit: number }): Promise<number> {
  const { numAffectedRows } = await sql`
    update orders set erased_at = ${now}, delivery_code = null,
      address = jsonb_build_object('label', null, 'lines', null, 'landmark', null, 'pincode', address->'pincode',
        'point', null, 'instructions', null)
    where id in (
      select id from orders where owner_left_at is not null and erased_at is null
        and status in ('expired', 'delivered', 'returned_to_store', 'cancelled')
      limit ${limit} for update skip locked
    )`.execute(tx)
  return Number(numAffectedRows ?? 0n)
}
