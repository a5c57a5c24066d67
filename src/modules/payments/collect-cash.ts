import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/database/database.ts'
import { insertCapture } from './capture-queries.ts'
import { ourCurrency } from './payment.ts'
import { lockPaymentsOfOrder, lowerDue, setStatus } from './payment-queries.ts'
import type { PaymentsTelemetry } from './payments-telemetry.ts'

export interface CollectCashDeps {
  clock: Clock
  telemetry: PaymentsTelemetry
}

/** The rider has the money: `due` → `collected`. `false`, and nothing is done, when it is not this much that is due. */
export async function collectCash(
  { clock, telemetry }: CollectCashDeps,
  tx: Tx,
  { orderId, amountPaise, riderId }: { orderId: string; amountPaise: number; riderId: string },
): Promise<boolean> {
  const payment = (await lockPaymentsOfOrder(tx, orderId)).find(({ status }) => status === 'due')
  if (!payment || payment.amountPaise !== amountPaise) return false
  const { id, provider } = payment
  const now = new Date(clock.now())
  if (amountPaise === 0) await setStatus(tx, id, 'collected', now)
  else {
    const cash = { paymentId: id, reference: id, amountPaise, currency: ourCurrency, isExact: true, actorId: riderId }
    await insertCapture(tx, { ...cash, status: 'collected', lookAt: null, now })
    telemetry.captured(provider, true)
  }
  return true
}

/**
 * Less is due from now on.
 * @throws RangeError when no cash is due, or not so much
 */
export async function lowerCashDue(
  { clock }: Pick<CollectCashDeps, 'clock'>,
  tx: Tx,
  orderId: string,
  duePaise: number,
): Promise<void> {
  if (!Number.isInteger(duePaise) || duePaise < 0 || !(await lowerDue(tx, orderId, duePaise, new Date(clock.now()))))
    throw new RangeError('No cash is due of this order, or less already.')
}
