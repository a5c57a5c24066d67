import type { Database } from '../../platform/database/database.ts'
import type { Caller } from '../accounts/index.ts'
import type { PaymentRecord, Payments, RefundRecord } from '../payments/index.ts'
import { type Actor, hasEnded, isUnpaid } from './order.ts'
import { viewersFor } from './order-access.ts'
import { readEvents } from './order-event-queries.ts'
import { orderProblems } from './order-problems.ts'
import { readOrder, type StoredOrder } from './order-queries.ts'
import type { OrderStatus } from './order-status.ts'
import type { DeliveryAddress, OrderEvent } from './orders.ts'

export interface ShowOrderDeps {
  database: Pick<Database, 'db'>
  payments: Pick<Payments, 'paymentsOf' | 'refundsOf'>
}

/** An order as one person may see it. */
export interface ShownOrder {
  order: StoredOrder
  address: DeliveryAddress
  /** Only for whose order it is, while somebody is going to ask for it. */
  deliveryCode: string | null
  needsDeliveryCode: boolean
  payments: PaymentRecord[]
  refunds: RefundRecord[]
  events: OrderEvent[]
}

const nowhere = { label: null, lines: null, landmark: null, point: null, instructions: null }

const onTheWay: readonly OrderStatus[] = ['out_for_delivery', 'arrived', 'delivery_failed']

/** Pickers need no address, and riders only those of what they are bringing; which of them does may not have been said. */
function addressFor(actors: readonly Actor[], order: StoredOrder, { userId }: Caller): DeliveryAddress {
  const { address, status, riderId } = order
  const brings = onTheWay.includes(status) && (riderId ?? userId) === userId
  const sees = actors.some((actor) => actor !== 'picker' && (actor !== 'rider' || brings))
  return sees ? address : { ...nowhere, pincode: address.pincode }
}

const codeFor = (actors: readonly Actor[], { deliveryCode, status }: StoredOrder): string | null =>
  actors.includes('customer') && !hasEnded(status) && !isUnpaid(status) ? deliveryCode : null

/** An order with its money and what happened to it. @throws order.not_found, of others' orders too */
export async function showOrder(
  { database, payments }: ShowOrderDeps,
  { caller, orderId }: { caller: Caller; orderId: string },
): Promise<ShownOrder> {
  const { db } = database
  const order = await readOrder(db, orderId)
  const actors = order ? viewersFor(caller, order) : []
  if (!order || actors.length === 0) throw orderProblems.notFound()
  return {
    order,
    address: addressFor(actors, order, caller),
    deliveryCode: codeFor(actors, order),
    needsDeliveryCode: order.deliveryCode !== null && !hasEnded(order.status),
    payments: await payments.paymentsOf(db, orderId),
    refunds: await payments.refundsOf(db, orderId),
    events: await readEvents(db, orderId),
  }
}
