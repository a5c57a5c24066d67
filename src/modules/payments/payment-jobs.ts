import type { Queryable } from '../../platform/database/database.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import { cancelPayment } from './cancel-payment.ts'
import { type EventKey, forgetBodies } from './event-queries.ts'
import { processEvent } from './process-event.ts'
import { type ReconcilePaymentsDeps, reconcilePayments } from './reconcile-payments.ts'
import { sendRefund } from './send-refund.ts'

export type PaymentJobsDeps = ReconcilePaymentsDeps & {
  queue: Pick<Queue, 'define' | 'enqueue' | 'schedule'>
  reconcileSeconds: number
  eventBodyDays: number
}

/** With these the last attempt is some twelve hours after the first; from then on reconciliation looks after it. */
const patient = { retries: 20, backoff: { firstSeconds: 5, longestSeconds: 3600 } }

/** The work that follows from a transaction, each kind with the way to ask for it. */
export function definePaymentJobs(deps: PaymentJobsDeps) {
  const { queue } = deps
  const refund = queue.define<{ refundId: string }>({
    ...patient,
    name: 'payments/refund',
    handle: ({ refundId }, { log }) => sendRefund(deps, refundId, log),
  })
  const cancel = queue.define<{ paymentId: string }>({
    ...patient,
    name: 'payments/cancel',
    handle: ({ paymentId }, { log }) => cancelPayment(deps, paymentId, log),
  })
  const event = queue.define<EventKey>({
    name: 'payments/process-event',
    atOnce: 8,
    restMs: 40, // few at a time: a provider waits for the answers meanwhile
    handle: (key, { log }) => processEvent(deps, key, log),
  })
  queue.schedule({
    name: 'payments/reconcile',
    everySeconds: deps.reconcileSeconds,
    handle: (attempt) => reconcilePayments(deps, attempt),
  })
  queue.schedule({
    name: 'payments/forget-events',
    everySeconds: 3600,
    handle: () => forgetBodies(deps.database.db, new Date(deps.clock.now() - deps.eventBodyDays * 86_400_000)),
  })
  return {
    enqueueEvent: (on: Queryable, key: EventKey) => queue.enqueue(on, event, key),
    enqueueRefund: (on: Queryable, refundId: string) => queue.enqueue(on, refund, { refundId }),
    enqueueCancel: (on: Queryable, paymentId: string) => queue.enqueue(on, cancel, { paymentId }),
  }
}
