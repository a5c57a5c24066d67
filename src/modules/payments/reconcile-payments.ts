import { startStopwatch } from '../../platform/clock.ts'
import type { Database, Queryable } from '../../platform/database/database.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Attempt } from '../../platform/queue/job.ts'
import { readDueEvents } from './event-queries.ts'
import { lookAtPayment } from './look-at-payment.ts'
import { nextPaymentLook } from './payment.ts'
import { endLooks, type Payment, readDuePayments, setLookAt } from './payment-queries.ts'
import { type ProcessEventDeps, processEvent } from './process-event.ts'
import { readDueRefunds } from './refund-queries.ts'
import { type SendRefundDeps, sendRefund } from './send-refund.ts'
import { adopt } from './start-payment.ts'

export type ReconcilePaymentsDeps = ProcessEventDeps & SendRefundDeps & { database: Pick<Database, 'background'> }

const batch = 100
const atOnce = 8
/** An attempt of a job has a minute. */
const longestMs = 40_000
const soonMs = 60_000
const stuckMs = 15 * 60_000

/**
 * Finds out what nobody told: events whose jobs did not get far, payments of which nothing was heard, refunds that are
 * not done. What cannot be found out now is looked at again later. Ends within a minute, however much there is; the
 * longest waiting come first.
 */
export async function reconcilePayments(deps: ReconcilePaymentsDeps, { log, signal }: Attempt): Promise<void> {
  const elapsed = startStopwatch()
  const isOver = () => signal.aborted || elapsed() > longestMs
  const { background } = deps.database
  const all = async <T>(
    readDue: (on: Queryable, now: Date, limit: number) => Promise<T[]>,
    work: (each: T) => Promise<void>,
  ) => {
    let due: T[]
    do {
      due = await readDue(background, new Date(deps.clock.now()), batch)
      await eachOf(due, isOver, work, log)
    } while (due.length === batch && !isOver())
  }
  await all(readDueEvents, (key) => processEvent(deps, key, log))
  await all(readDuePayments, (payment) => lookAtDue(deps, payment, log))
  await all(readDueRefunds, ({ id }) => sendRefund(deps, id, log))
}

/** Some at once. One that fails is no reason to leave the others alone: its next look is written down already. */
async function eachOf<T>(
  items: readonly T[],
  isOver: () => boolean,
  work: (item: T) => Promise<void>,
  log: Logger,
): Promise<void> {
  const left = [...items]
  const one = async () => {
    for (let item = left.shift(); item !== undefined && !isOver(); item = left.shift())
      await work(item).catch((error: unknown) => log.warn({ err: error }, 'reconciliation has to look again'))
  }
  await Promise.all(Array.from({ length: atOnce }, one))
}

/**
 * The next look is written down before this one, so that whoever dies in it leaves another; that there is none follows
 * it. What is settled by it decides about the next by itself.
 */
async function lookAtDue(deps: ReconcilePaymentsDeps, payment: Payment, log: Logger): Promise<void> {
  const { database, clock } = deps
  const now = clock.now()
  const soon = new Date(now + soonMs)
  const isPaid = payment.status === 'captured' // then this is the last look
  const next = isPaid ? null : nextPaymentLook(payment.createdAt.getTime(), now)
  const written = next ?? soon
  await setLookAt(database.db, payment.id, written)
  if (!(await hasAnswer(deps, payment, log))) await setLookAt(database.db, payment.id, soon)
  else if (next === null) await endLooks(database.db, payment.id, written)
}

/** Whether the provider could say what became of a payment, or has never heard of it. */
async function hasAnswer(deps: ReconcilePaymentsDeps, payment: Payment, log: Logger): Promise<boolean> {
  const vendor = deps.vendors.get(payment.provider)
  if (!vendor) return true
  const isLost = payment.providerReference === null && payment.starts > 0
  const providerReference = isLost ? await adopt(deps, vendor, payment, log) : payment.providerReference
  if (providerReference === null || providerReference === undefined) return true
  const looked = await lookAtPayment(deps, { ...payment, providerReference }, log).catch((error: unknown) => {
    // Not the provider: whoever listens does not take it, and it was not the first time.
    const isStuck = deps.clock.now() - payment.createdAt.getTime() > stuckMs
    if (isStuck) deps.telemetry.alarm(log, 'stuck', { provider: vendor.id, paymentId: payment.id })
    throw error
  })
  return looked.outcome !== 'unavailable'
}
