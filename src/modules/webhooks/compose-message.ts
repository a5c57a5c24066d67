import type { Database, Queryable } from '../../platform/database/database.ts'
import type { Order, OrderEvent, Orders } from '../orders/index.ts'
import { testType } from './endpoint.ts'

export interface ComposeDeps {
  database: Pick<Database, 'background'>
  orders: Pick<Orders, 'findOrder' | 'findEvent'>
}

interface Told {
  type: string
  endpointId: string
  orderId: string | null
  eventId: number | null
  createdAt: Date
}

const timeOf = (at: Date | null): string | null => at?.toISOString() ?? null

/** What operators work with. No name, number, street or instruction, and no delivery code. */
const orderView = (order: Order) => ({
  id: order.id,
  storeId: order.storeId,
  userId: order.userId,
  status: order.status,
  paymentMethod: order.paymentMethod,
  lines: order.lines.map(({ variantId, sku, name, pack, quantity, foundQuantity, mrpPaise, pricePaise }) => ({
    variantId,
    sku,
    name,
    pack,
    quantity,
    foundQuantity,
    mrpPaise,
    pricePaise,
  })),
  totalPaise: order.totalPaise,
  pincode: order.address.pincode,
  riderId: order.riderId,
  cancelReason: order.cancelReason,
  promisedAt: timeOf(order.promisedAt),
  createdAt: order.createdAt.toISOString(),
  placedAt: timeOf(order.placedAt),
  deliveredAt: timeOf(order.deliveredAt),
})

const eventView = ({ id, actor, details }: OrderEvent) => ({ id, actor, details })

/**
 * The body of a message: what happened, and the order as it is now. It is made for each attempt, so that nobody learns
 * from a late message what is no longer so. `undefined` when the order or its event is not there.
 */
export async function composeMessage(
  { database, orders }: ComposeDeps,
  { type, endpointId, orderId, eventId, createdAt }: Told,
): Promise<string | undefined> {
  if (orderId === null || eventId === null)
    return JSON.stringify({ type: testType, timestamp: createdAt.toISOString(), data: { endpointId } })
  const on: Queryable = database.background
  const [order, event] = [await orders.findOrder(on, orderId), await orders.findEvent(on, eventId)]
  if (!order || !event) return undefined
  return JSON.stringify({
    type,
    timestamp: event.at.toISOString(),
    data: { event: eventView(event), order: orderView(order) },
  })
}
