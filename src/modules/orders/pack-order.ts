import type { Database, Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import type { Caller } from '../accounts/index.ts'
import type { Inventory } from '../inventory/index.ts'
import type { Payments } from '../payments/index.ts'
import { billFound } from '../pricing/index.ts'
import { type FoundLine, foundOf, isFoundSo, missingOf } from './found-lines.ts'
import { setFound } from './line-queries.ts'
import { inStore } from './move-order.ts'
import type { Actor } from './order.ts'
import { orderProblems } from './order-problems.ts'
import type { StoredOrder } from './order-queries.ts'
import { lockFor, planStep } from './plan-step.ts'
import { type StepOrderDeps, stepOrder } from './step-order.ts'
import { type UndoOrderDeps, undoOrder } from './undo-order.ts'

export interface PackOrderDeps extends StepOrderDeps, UndoOrderDeps {
  database: Pick<Database, 'db'>
  inventory: Pick<Inventory, 'release' | 'releaseLines'>
  payments: Pick<Payments, 'close' | 'refund' | 'refundsOf' | 'lowerCashDue' | 'paymentsOf'>
}

interface PackInput {
  caller: Caller
  orderId: string
  /** What was not found in full. */
  lines: readonly FoundLine[]
}

interface Packed {
  order: StoredOrder
  found: ReadonlyMap<string, number>
  actor: Actor
  actorId: string
}

/** Nobody pays for what is not there: less is due, or the difference goes back. */
async function payLess({ payments }: PackOrderDeps, tx: Tx, { order, found, actorId }: Packed): Promise<number> {
  const { id: orderId } = order
  const totalPaise = billFound(order.bill, found).toPayPaise
  const amountPaise = order.totalPaise - totalPaise
  const reason = 'not_found'
  const isDue = (await payments.paymentsOf(tx, orderId)).some(({ status }) => status === 'due')
  if (isDue) await payments.lowerCashDue(tx, orderId, totalPaise)
  else if (amountPaise > 0) await payments.refund(tx, { orderId, amountPaise, reason, reference: reason, actorId })
  return totalPaise
}

async function packAll(deps: PackOrderDeps, tx: Tx, { order, actor, actorId }: Omit<Packed, 'found'>) {
  return stepOrder(deps, tx, order, { to: 'packed', actor, actorId })
}

async function packShort(deps: PackOrderDeps, tx: Tx, packed: Packed): Promise<StoredOrder> {
  const { order, found, actor, actorId } = packed
  const missing = missingOf(order.lines, found)
  const totalPaise = await payLess(deps, tx, packed)
  await setFound(tx, order.id, found)
  if (!(await deps.inventory.releaseLines(tx, order.reservationId, missing)))
    throw new Error('what was not found is not held for the order')
  const details = { notFound: missing, lessPaise: order.totalPaise - totalPaise }
  return stepOrder(deps, tx, order, { to: 'packed', actor, actorId, details, change: { totalPaise } })
}

/** Nothing is left of the order: that is no order any more. */
async function giveUp(deps: PackOrderDeps, tx: Tx, { order, found, actor, actorId }: Packed): Promise<StoredOrder> {
  const reason = 'nothing_found'
  const undone = await undoOrder(deps, tx, order, { reason, actorId })
  await setFound(tx, order.id, found)
  return stepOrder(deps, tx, order, {
    to: 'cancelled',
    actor,
    actorId,
    details: { ...undone, reason },
    change: { cancelReason: reason },
  })
}

/**
 * An order is packed, with what was found of it. What is missing is sold to others again and not paid: a difference that was
 * paid goes back by itself. Nothing found cancels the order.
 * @throws order.found_invalid, order.not_found, request.forbidden, order.not_in_state
 */
export function packOrder(deps: PackOrderDeps, { caller, orderId, lines }: PackInput): Promise<StoredOrder> {
  return inTransaction(deps.database.db, async (tx) => {
    const order = await lockFor(tx, caller, orderId)
    const found = foundOf(order.lines, lines)
    if (!found) throw orderProblems.foundInvalid()
    const isNothing = [...found.values()].every((units) => units === 0)
    const plan = await planStep(tx, order, caller, { to: isNothing ? 'cancelled' : 'packed', as: inStore })
    if (plan.outcome === 'repeated') {
      if (!isFoundSo(order.lines, found)) throw orderProblems.notInState({ status: order.status })
      return order
    }
    const packed = { order, found, actor: plan.actor, actorId: caller.userId }
    if (isNothing) {
      if (order.status !== 'picking') throw orderProblems.notInState({ status: order.status })
      return giveUp(deps, tx, packed)
    }
    return missingOf(order.lines, found).length === 0 ? packAll(deps, tx, packed) : packShort(deps, tx, packed)
  })
}
