import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { type IdempotentAnswer, idempotently } from '../../platform/idempotency/idempotently.ts'
import type { Caller } from '../accounts/index.ts'
import { findPayment } from './payment-access.ts'
import { paymentProblems } from './payment-problems.ts'
import { lockPayment } from './payment-queries.ts'
import type { PaymentListener, RefundRecord } from './payments.ts'
import { type RefundPaymentsDeps, refundPayments } from './refund-payments.ts'

export interface RequestRefundDeps extends RefundPaymentsDeps {
  database: Pick<Database, 'db'>
  clock: Clock
  listener(): PaymentListener
}

export interface RefundAnswer {
  success: true
  refunds: RefundRecord[]
}

/**
 * Somebody who manages the store gives money of a payment back: this much, or all that is left. The same key once.
 * @throws payment.not_found, payment.not_refundable with what is left; idempotency.*
 */
export async function requestRefund(
  deps: RequestRefundDeps,
  {
    paymentId,
    caller,
    amountPaise,
    reason,
    key,
  }: { paymentId: string; caller: Caller; amountPaise?: number; reason: string; key: string },
): Promise<IdempotentAnswer<RefundAnswer>> {
  const { orderId } = await findPayment(deps.database.db, paymentId, caller, 'manage')
  const actorId = caller.userId
  const request = ['payment-refund', paymentId, amountPaise ?? null, reason]
  return idempotently<RefundAnswer>(deps, { principal: actorId, key, request }, async (tx) => {
    await deps.listener().lock(tx, orderId)
    const payment = await lockPayment(tx, paymentId)
    const refundablePaise = payment ? payment.receivedPaise - payment.refundedPaise : 0
    const wanted = amountPaise ?? refundablePaise
    if (wanted === 0 || wanted > refundablePaise) throw paymentProblems.notRefundable({ refundablePaise })
    const reference = `request ${actorId} ${key}`
    const refund = { orderId, paymentId, amountPaise: wanted, reason, reference, actorId }
    return { status: 201, body: { success: true, refunds: await refundPayments(deps, tx, refund) } }
  })
}
