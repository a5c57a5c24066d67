import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { deleteBuyer, lockBuyer } from './buyer-queries.ts'

/** Erases who bought from all invoices of an erased account, and from those that are being issued at this moment. */
export async function forgetBuyer(
  { database }: { database: Pick<Database, 'background'> },
  userId: string,
): Promise<void> {
  await inTransaction(database.background, async (tx) => {
    await lockBuyer(tx, userId)
    await deleteBuyer(tx, userId)
  })
}
