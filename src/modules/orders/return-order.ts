import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import type { Caller } from '../accounts/index.ts'
import type { Inventory } from '../inventory/index.ts'
import { inStore } from './move-order.ts'
import type { StoredOrder } from './order-queries.ts'
import { lockFor, planStep } from './plan-step.ts'
import { type StepOrderDeps, stepOrder } from './step-order.ts'
import { type UndoOrderDeps, undoOrder } from './undo-order.ts'

export interface ReturnOrderDeps extends StepOrderDeps, UndoOrderDeps {
  database: Pick<Database, 'db'>
  inventory: Pick<Inventory, 'release' | 'takeBack'>
}

/**
 * An order that could not be delivered is in the store again: its goods may be sold, and what was paid goes back in full.
 * @throws order.not_found, request.forbidden, order.not_in_state
 */
export function returnOrder(
  deps: ReturnOrderDeps,
  { caller, orderId }: { caller: Caller; orderId: string },
): Promise<StoredOrder> {
  return inTransaction(deps.database.db, async (tx) => {
    const order = await lockFor(tx, caller, orderId)
    const plan = await planStep(tx, order, caller, { to: 'returned_to_store', as: inStore })
    if (plan.outcome === 'repeated') return order
    const actorId = caller.userId
    const details = await undoOrder(deps, tx, order, { reason: 'returned', actorId })
    if (!(await deps.inventory.takeBack(tx, order.reservationId, { actorId })))
      throw new Error('the stock of an order that was on its way has not left the store')
    return stepOrder(deps, tx, order, { to: 'returned_to_store', actor: plan.actor, actorId, details })
  })
}
