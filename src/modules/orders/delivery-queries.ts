import type { Tx } from '../../platform/database/database.ts'

/** Counts a wrong code. With the order's row held, so that none of several at once is missed. */
export async function addCodeTry(tx: Tx, orderId: string): Promise<void> {
  await tx
    .updateTable('orders')
    .set(({ eb }) => ({ code_tries: eb('code_tries', '+', 1) }))
    .where('id', '=', orderId)
    .execute()
}
