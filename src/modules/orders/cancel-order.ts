import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import type { Caller } from '../accounts/index.ts'
import type { StoredOrder } from './order-queries.ts'
import { lockFor, planStep } from './plan-step.ts'
import { type StepOrderDeps, stepOrder } from './step-order.ts'
import { type UndoOrderDeps, undoOrder } from './undo-order.ts'

export interface CancelOrderDeps extends StepOrderDeps, UndoOrderDeps {
  database: Pick<Database, 'db'>
}

/** As what an order is cancelled. A picker who found nothing says so when packing. */
const cancellers = ['customer', 'storeManager', 'admin'] as const

/**
 * Cancels an order with all that follows, or nothing of it: by its customer until it is picked, by the store until it is handed
 * over. The same person again gets the same answer.
 * @throws order.not_found, request.forbidden, order.not_in_state
 */
export function cancelOrder(
  deps: CancelOrderDeps,
  { caller, orderId, reason }: { caller: Caller; orderId: string; reason?: string },
): Promise<StoredOrder> {
  return inTransaction(deps.database.db, async (tx) => {
    const order = await lockFor(tx, caller, orderId)
    const plan = await planStep(tx, order, caller, { to: 'cancelled', as: cancellers })
    if (plan.outcome === 'repeated') return order
    const { actor } = plan
    const undone = await undoOrder(deps, tx, order, { reason: 'cancelled', actorId: caller.userId })
    return stepOrder(deps, tx, order, {
      to: 'cancelled',
      actor,
      actorId: caller.userId,
      details: { ...undone, ...(reason !== undefined && { reason }) },
      ...(reason !== undefined && { change: { cancelReason: reason } }),
    })
  })
}
