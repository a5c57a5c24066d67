import type { Payment } from './payment-queries.ts'
import type { PaymentRecord, RefundRecord } from './payments.ts'
import type { Refund } from './refund-queries.ts'

export const toPaymentRecord = (payment: Payment): PaymentRecord => ({
  id: payment.id,
  orderId: payment.orderId,
  method: payment.provider,
  kind: payment.kind,
  status: payment.status,
  amountPaise: payment.amountPaise,
  receivedPaise: payment.receivedPaise,
  refundedPaise: payment.refundedPaise,
})

export const toRefundRecord = ({
  id,
  orderId,
  paymentId,
  amountPaise,
  status,
  reason,
  settledBy,
}: Refund): RefundRecord => ({
  id,
  orderId,
  paymentId,
  amountPaise,
  status,
  reason,
  byHand: settledBy !== null,
})

export const toPaymentView = (payment: Payment) => ({
  ...toPaymentRecord(payment),
  createdAt: payment.createdAt.toISOString(),
})

export const toRefundView = (refund: Refund) => ({
  ...toRefundRecord(refund),
  createdAt: refund.createdAt.toISOString(),
})
