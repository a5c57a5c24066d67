import type { Logger } from '../../platform/observability/logger.ts'
import type { Caller } from '../accounts/index.ts'
import { type LookAtPaymentDeps, lookAtPayment } from './look-at-payment.ts'
import { findPayment } from './payment-access.ts'
import { paymentProblems } from './payment-problems.ts'
import type { Payment } from './payment-queries.ts'
import type { RecentAnswers } from './recent-answers.ts'

export interface VerifyPaymentDeps extends LookAtPaymentDeps {
  recent: RecentAnswers
}

/**
 * A customer comes back from the provider's checkout and says that it is paid. What he brings is checked, and then the
 * provider is asked, once in a few seconds, because he may say anything: only what it says is settled.
 *
 * @returns the payment as it is then; it may be some moments until the money is known
 * @throws payment.not_found, payment.not_genuine
 */
export async function verifyPayment(
  deps: VerifyPaymentDeps,
  {
    paymentId,
    caller,
    returned,
    log,
  }: { paymentId: string; caller: Caller; returned: Record<string, unknown>; log: Logger },
): Promise<Payment> {
  const payment = await findPayment(deps.database.db, paymentId, caller, 'pay')
  const vendor = deps.vendors.get(payment.provider)
  const { providerReference } = payment
  const isGenuine = vendor?.provider.gateway?.isGenuine
  if (isGenuine && !isGenuine(returned, providerReference ?? '', vendor.settings)) throw paymentProblems.notGenuine()
  if (payment.kind === 'cash' || payment.status === 'captured' || providerReference === null) return payment
  const known = { ...payment, providerReference }
  const looked = await deps.recent.share(`return ${paymentId}`, () => lookAtPayment(deps, known, log))
  if (looked.outcome === 'done') return looked.value.payment
  log.warn({ vendor: payment.provider, paymentId, reason: looked.reason }, 'a return from the checkout was not checked')
  return payment
}
