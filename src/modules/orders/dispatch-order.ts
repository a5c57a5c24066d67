import type { Database, Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import type { Accounts, Caller } from '../accounts/index.ts'
import type { Inventory } from '../inventory/index.ts'
import type { Actor } from './order.ts'
import { orderProblems } from './order-problems.ts'
import type { StoredOrder } from './order-queries.ts'
import { lockFor, planStep } from './plan-step.ts'
import { type StepOrderDeps, stepOrder } from './step-order.ts'

export interface DispatchOrderDeps extends StepOrderDeps {
  database: Pick<Database, 'db'>
  accounts: Pick<Accounts, 'findStaff'>
  inventory: Pick<Inventory, 'consume'>
}

interface DispatchInput {
  caller: Caller
  orderId: string
  /** Who brings it, where that is known. */
  riderId?: string
}

/** Whether somebody brings orders of a store. An admin who does no more than that is no rider. */
async function isRiderOf({ accounts }: DispatchOrderDeps, tx: Tx, storeId: string, userId: string): Promise<boolean> {
  const { roles = [], storeIds = [] } = (await accounts.findStaff(tx, userId)) ?? {}
  return roles.includes('rider') && storeIds.includes(storeId)
}

/** Whoever takes an order along as a rider is its rider, and hands it to nobody else. Nobody yet: any rider of the store. */
async function riderOf(
  deps: DispatchOrderDeps,
  tx: Tx,
  { caller, riderId: named }: DispatchInput,
  { actor, storeId }: { actor: Actor; storeId: string },
): Promise<string | null> {
  const riderId = named ?? null
  if (actor === 'rider') {
    if (riderId !== null && riderId !== caller.userId) throw orderProblems.noSuchRider()
    return caller.userId
  }
  if (riderId !== null && !(await isRiderOf(deps, tx, storeId, riderId))) throw orderProblems.noSuchRider()
  return riderId
}

/**
 * An order leaves the store, with the rider who is named now, whoever had it before: its stock is consumed, once, however often it leaves after a delivery that failed.
 * @throws order.no_such_rider, order.not_found, request.forbidden, order.not_in_state
 */
export function dispatchOrder(deps: DispatchOrderDeps, input: DispatchInput): Promise<StoredOrder> {
  const { caller, orderId } = input
  return inTransaction(deps.database.db, async (tx) => {
    const order = await lockFor(tx, caller, orderId)
    const as = ['picker', 'storeManager', 'admin', 'rider'] as const
    const plan = await planStep(tx, order, caller, { to: 'out_for_delivery', as })
    if (plan.outcome === 'repeated') {
      if ((input.riderId ?? order.riderId) !== order.riderId) throw orderProblems.notInState({ status: order.status })
      return order
    }
    const { actor } = plan
    const riderId = await riderOf(deps, tx, input, { actor, storeId: order.storeId })
    const isConsumed = await deps.inventory.consume(tx, order.reservationId, { actorId: caller.userId })
    if (!isConsumed && order.status === 'packed')
      throw new Error('the stock of a packed order is not there to be consumed')
    return stepOrder(deps, tx, order, {
      to: 'out_for_delivery',
      actor,
      actorId: caller.userId,
      change: { riderId },
    })
  })
}
