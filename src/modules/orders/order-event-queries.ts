import type { Queryable, Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { Actor } from './order.ts'
import type { OrderStatus } from './order-status.ts'
import type { OrderEvent } from './orders.ts'

/** An event that was added, and whose order it is of. */
export interface AddedEvent {
  eventId: number
  orderId: string
  storeId: string
  userId: string
  type: OrderEvent['type']
}

/** A step of an order, and what else becomes of it. What is absent stays as it is. */
export interface Step {
  orderId: string
  /** In which it may be, or nothing happens. */
  from: readonly OrderStatus[]
  to: OrderStatus
  actor: Actor
  actorId: string | null
  details: Record<string, unknown>
  now: Date
  paymentId?: string
  paymentMethod?: string
  reservationId?: string
  totalPaise?: number
  /** Whoever leaves with the order. With that step nobody has it any more, unless somebody is said. */
  riderId?: string | null
  cancelReason?: string
  promisedAt?: Date
}

const transition = `
  with changed as (
    update orders set status = $3, payment_id = coalesce($8, payment_id), payment_method = coalesce($9, payment_method),
      reservation_id = coalesce($10, reservation_id), total_paise = coalesce($11, total_paise),
      rider_id = case when $3 = 'out_for_delivery' then $12 else coalesce($12, rider_id) end,
      cancel_reason = coalesce($13, cancel_reason),
      promised_at = coalesce($14::timestamptz, promised_at),
      placed_at = case when $3 = 'placed' then $7::timestamptz else placed_at end,
      delivered_at = case when $3 = 'delivered' then $7::timestamptz else delivered_at end
    where id = $1 and status = any ($2::text[]) returning id, store_id, user_id
  ), event as (
    insert into order_events (order_id, type, actor, actor_id, details, at)
    select id, $3, $4, $5, $6::jsonb, $7::timestamptz from changed returning id
  )
  select event.id as "eventId", changed.id as "orderId", store_id as "storeId", user_id as "userId", $3::text as type
  from changed, event`

/** Takes an order one step on and notes it, when it is where the step begins: whoever comes second gets nothing. */
export async function takeStep(tx: Tx, step: Step): Promise<AddedEvent | undefined> {
  const [added] = await prepared<AddedEvent>(tx, 'step-of-order', transition, [
    step.orderId,
    step.from,
    step.to,
    step.actor,
    step.actorId,
    JSON.stringify(step.details),
    step.now,
    step.paymentId ?? null,
    step.paymentMethod ?? null,
    step.reservationId ?? null,
    step.totalPaise ?? null,
    step.riderId ?? null,
    step.cancelReason ?? null,
    step.promisedAt ?? null,
  ])
  return added
}

const note = `
  with event as (
    insert into order_events (order_id, type, actor, details, at)
    values ($1, 'refunded', 'provider', $2::jsonb, $3::timestamptz) returning id
  )
  select event.id as "eventId", orders.id as "orderId", store_id as "storeId", user_id as "userId", 'refunded' as type
  from orders, event where orders.id = $1`

/** Notes that money went back, whatever state the order is in. With the order's row held. */
export async function addRefunded(
  tx: Tx,
  { orderId, details, now }: { orderId: string; details: Record<string, unknown>; now: Date },
): Promise<AddedEvent | undefined> {
  const [added] = await prepared<AddedEvent>(tx, 'note-refund-of-order', note, [orderId, JSON.stringify(details), now])
  return added
}

const columns = ['id', 'order_id as orderId', 'type', 'actor', 'at', 'details'] as const

const find = 'select id, order_id as "orderId", type, actor, at, details from order_events where id = $1'

export async function findEvent(on: Queryable, id: number): Promise<OrderEvent | undefined> {
  const [event] = await prepared<OrderEvent>(on, 'find-order-event', find, [id])
  return event
}

/** What happened to an order, the first first. */
export const readEvents = (on: Queryable, orderId: string): Promise<OrderEvent[]> =>
  on.selectFrom('order_events').select(columns).where('order_id', '=', orderId).orderBy('id').execute()

/** The latest step of an order, with who took it. */
export const readLatestStep = (
  tx: Tx,
  orderId: string,
): Promise<{ type: OrderEvent['type']; actorId: string | null } | undefined> =>
  tx
    .selectFrom('order_events')
    .select(['type', 'actor_id as actorId'])
    .where('order_id', '=', orderId)
    .where('type', '<>', 'refunded')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
