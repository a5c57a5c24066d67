import type { Queryable } from '../../platform/database/database.ts'
import { type Caller, mayActIn } from '../accounts/index.ts'
import { paymentProblems } from './payment-problems.ts'
import { type Payment, readPayment } from './payment-queries.ts'
import { type Refund, readRefund } from './refund-queries.ts'

/** What somebody wants to do with a payment: pay it, see it, or manage it. */
type Purpose = 'pay' | 'see' | 'manage'

const isOwner = (caller: Caller, { userId }: Payment): boolean => caller.userId === userId

/**
 * A payment, for its owner or who manages its store.
 * @throws payment.not_found for everybody else
 */
export async function findPayment(on: Queryable, id: string, caller: Caller, purpose: Purpose): Promise<Payment> {
  const payment = await readPayment(on, id)
  const mayUse = (found: Payment) =>
    (purpose !== 'manage' && isOwner(caller, found)) || (purpose !== 'pay' && mayActIn(caller, found.storeId))
  if (!payment || !mayUse(payment)) throw paymentProblems.notFound()
  return payment
}

/** @throws payment.refund_not_found for who does not manage its store */
export async function findRefundToManage(on: Queryable, id: string, caller: Caller): Promise<Refund> {
  const refund = await readRefund(on, id)
  if (!refund || !mayActIn(caller, refund.storeId)) throw paymentProblems.refundNotFound()
  return refund
}
