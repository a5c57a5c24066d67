import type { Queryable } from '../../platform/database/database.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Seal } from '../../platform/seal.ts'
import { callGateway, type PaymentVendor } from './call-gateway.ts'
import { readCaptureOwner } from './capture-queries.ts'
import { type EventKey, markProcessed, takeEvent } from './event-queries.ts'
import { findPaymentOf } from './find-payment-of.ts'
import { type LookAtPaymentDeps, lookAtPayment } from './look-at-payment.ts'
import type { EventSubject, SeenRefund } from './payment-provider.ts'
import { settlePayment } from './settle-payment.ts'
import { hearRefund, type SettleRefundDeps } from './settle-refund.ts'

export interface ProcessEventDeps extends LookAtPaymentDeps, SettleRefundDeps {
  seal: Seal
}

/** So often it may fail before somebody has to look why. */
const manyTries = 5

interface Processing {
  deps: ProcessEventDeps
  vendor: PaymentVendor
  log: Logger
  /** Notes what it came to: in the transaction of that, where there is one. */
  mark(on: Queryable, outcome: 'settled' | 'unknown' | 'noted' | 'unreadable'): Promise<unknown>
}

/**
 * Does what an event leads to, and notes that in the same transaction. Repeated, late or out of order it leads to the
 * same.
 * @throws Error while a provider could not be asked, so that the job is tried again
 */
export async function processEvent(deps: ProcessEventDeps, key: EventKey, log: Logger): Promise<void> {
  const { database, clock, seal, vendors, telemetry } = deps
  const event = await takeEvent(database.db, key, new Date(clock.now()))
  const vendor = vendors.get(key.provider)
  const gateway = vendor?.provider.gateway
  if (!event || !vendor || !gateway) return
  const processing: Processing = {
    deps,
    vendor,
    log,
    mark: (on, outcome) => markProcessed(on, key, outcome, new Date(clock.now())),
  }
  const body = seal.open(event.body)
  if (body !== undefined) {
    if (event.tries > manyTries) telemetry.alarm(log, 'stuck', { provider: vendor.id, eventId: key.eventId })
    return act(processing, gateway.readEvent(body, vendor.settings).about)
  }
  // The key is gone that it was sealed with. What it told is found by looking at the provider.
  telemetry.alarm(log, 'unreadable', { provider: vendor.id, eventId: key.eventId })
  await processing.mark(database.db, 'unreadable')
}

async function act(processing: Processing, about: EventSubject): Promise<void> {
  const { deps, vendor, log, mark } = processing
  if (about.subject === 'payment') return actOnPayment(processing, about)
  if (about.subject === 'refund') return actOnRefund(processing, about.refund)
  if (about.subject === 'dispute') {
    const owner = await readCaptureOwner(deps.database.db, vendor.id, about.captureReference)
    deps.telemetry.alarm(log, 'dispute', { provider: vendor.id, state: about.state, ...owner })
  }
  await mark(deps.database.db, 'noted')
}

async function actOnPayment(
  { deps, vendor, log, mark }: Processing,
  about: Extract<EventSubject, { subject: 'payment' }>,
): Promise<void> {
  const payment = await findPaymentOf(deps, vendor, about, log)
  if (!payment) {
    log.warn({ vendor: vendor.id }, 'a payment event is about none of our payments')
    return void (await mark(deps.database.db, 'unknown'))
  }
  if (about.mustLook) {
    const looked = await lookAtPayment(deps, payment, log)
    if (looked.outcome === 'unavailable') throw new Error(looked.reason)
  }
  await settlePayment(deps, payment, about.tries, log, (tx) => mark(tx, 'settled'))
}

async function actOnRefund({ deps, vendor, log, mark }: Processing, seen: SeenRefund): Promise<void> {
  const hear = () => hearRefund(deps, vendor.id, seen, log, (tx) => mark(tx, 'settled'))
  const first = await hear()
  const isLearned = first === 'unknown' && (await learnOfMoney(deps, vendor, seen.captureReference, log))
  const heard = isLearned ? await hear() : first
  if (heard === 'unclear') throw new Error('It may be a refund of ours.')
  if (heard === 'unknown') await mark(deps.database.db, 'unknown')
}

/** Money that went back before anybody told of its coming came in all the same. Whether it is for a payment of ours. */
async function learnOfMoney(
  deps: ProcessEventDeps,
  vendor: PaymentVendor,
  captureReference: string,
  log: Logger,
): Promise<boolean> {
  if (captureReference === '') return false
  const found = await callGateway(deps, vendor, log, (gateway, wire) => gateway.findMoney(captureReference, wire))
  if (found.outcome === 'unavailable') throw new Error(found.reason)
  if (found.outcome !== 'done' || !found.value) return false
  const payment = await findPaymentOf(deps, vendor, found.value, log)
  if (payment) await settlePayment(deps, payment, found.value.tries, log)
  return payment !== undefined
}
