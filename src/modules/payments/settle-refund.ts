import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { newId } from '../../platform/ids.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { readCapture, readCaptureOwner } from './capture-queries.ts'
import { mayRefundBecome, nextRefundLook, type RefundStatus } from './payment.ts'
import type { SeenRefund } from './payment-provider.ts'
import { lockPayment } from './payment-queries.ts'
import { toRefundRecord } from './payment-views.ts'
import type { PaymentListener } from './payments.ts'
import type { PaymentsTelemetry } from './payments-telemetry.ts'
import { findRefund, insertRefund, moveRefund, type Refund, readRefund, readUnnamedRefunds } from './refund-queries.ts'

export interface SettleRefundDeps {
  database: Pick<Database, 'db'>
  clock: Clock
  listener(): PaymentListener
  telemetry: PaymentsTelemetry
}

/** What became of a refund: as a provider has it, or that it will not do it. */
export interface RefundNews {
  state: 'pending' | 'processed' | 'failed'
  reference?: string
  reason?: string
}

const isOpenRefund = (status: RefundStatus): boolean => status === 'requested' || status === 'pending'

/**
 * Moves a refund on, never back, and tells the listener in the same transaction. What failed can be given back again,
 * and needs a person; what a person gave back stays so, whatever the provider says. The order is locked before the payment, the payment before the refund.
 *
 * @param also what has to be committed together with it
 */
export function settleRefund(
  deps: SettleRefundDeps,
  { id, orderId, paymentId }: Pick<Refund, 'id' | 'orderId' | 'paymentId'>,
  news: RefundNews,
  log: Logger,
  also: (tx: Tx) => Promise<unknown> = async () => undefined,
): Promise<void> {
  return inTransaction(deps.database.db, async (tx) => {
    await deps.listener().lock(tx, orderId)
    await lockPayment(tx, paymentId)
    const refund = await readRefund(tx, id)
    if (!refund) throw new Error('There is no such refund.')
    await moveOn(deps, tx, refund, news, log)
    await also(tx)
  })
}

async function moveOn(
  { clock, listener, telemetry }: SettleRefundDeps,
  tx: Tx,
  refund: Refund,
  { state: status, reference, reason }: RefundNews,
  log: Logger,
): Promise<void> {
  const { id, paymentId, provider, amountPaise, createdAt } = refund
  const facts = { provider, refundId: id, paymentId, amountPaise }
  const isByHand = refund.settledBy !== null
  if ((refund.status === 'failed' || isByHand) && status === 'processed') telemetry.alarm(log, 'refund_revived', facts)
  if (isByHand || !mayRefundBecome(refund.status, status)) return
  const now = clock.now()
  await moveRefund(tx, id, {
    status,
    ...(reference !== undefined && { reference }),
    ...(status === 'failed' && { failure: (reason ?? `${provider} failed`).slice(0, 100) }),
    lookAt: isOpenRefund(status) ? nextRefundLook(createdAt.getTime(), now) : null,
    now: new Date(now),
  })
  telemetry.refunded(provider, status)
  if (status === 'failed') telemetry.alarm(log, 'refund_failed', { ...facts, reason })
  await listener().refunded(tx, { ...toRefundRecord(refund), status })
}

/** `unknown`: the money is not that it gives back. `unclear`: it may be one of ours whose answer is on its way. */
export type RefundHeard = 'settled' | 'unknown' | 'unclear'

/**
 * Settles a refund that a provider tells of: one of ours, or else one that was made there, which is noted so that the
 * same money is not given back twice.
 *
 * @param also what has to be committed together with it
 */
export async function hearRefund(
  deps: SettleRefundDeps,
  provider: string,
  seen: SeenRefund,
  log: Logger,
  also: (tx: Tx) => Promise<unknown> = async () => undefined,
): Promise<RefundHeard> {
  const refund = await findRefund(deps.database.db, provider, seen)
  if (!refund) return addForeignRefund(deps, provider, seen, log, also)
  await settleRefund(deps, refund, seen, log, also)
  return 'settled'
}

function addForeignRefund(
  deps: SettleRefundDeps,
  provider: string,
  seen: SeenRefund,
  log: Logger,
  also: (tx: Tx) => Promise<unknown>,
): Promise<RefundHeard> {
  return inTransaction(deps.database.db, async (tx) => {
    const owner = await readCaptureOwner(tx, provider, seen.captureReference)
    if (!owner) return 'unknown'
    await deps.listener().lock(tx, owner.orderId)
    await lockPayment(tx, owner.paymentId)
    if (!(await addForeign(deps, tx, provider, seen, log))) return 'unclear'
    await also(tx)
    return 'settled'
  })
}

/** Whether it is clear that it is none of ours. */
async function addForeign(
  { clock, listener, telemetry }: SettleRefundDeps,
  tx: Tx,
  provider: string,
  { reference, state, amountPaise, captureReference }: SeenRefund,
  log: Logger,
): Promise<boolean> {
  const capture = await readCapture(tx, provider, captureReference)
  if (!capture || state === 'failed') return true
  const { orderId, paymentId, number } = capture
  const ours = await readUnnamedRefunds(tx, paymentId, number)
  if (ours.some((each) => each.amountPaise === amountPaise)) return false
  if (capture.leftPaise < amountPaise) {
    telemetry.alarm(log, 'refund_unaccounted', { provider, paymentId, amountPaise })
    return true
  }
  const now = clock.now()
  const id = newId('rfd')
  const reason = 'Made at the provider'
  await insertRefund(tx, {
    id,
    paymentId,
    captureNumber: number,
    amountPaise,
    status: state,
    reason,
    reference: `${provider} ${reference}`,
    providerReference: reference,
    lookAt: state === 'pending' ? nextRefundLook(now, now) : null,
    now: new Date(now),
  })
  telemetry.refunded(provider, state)
  await listener().refunded(tx, { id, orderId, paymentId, amountPaise, status: state, reason, byHand: false })
  return true
}
