import type { Logger } from '../../platform/observability/logger.ts'
import { type CallGatewayDeps, callGateway, type PaymentVendor } from './call-gateway.ts'
import { nextRefundLook } from './payment.ts'
import type { Answer, SeenRefund } from './payment-provider.ts'
import { noteRefundTry, type Refund, readCaptureReference, readRefund } from './refund-queries.ts'
import { type SettleRefundDeps, settleRefund } from './settle-refund.ts'

export interface SendRefundDeps extends CallGatewayDeps, SettleRefundDeps {
  vendors: ReadonlyMap<string, PaymentVendor>
}

/**
 * Has the provider give money back, or asks what became of that. Repeated it gives back once: the provider goes by the
 * refund's id, and after a lost answer it is asked before it is told again, because it forgets such ids in time.
 * @throws Error while the provider could not say, so that the job is tried again
 */
export async function sendRefund(deps: SendRefundDeps, refundId: string, log: Logger): Promise<void> {
  const { database, clock, vendors } = deps
  const { db } = database
  const refund = await readRefund(db, refundId)
  if (refund?.status !== 'requested' && refund?.status !== 'pending') return

  const now = clock.now()
  const tries = await noteRefundTry(db, refundId, nextRefundLook(refund.createdAt.getTime(), now), new Date(now))
  const vendor = vendors.get(refund.provider)
  if (!vendor) return
  const captureReference = await readCaptureReference(db, refund.paymentId, refund.captureNumber)
  const answer = await ask(deps, vendor, { refund, captureReference, mayBeKnown: tries > 1 }, log)
  if (answer.outcome === 'unavailable') throw new Error(answer.reason)
  const news = answer.outcome === 'done' ? answer.value : { state: 'failed' as const, reason: answer.reason }
  await settleRefund(deps, refund, news, log)
}

async function ask(
  deps: SendRefundDeps,
  vendor: PaymentVendor,
  { refund, captureReference, mayBeKnown }: { refund: Refund; captureReference: string; mayBeKnown: boolean },
  log: Logger,
): Promise<Answer<SeenRefund>> {
  const { id, amountPaise, providerReference } = refund
  if (mayBeKnown || providerReference !== null) {
    const wanted = { id, captureReference, reference: providerReference }
    const found = await callGateway(deps, vendor, log, (gateway, wire) => gateway.findRefund(wanted, wire))
    if (found.outcome === 'unavailable') return found
    if (found.outcome === 'done' && found.value) return { outcome: 'done', value: found.value }
    if (providerReference !== null) return { outcome: 'unavailable', reason: `${vendor.id} lost a refund`, alarm: true }
  }
  const wanted = { id, captureReference, amountPaise }
  return callGateway(deps, vendor, log, (gateway, wire) => gateway.refund(wanted, wire))
}
