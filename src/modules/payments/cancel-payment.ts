import type { Logger } from '../../platform/observability/logger.ts'
import { callGateway } from './call-gateway.ts'
import { type LookAtPaymentDeps, lookAtPayment } from './look-at-payment.ts'
import { readPayment } from './payment-queries.ts'

/**
 * Tells the provider that nobody is to pay any more. When somebody just has, that is settled.
 * @throws Error while the provider could not say, so that the job is tried again
 */
export async function cancelPayment(deps: LookAtPaymentDeps, paymentId: string, log: Logger): Promise<void> {
  const payment = await readPayment(deps.database.db, paymentId)
  const vendor = payment && deps.vendors.get(payment.provider)
  const cancel = vendor?.provider.gateway?.cancel
  if (payment?.status !== 'closed' || payment.providerReference === null || !vendor || !cancel) return
  const { providerReference } = payment
  const answer = await callGateway(deps, vendor, log, (_gateway, wire) => cancel(providerReference, wire))
  if (answer.outcome === 'unavailable') throw new Error(answer.reason)
  if (answer.outcome === 'done') return
  const looked = await lookAtPayment(deps, { ...payment, providerReference }, log)
  if (looked.outcome === 'unavailable') throw new Error(looked.reason)
}
