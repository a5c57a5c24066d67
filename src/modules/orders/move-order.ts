import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import type { Caller } from '../accounts/index.ts'
import type { Actor } from './order.ts'
import type { StoredOrder } from './order-queries.ts'
import { bindRider, lockFor, planStep } from './plan-step.ts'
import { type StepOrderDeps, stepOrder } from './step-order.ts'

export interface MoveOrderDeps extends StepOrderDeps {
  database: Pick<Database, 'db'>
}

/** Who works with the goods in the store, and who is on the way with them. */
export const inStore = ['picker', 'storeManager', 'admin'] as const satisfies readonly Actor[]
export const onTheWay = ['rider', 'storeManager', 'admin'] as const satisfies readonly Actor[]

interface MoveInput {
  caller: Caller
  orderId: string
}

const move = (
  deps: MoveOrderDeps,
  { caller, orderId }: MoveInput,
  wanted: Parameters<typeof planStep>[3],
  details: Record<string, unknown> = {},
): Promise<StoredOrder> =>
  inTransaction(deps.database.db, async (tx) => {
    const order = await lockFor(tx, caller, orderId)
    const plan = await planStep(tx, order, caller, wanted)
    if (plan.outcome === 'repeated') return order
    const { actor } = plan
    const change = bindRider(order, caller, actor)
    return stepOrder(deps, tx, order, { to: wanted.to, actor, actorId: caller.userId, details, change })
  })

/**
 * Somebody begins to pick an order: from now on its customer cannot cancel it. Of two pickers one has it. As with all steps,
 * who has taken it gets the same answer again.
 * @throws order.not_found, request.forbidden, order.not_in_state
 */
export const pickOrder = (deps: MoveOrderDeps, input: MoveInput): Promise<StoredOrder> =>
  move(deps, input, { to: 'picking', as: inStore })

/** The rider is at the door. @throws order.not_found, request.forbidden for another rider, order.not_in_state */
export const arriveWithOrder = (deps: MoveOrderDeps, input: MoveInput): Promise<StoredOrder> =>
  move(deps, input, { to: 'arrived', as: onTheWay, byItsRider: true })

/** Nobody took it: it is tried again, or comes back to the store. @throws as the others */
export const failDelivery = (
  deps: MoveOrderDeps,
  { reason, ...input }: MoveInput & { reason: string },
): Promise<StoredOrder> => move(deps, input, { to: 'delivery_failed', as: onTheWay, byItsRider: true }, { reason })
