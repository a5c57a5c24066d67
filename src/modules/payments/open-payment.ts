import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { nextPaymentLook } from './payment.ts'
import { insertPayment, type NewPayment } from './payment-queries.ts'
import type { OpenedPayment, PaymentRecord, Payments } from './payments.ts'

export interface OpenPaymentDeps {
  clock: Clock
  methodsFor: Payments['methodsFor']
}

/**
 * Notes what is to be paid for an order; nobody is told yet.
 * @throws RangeError for a method that is not offered, or an amount that it does not take
 */
export async function openPayment(
  { clock, methodsFor }: OpenPaymentDeps,
  tx: Tx,
  wanted: OpenedPayment,
): Promise<PaymentRecord> {
  const { id: paymentId = newId('pay'), method: id, amountPaise, ...whose } = wanted
  const method = methodsFor(amountPaise).find((each) => each.id === id)
  if (!method) throw new RangeError('This payment method is not offered.')
  if (!method.isOpen) throw new RangeError('This payment method does not take such an amount.')
  const { kind } = method
  const now = clock.now()
  const payment: NewPayment = {
    ...whose,
    id: paymentId,
    provider: id,
    kind,
    status: kind === 'cash' ? 'due' : 'created',
    amountPaise,
    lookAt: kind === 'cash' ? null : nextPaymentLook(now, now),
    now: new Date(now),
  }
  await insertPayment(tx, payment)
  const { orderId, status } = payment
  return { id: payment.id, orderId, method: id, kind, status, amountPaise, receivedPaise: 0, refundedPaise: 0 }
}
