import type { Tx } from '../../platform/database/database.ts'
import { readOrder } from './order-queries.ts'
import { type StepOrderDeps, stepOrder } from './step-order.ts'

/**
 * A try to pay has failed. An order that waits for just this payment says so, and can be paid again; what fails of an earlier
 * payment, or later than the money came, changes nothing.
 */
export async function whenPaymentFailed(
  deps: StepOrderDeps,
  tx: Tx,
  { orderId, paymentId }: { orderId: string; paymentId: string },
): Promise<void> {
  const order = await readOrder(tx, orderId)
  if (order?.status !== 'pending_payment' || order.paymentId !== paymentId) return
  await stepOrder(deps, tx, order, { to: 'payment_failed', actor: 'provider', actorId: null })
}
