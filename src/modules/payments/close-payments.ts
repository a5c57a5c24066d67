import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/database/database.ts'
import { closeOpen } from './payment-queries.ts'

export interface ClosePaymentsDeps {
  clock: Clock
  /** Whether the provider can be told that nobody is to pay any more. */
  canCancel(provider: string): boolean
  enqueueCancel(tx: Tx, paymentId: string): Promise<void>
}

/** Nobody waits for this order's money any more. Providers are told by a job. With the order's row held. */
export async function closePayments(
  { clock, canCancel, enqueueCancel }: ClosePaymentsDeps,
  tx: Tx,
  orderId: string,
): Promise<void> {
  const closed = await closeOpen(tx, orderId, new Date(clock.now()))
  for (const { id, provider, providerReference } of closed)
    if (providerReference !== null && canCancel(provider)) await enqueueCancel(tx, id)
}
