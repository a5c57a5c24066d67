import { sql } from 'kysely'
import type { Tx } from '../../platform/database/database.ts'

/** Notes how much was found of each line of an order. */
export async function setFound(tx: Tx, orderId: string, found: ReadonlyMap<string, number>): Promise<void> {
  await sql`
    update order_lines set found_quantity = found.quantity
    from unnest(${[...found.keys()]}::text[], ${[...found.values()]}::int[]) as found (variant_id, quantity)
    where order_id = ${orderId} and order_lines.variant_id = found.variant_id`.execute(tx)
}
