import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { type Refundable, readRefundable } from './capture-queries.ts'
import { nextRefundLook } from './payment.ts'
import { lockPaymentsOfOrder } from './payment-queries.ts'
import { toRefundRecord } from './payment-views.ts'
import type { PaymentListener, RefundRecord } from './payments.ts'
import type { PaymentsTelemetry } from './payments-telemetry.ts'
import { insertRefund, readRefundsAskedFor } from './refund-queries.ts'

export interface RefundPaymentsDeps {
  clock: Clock
  /** The smallest amount that a provider gives back; `undefined` for one that cannot give anything back. */
  leastRefundOf(provider: string): number | undefined
  enqueueRefund(tx: Tx, refundId: string): Promise<void>
  listener(): PaymentListener
  telemetry: PaymentsTelemetry
}

export interface RefundWanted {
  orderId: string
  /** Only of this payment. */
  paymentId?: string
  /** Only of this capture of that payment. */
  captureNumber?: number
  amountPaise?: number
  reason: string
  reference: string
  actorId?: string
}

/**
 * Gives money of an order back, as much as was received and not yet given back, at most what is wanted. The same
 * reference does so once, also when there was nothing to give back. What needs a person is told to the listener. With the
 * order's row held.
 */
export async function refundPayments(deps: RefundPaymentsDeps, tx: Tx, wanted: RefundWanted): Promise<RefundRecord[]> {
  const { orderId, amountPaise = Number.POSITIVE_INFINITY, reference } = wanted
  await lockPaymentsOfOrder(tx, orderId)
  const known = await readRefundsAskedFor(tx, orderId, reference)
  if (known.length > 0) return known.map(toRefundRecord)

  const made: RefundRecord[] = []
  let left = amountPaise
  for (const capture of await readRefundable(tx, wanted)) {
    const amount = Math.min(left, capture.leftPaise)
    if (amount <= 0) break
    made.push(await refundCapture(deps, tx, wanted, capture, amount))
    left -= amount
  }
  return made
}

async function refundCapture(
  { clock, leastRefundOf, enqueueRefund, listener, telemetry }: RefundPaymentsDeps,
  tx: Tx,
  { orderId, reason, reference, actorId }: RefundWanted,
  { paymentId, number, provider }: Refundable,
  amountPaise: number,
): Promise<RefundRecord> {
  const id = newId('rfd')
  const now = clock.now()
  const least = leastRefundOf(provider)
  const status = least !== undefined && amountPaise >= least ? 'requested' : 'manual'
  await insertRefund(tx, {
    id,
    paymentId,
    captureNumber: number,
    amountPaise,
    status,
    reason,
    reference,
    ...(actorId !== undefined && { actorId }),
    lookAt: status === 'requested' ? nextRefundLook(now, now) : null,
    now: new Date(now),
  })
  if (status === 'requested') await enqueueRefund(tx, id)
  telemetry.refunded(provider, status)
  const made = { id, orderId, paymentId, amountPaise, status, reason, byHand: false } as const
  if (status === 'manual') await listener().refunded(tx, made)
  return made
}
