import type { Db } from '../../platform/database/database.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { callGateway, type PaymentVendor } from './call-gateway.ts'
import { type LookAtPaymentDeps, lookAtPayment, payableOf } from './look-at-payment.ts'
import { isOpen } from './payment.ts'
import type { Answer } from './payment-provider.ts'
import { nameReference, noteStart, type Payment, readPayment, setStatusFrom } from './payment-queries.ts'
import { toPaymentRecord } from './payment-views.ts'
import type { StartedPayment } from './payments.ts'
import type { RecentAnswers } from './recent-answers.ts'

export interface StartPaymentDeps extends LookAtPaymentDeps {
  recent: RecentAnswers
  /** Tells the provider that nobody is to pay any more. */
  enqueueCancel(on: Db, paymentId: string): Promise<void>
}

/**
 * Tells the provider of a payment, or looks at one that it knows, unless that was done a moment ago. Of several starts at once all end with the same name
 * of it, so that only one can be paid; one whose answer was lost is found again before another is made. Never throws for
 * a vendor's fault: then there is nothing for the client yet.
 */
export async function startPayment(
  deps: StartPaymentDeps,
  paymentId: string,
  { log }: { log: Logger },
): Promise<StartedPayment> {
  const { database, telemetry } = deps
  const payment = await readPayment(database.db, paymentId)
  if (!payment) throw new RangeError('There is no such payment.')
  const vendor = deps.vendors.get(payment.provider)
  if (payment.kind === 'cash' || !isOpen(payment.status) || !vendor)
    return { payment: toPaymentRecord(payment), client: null }

  const answer = isKnown(payment)
    ? await lookAgain(deps, payment, log)
    : await deps.recent.share(`begin ${paymentId}`, () => begin(deps, vendor, payment, log))
  telemetry.started(payment.provider, answer.outcome === 'done' ? 'started' : answer.outcome)
  if (answer.outcome === 'done') return answer.value
  log.warn({ vendor: payment.provider, paymentId, reason: answer.reason }, 'payment could not be started')
  return { payment: toPaymentRecord(payment), client: null }
}

const isKnown = (payment: Payment): payment is Payment & { providerReference: string } =>
  payment.providerReference !== null

async function lookAgain(
  deps: StartPaymentDeps,
  known: Payment & { providerReference: string },
  log: Logger,
): Promise<Answer<StartedPayment>> {
  const looked = await deps.recent.share(`look ${known.id}`, () => lookAtPayment(deps, known, log))
  if (looked.outcome !== 'done') return looked
  const { payment: settled, client } = looked.value
  if (!isOpen(settled.status)) return { outcome: 'done', value: { payment: toPaymentRecord(settled), client: null } }
  const { db } = deps.database
  // Somebody tries again, so that the next failure is news. Others who share the look may have said so before.
  const status = await setStatusFrom(db, settled.id, 'failed', 'pending', new Date(deps.clock.now()))
  const payment = status ? { ...settled, status } : ((await readPayment(db, settled.id)) ?? settled)
  return {
    outcome: 'done',
    value: { payment: toPaymentRecord(payment), client: isOpen(payment.status) ? client : null },
  }
}

async function begin(
  deps: StartPaymentDeps,
  vendor: PaymentVendor,
  payment: Payment,
  log: Logger,
): Promise<Answer<StartedPayment>> {
  const { db } = deps.database
  const now = new Date(deps.clock.now())
  await noteStart(db, payment.id, now)
  const reference = payment.starts > 0 ? await adopt(deps, vendor, payment, log) : undefined
  if (reference !== undefined) return lookAgain(deps, { ...payment, providerReference: reference }, log)

  const payable = { ...payableOf(payment), starts: payment.starts }
  const begun = await callGateway(deps, vendor, log, (gateway, wire) => gateway.begin(payable, wire))
  if (begun.outcome !== 'done') return begun
  const { status, providerReference } = await nameReference(db, payment.id, begun.value.reference, now)
  const named = { ...payment, status, providerReference: providerReference ?? begun.value.reference }
  if (status === 'closed') await deps.enqueueCancel(db, payment.id) // nobody waits for it since the request left
  if (!isOpen(status)) return { outcome: 'done', value: { payment: toPaymentRecord(named), client: null } }
  if (named.providerReference !== begun.value.reference) return lookAgain(deps, named, log) // another start was first
  return { outcome: 'done', value: { payment: toPaymentRecord(named), client: begun.value.client } }
}

/** Finds what was begun when the answer was lost, and names it. */
export async function adopt(
  deps: Pick<StartPaymentDeps, 'database' | 'clock' | 'timeoutMs' | 'telemetry'>,
  vendor: PaymentVendor,
  payment: Payment,
  log: Logger,
): Promise<string | undefined> {
  const found = await callGateway(deps, vendor, log, (gateway, wire) => gateway.find(payableOf(payment), wire))
  if (found.outcome !== 'done' || found.value === undefined) return undefined
  const named = await nameReference(deps.database.db, payment.id, found.value, new Date(deps.clock.now()))
  return named.providerReference ?? found.value
}
