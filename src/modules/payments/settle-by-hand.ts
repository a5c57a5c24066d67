import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { constraintOf } from '../../platform/database/statement-error.ts'
import type { Caller } from '../accounts/index.ts'
import { findPayment, findRefundToManage } from './payment-access.ts'
import { paymentProblems } from './payment-problems.ts'
import { lockPayment, markDeposited, type Payment, readPayment } from './payment-queries.ts'
import { toRefundRecord } from './payment-views.ts'
import type { PaymentListener } from './payments.ts'
import type { PaymentsTelemetry } from './payments-telemetry.ts'
import { moveRefund, type Refund, readRefund } from './refund-queries.ts'

export interface SettleByHandDeps {
  database: Pick<Database, 'db'>
  clock: Clock
  listener(): PaymentListener
  telemetry: PaymentsTelemetry
}

/**
 * The cash that a rider collected is with the store: `collected` → `deposited`. Once; the same again changes nothing.
 * @throws payment.not_found, payment.not_collected
 */
export async function depositCash(
  { database, clock }: SettleByHandDeps,
  { paymentId, caller }: { paymentId: string; caller: Caller },
): Promise<Payment> {
  await findPayment(database.db, paymentId, caller, 'manage')
  return inTransaction(database.db, async (tx) => {
    await markDeposited(tx, paymentId, caller.userId, new Date(clock.now()))
    const payment = await readPayment(tx, paymentId)
    if (payment?.status !== 'deposited') throw paymentProblems.notCollected()
    return payment
  })
}

/**
 * Somebody has given back what no provider could or would: `manual` or `failed` → `processed`.
 * @throws payment.refund_not_found, payment.refund_settled when there was nothing to do, or another refund gave it back
 */
export async function settleRefundByHand(
  { database, clock, listener, telemetry }: SettleByHandDeps,
  { refundId, caller, note }: { refundId: string; caller: Caller; note: string },
): Promise<Refund> {
  const { orderId, paymentId } = await findRefundToManage(database.db, refundId, caller)
  try {
    return await inTransaction(database.db, async (tx) => {
      await listener().lock(tx, orderId)
      await lockPayment(tx, paymentId)
      const refund = await readRefund(tx, refundId)
      if (refund?.status !== 'manual' && refund?.status !== 'failed') throw paymentProblems.refundSettled()
      const byHand = { actorId: caller.userId, note }
      await moveRefund(tx, refundId, { status: 'processed', byHand, lookAt: null, now: new Date(clock.now()) })
      telemetry.refunded(refund.provider, 'processed')
      await listener().refunded(tx, { ...toRefundRecord(refund), status: 'processed', byHand: true })
      return { ...refund, status: 'processed' as const }
    })
  } catch (error) {
    if (constraintOf(error)?.endsWith('_refunded_was_received')) throw paymentProblems.refundSettled()
    throw error
  }
}
