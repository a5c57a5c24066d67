import { defineEvent } from '../../platform/events/events.ts'
import type { OrderEvent } from './orders.ts'

/** Something happened to an order; `eventId` is its row among the order's events. */
export const orderChanged = defineEvent<
  'order.changed',
  { orderId: string; storeId: string; userId: string; eventId: number; type: OrderEvent['type'] }
>('order.changed')
