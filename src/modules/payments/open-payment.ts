import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { nextPaymentLook } from './payment.ts'
import { insertPayment, type NewPayment } from './payment-queries.ts'
import type { OpenedPayment, PaymentMethod, PaymentRecord } from './payments.ts'

export interface OpenPaymentDeps {
  clock: Clock
  methods(): readonly PaymentMethod[]
}

/**
 * Notes what is to be paid for an order; nobody is told yet.
 * @throws RangeError for a method that is not offered, or an amount that it does not take
 */
export async function openPayment(
  { clock, methods }: OpenPaymentDeps,
  tx: Tx,
  wanted: OpenedPayment,
): Promise<PaymentRecord> {
  const { id: paymentId = newId('pay'), method: id, amountPaise, ...whose } = wanted
  const method = methods().find((each) => each.id === id)
  if (!method) throw new RangeError('This payment method is not offered.')
  const { kind, leastPaise, mostPaise } = method
  if (!Number.isInteger(amountPaise) || amountPaise < leastPaise || (mostPaise !== null && amountPaise > mostPaise))
    throw new RangeError('This payment method does not take such an amount.')
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
