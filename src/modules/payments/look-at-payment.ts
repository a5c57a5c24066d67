import type { Logger } from '../../platform/observability/logger.ts'
import { type CallGatewayDeps, callGateway, type PaymentVendor } from './call-gateway.ts'
import { readCapture } from './capture-queries.ts'
import { ourCurrency } from './payment.ts'
import type { Answer, Payable, SeenTry } from './payment-provider.ts'
import { type Payment, readPayment } from './payment-queries.ts'
import { type SettlePaymentDeps, settlePayment } from './settle-payment.ts'
import { hearRefund } from './settle-refund.ts'

export interface LookAtPaymentDeps extends CallGatewayDeps, SettlePaymentDeps {
  vendors: ReadonlyMap<string, PaymentVendor>
}

export const payableOf = ({ id, orderId, amountPaise }: Payment): Payable => ({
  id,
  orderId,
  amountPaise,
  currency: ourCurrency,
})

export interface Looked {
  payment: Payment
  /** What the client needs to pay now. */
  client: Record<string, unknown> | null
}

/**
 * Asks the provider what became of a payment that it knows, takes money that is only held, and settles what there is,
 * what went back of it too.
 * @returns the refusal of a provider that could not say
 */
export async function lookAtPayment(
  deps: LookAtPaymentDeps,
  payment: Payment & { providerReference: string },
  log: Logger,
): Promise<Answer<Looked>> {
  const vendor = deps.vendors.get(payment.provider)
  if (!vendor) return { outcome: 'unavailable', reason: `${payment.provider} is not known`, alarm: false }
  const payable = { ...payableOf(payment), reference: payment.providerReference }
  const looked = await callGateway(deps, vendor, log, (gateway, wire) => gateway.look(payable, wire))
  if (looked.outcome !== 'done') return looked
  const tries = await takeFirstHeld(deps, vendor, payment, looked.value.tries, log)
  const hasNews = tries.some(({ state }) => state !== 'open')
  const settled = hasNews ? await settlePayment(deps, payment, tries, log) : payment
  const refunds = await settleUntold(deps, vendor, tries, log)
  if (refunds.outcome === 'unavailable') return refunds
  const now = refunds.outcome === 'done' && refunds.value ? await readPayment(deps.database.db, payment.id) : settled
  return { outcome: 'done', value: { payment: now ?? settled, client: looked.value.client } }
}

/** Where more went back at the provider than is known, its refunds are settled. Whether there were such. */
async function settleUntold(
  deps: LookAtPaymentDeps,
  vendor: PaymentVendor,
  tries: readonly SeenTry[],
  log: Logger,
): Promise<Answer<boolean>> {
  let hasNews = false
  for (const { reference, refundedPaise = 0 } of tries) {
    if (refundedPaise === 0) continue
    const capture = await readCapture(deps.database.db, vendor.id, reference)
    if (!capture || capture.refundedPaise >= refundedPaise) continue
    const refunds = await callGateway(deps, vendor, log, (gateway, wire) => gateway.refundsOf(reference, wire))
    if (refunds.outcome !== 'done') return refunds
    // What may be one of ours is settled by its own job.
    for (const seen of refunds.value) await hearRefund(deps, vendor.id, seen, log)
    hasNews = true
  }
  return { outcome: 'done', value: hasNews }
}

/** In turn, and none after the first that is taken. */
async function takeFirstHeld(
  deps: CallGatewayDeps,
  vendor: PaymentVendor,
  payment: Payment,
  seen: readonly SeenTry[],
  log: Logger,
): Promise<SeenTry[]> {
  const isMoney = ({ state, amountPaise }: SeenTry) => state === 'captured' && amountPaise === payment.amountPaise
  const tries: SeenTry[] = []
  let isPaid = seen.some(isMoney)
  for (const each of seen) {
    const now = isPaid ? each : await takeHeld(deps, vendor, payment, each, log)
    isPaid ||= isMoney(now)
    tries.push(now)
  }
  return tries
}

/**
 * Money that is held for a payment that is not paid is taken, also when nobody waits for it any more: then it goes back
 * at once, which is faster than the provider letting it go. Any other amount is left alone, and so is a second one.
 */
async function takeHeld(
  deps: CallGatewayDeps,
  vendor: PaymentVendor,
  payment: Payment,
  seen: SeenTry,
  log: Logger,
): Promise<SeenTry> {
  const capture = vendor.provider.gateway?.capture
  const isWanted = payment.status !== 'captured' && seen.amountPaise === payment.amountPaise
  if (seen.state !== 'authorized' || !capture || !isWanted || seen.currency !== ourCurrency) return seen
  const taken = await callGateway(deps, vendor, log, (_gateway, wire) => capture(seen, wire))
  if (taken.outcome === 'done') return taken.value
  log.warn({ vendor: vendor.id, paymentId: payment.id, reason: taken.reason }, 'held money could not be taken')
  return seen
}
