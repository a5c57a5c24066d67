import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/database/database.ts'
import { type NoteChangeDeps, noteChange } from './note-change.ts'
import { type Actor, sourcesOf } from './order.ts'
import { type Step, takeStep } from './order-event-queries.ts'
import { orderProblems } from './order-problems.ts'
import { readOrder, type StoredOrder } from './order-queries.ts'
import type { OrderStatus } from './order-status.ts'
import type { OrdersTelemetry } from './orders-telemetry.ts'

export interface StepOrderDeps extends NoteChangeDeps {
  clock: Clock
  telemetry: Pick<OrdersTelemetry, 'stepped'>
}

type Change = Omit<Step, 'orderId' | 'from' | 'to' | 'actor' | 'actorId' | 'details' | 'now'>

interface Wanted {
  to: OrderStatus
  actor: Actor
  actorId: string | null
  details?: Record<string, unknown>
  change?: Change
}

/**
 * Takes an order a step on, tells of it and gives it back as it is then. The table and the state in the row decide, whatever
 * was read before.
 * @throws order.not_in_state
 */
export async function stepOrder(
  deps: StepOrderDeps,
  tx: Tx,
  order: StoredOrder,
  { to, actor, actorId, details = {}, change = {} }: Wanted,
): Promise<StoredOrder> {
  const now = new Date(deps.clock.now())
  const from = sourcesOf(to, actor)
  const added = await takeStep(tx, { orderId: order.id, from, to, actor, actorId, details, now, ...change })
  if (!added) throw orderProblems.notInState({ status: order.status })
  await noteChange(deps, tx, added)
  deps.telemetry.stepped(to)
  return (await readOrder(tx, order.id)) as StoredOrder
}
