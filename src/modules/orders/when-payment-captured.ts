import type { Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Inventory } from '../inventory/index.ts'
import type { Capture, Payments } from '../payments/index.ts'
import type { Pricing } from '../pricing/index.ts'
import { expireOrder } from './expire-orders.ts'
import { isUnpaid } from './order.ts'
import { readOrder, type StoredOrder } from './order-queries.ts'
import type { MoneyOutcome, OrdersTelemetry } from './orders-telemetry.ts'
import { holdAgain, holdExpired, type PlaceAgainDeps } from './place-again.ts'
import { type StepOrderDeps, stepOrder } from './step-order.ts'
import type { UndoOrderDeps } from './undo-order.ts'

export interface WhenCapturedDeps extends StepOrderDeps, UndoOrderDeps, PlaceAgainDeps {
  log: Logger
  pricing: Pick<Pricing, 'recordOrder' | 'forgetOrder'>
  payments: Pick<Payments, 'close' | 'refund' | 'refundsOf'>
  inventory: Pick<Inventory, 'commit' | 'reserve' | 'release'>
  telemetry: Pick<OrdersTelemetry, 'stepped' | 'moneyCame'>
}

interface Captured {
  order: StoredOrder
  capture: Capture
}

async function giveBack(
  deps: WhenCapturedDeps,
  tx: Tx,
  { capture }: Captured,
  outcome: MoneyOutcome,
): Promise<MoneyOutcome> {
  const { orderId, paymentId, captureNumber, amountPaise } = capture
  const money = { orderId, paymentId, captureNumber, amountPaise }
  // A reference of its own for each capture: each is told once, in the transaction that takes note of it.
  const reference = newId('back')
  await deps.payments.refund(tx, { ...money, reason: outcome.replace('refunded_', ''), reference })
  return outcome
}

/** The order is paid. Other ways in which it might be paid are closed. */
async function place(
  deps: WhenCapturedDeps,
  tx: Tx,
  { order, capture }: Captured,
  reservationId: string,
): Promise<void> {
  await deps.payments.close(tx, order.id)
  const { paymentId, method: paymentMethod } = capture
  // Promised as many minutes as when it was ordered, from now on.
  const promisedMs = order.promisedAt ? order.promisedAt.getTime() - order.createdAt.getTime() : undefined
  const promisedAt = promisedMs === undefined ? {} : { promisedAt: new Date(deps.clock.now() + promisedMs) }
  const change = { paymentId, paymentMethod, reservationId, ...promisedAt }
  await stepOrder(deps, tx, order, { to: 'placed', actor: 'provider', actorId: null, change })
}

async function settleUnpaid(deps: WhenCapturedDeps, tx: Tx, captured: Captured): Promise<MoneyOutcome> {
  const { order } = captured
  const isHeld = await deps.inventory.commit(tx, order.reservationId)
  // The hold may have ended and be another's by now.
  const reservationId = isHeld ? order.reservationId : await holdAgain(deps, tx, order)
  if (reservationId === undefined) {
    await expireOrder(deps, tx, order) // with all its money
    return 'refunded_short'
  }
  await place(deps, tx, captured, reservationId)
  return 'placed'
}

async function settleExpired(deps: WhenCapturedDeps, tx: Tx, captured: Captured): Promise<MoneyOutcome> {
  const held = await holdExpired(deps, tx, captured.order)
  if (held === 'late') return giveBack(deps, tx, captured, 'refunded_late')
  if (held === undefined) return giveBack(deps, tx, captured, 'refunded_short')
  await place(deps, tx, captured, held)
  return 'placed_again'
}

/**
 * Money came in for an order whose row is held: in this same transaction it is placed, or the money is on its way back. An
 * order that waited for it is placed; one that had expired is taken again where that can be; one that was cancelled, that is
 * paid already, or money that is not what was asked for, is never anything but refunded.
 */
export async function whenPaymentCaptured(deps: WhenCapturedDeps, tx: Tx, capture: Capture): Promise<void> {
  const order = await readOrder(tx, capture.orderId)
  if (!order) throw new Error('money came in for an order that is not there')
  const captured = { order, capture }
  const outcome = await settle(deps, tx, captured)
  deps.telemetry.moneyCame(deps.log, outcome, capture)
}

async function settle(deps: WhenCapturedDeps, tx: Tx, captured: Captured): Promise<MoneyOutcome> {
  const { status } = captured.order
  if (!captured.capture.isExact) return giveBack(deps, tx, captured, 'refunded_inexact')
  if (isUnpaid(status)) return settleUnpaid(deps, tx, captured)
  if (status === 'expired') return settleExpired(deps, tx, captured)
  return giveBack(deps, tx, captured, status === 'cancelled' ? 'refunded_cancelled' : 'refunded_twice')
}
