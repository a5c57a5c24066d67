import { sql } from 'kysely'
import type { Tx } from '../../platform/database/database.ts'

/** Until the transaction ends, either an invoice of somebody is issued or what is personal about them is erased. */
export async function lockBuyer(tx: Tx, userId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`invoices of ${userId}`}, 0))`.execute(tx)
}

export async function deleteBuyer(tx: Tx, userId: string): Promise<number> {
  const { numDeletedRows } = await tx.deleteFrom('invoice_buyers').where('user_id', '=', userId).executeTakeFirst()
  return Number(numDeletedRows)
}
