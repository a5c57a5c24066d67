import type { Tx } from '../../platform/database/database.ts'

/** The way in which an order is paid for now. With its row held. */
export async function setPayment(
  tx: Tx,
  orderId: string,
  { paymentId, paymentMethod }: { paymentId: string; paymentMethod: string },
): Promise<void> {
  await tx
    .updateTable('orders')
    .set({ payment_id: paymentId, payment_method: paymentMethod })
    .where('id', '=', orderId)
    .execute()
}
