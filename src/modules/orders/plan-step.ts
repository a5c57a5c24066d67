import type { Tx } from '../../platform/database/database.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import type { Caller } from '../accounts/index.ts'
import { type Actor, sourcesOf } from './order.ts'
import { actorsFor, isAnothers } from './order-access.ts'
import { readLatestStep } from './order-event-queries.ts'
import { orderProblems } from './order-problems.ts'
import { lockOrder, type StoredOrder } from './order-queries.ts'
import type { OrderStatus } from './order-status.ts'

/** The order, which nobody changes until the transaction ends. @throws order.not_found, of orders that are none of theirs too */
export async function lockFor(tx: Tx, caller: Caller, orderId: string): Promise<StoredOrder> {
  const order = await lockOrder(tx, orderId)
  if (!order || actorsFor(caller, order).length === 0) throw orderProblems.notFound()
  return order
}

interface Wanted {
  to: OrderStatus
  /** As what somebody may do it here, besides what the table allows. */
  as: readonly Actor[]
  /** Only by the rider who has it, if a rider does it. */
  byItsRider?: boolean
}

/** `repeated`: the same person has taken this very step already. */
export type Plan = { outcome: 'step'; actor: Actor } | { outcome: 'repeated' }

/** Who takes the first step with an order that nobody was named for has it from then on, if he is a rider. */
export const bindRider = ({ riderId }: StoredOrder, { userId }: Caller, actor: Actor): { riderId?: string } =>
  actor === 'rider' && riderId === null ? { riderId: userId } : {}

/**
 * Whether and as what somebody takes a step of an order whose row is held.
 * @throws request.forbidden who never may, order.not_in_state when nobody may now
 */
export async function planStep(tx: Tx, order: StoredOrder, caller: Caller, wanted: Wanted): Promise<Plan> {
  const { to, as, byItsRider = false } = wanted
  const able = actorsFor(caller, order).filter(
    (actor) =>
      as.includes(actor) &&
      sourcesOf(to, actor).length > 0 &&
      !(actor === 'rider' && byItsRider && isAnothers(order, caller)),
  )
  if (able.length === 0) throw httpProblems.forbidden()
  const actor = able.find((each) => sourcesOf(to, each).includes(order.status))
  if (actor) return { outcome: 'step', actor }
  const latest = order.status === to ? await readLatestStep(tx, order.id) : undefined
  if (latest?.type === to && latest.actorId === caller.userId) return { outcome: 'repeated' }
  throw orderProblems.notInState({ status: order.status })
}
