import { newId } from '../../platform/ids.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Caller } from '../accounts/index.ts'
import { isOpen } from './payment.ts'
import { findPayment } from './payment-access.ts'
import { paymentProblems } from './payment-problems.ts'
import { type ReceiveEventDeps, receiveEvent } from './receive-event.ts'

/**
 * Says in the test provider's place that somebody has paid, or that it failed. It goes the way of a webhook, so that it
 * is known a moment later. Development only.
 * @throws payment.not_found, payment.not_simulated
 */
export async function simulatePayment(
  deps: ReceiveEventDeps,
  {
    paymentId,
    caller,
    outcome,
    log,
  }: { paymentId: string; caller: Caller; outcome: 'captured' | 'failed'; log: Logger },
): Promise<void> {
  const { provider, status, amountPaise } = await findPayment(deps.database.db, paymentId, caller, 'see')
  if (provider !== 'test' || !isOpen(status)) throw paymentProblems.notSimulated()
  const said = { id: newId('evt'), paymentId, outcome, amountPaise }
  await receiveEvent(deps, provider, { headers: {}, body: Buffer.from(JSON.stringify(said)) }, log)
}
