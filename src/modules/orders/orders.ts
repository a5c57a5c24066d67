import type { FastifyPluginAsync } from 'fastify'
import type { Queryable } from '../../platform/database/database.ts'
import type { Bill } from '../pricing/index.ts'
import type { OrderStatus } from './order-status.ts'

export interface OrderLine {
  variantId: string
  sku: string
  name: string
  pack: string
  imageUrl: string | null
  hsnCode: string
  gstBasisPoints: number
  quantity: number
  /** What was found when it was packed; until then the quantity. */
  foundQuantity: number
  mrpPaise: number
  pricePaise: number
}

/** Where an order goes, as it was said when it was placed. Personal parts are null once their owner was erased. */
export interface DeliveryAddress {
  label: string | null
  lines: string[] | null
  landmark: string | null
  pincode: string
  point: { lat: number; lng: number } | null
  instructions: string | null
}

export interface Order {
  id: string
  userId: string
  storeId: string
  status: OrderStatus
  paymentMethod: string
  lines: OrderLine[]
  /** Of what was ordered. */
  bill: Bill
  /** What is to be paid or was paid, less what was not found. */
  totalPaise: number
  address: DeliveryAddress
  promisedAt: Date | null
  /** Until when stock is held for a payment. */
  payUntil: Date | null
  riderId: string | null
  cancelReason: string | null
  createdAt: Date
  placedAt: Date | null
  deliveredAt: Date | null
}

/** One step of an order: what it became, or that money went back. */
export interface OrderEvent {
  id: number
  orderId: string
  type: OrderStatus | 'refunded'
  actor: 'customer' | 'picker' | 'rider' | 'storeManager' | 'admin' | 'system' | 'provider'
  at: Date
  /** Public: reasons, amounts, what was not found. */
  details: Record<string, unknown>
}

/** What other modules see of this one. */
export interface Orders {
  /** The ids of a customer's orders that have not ended, the latest first, 20 at most. */
  openOrdersOf(on: Queryable, userId: string): Promise<string[]>
  findOrder(on: Queryable, id: string): Promise<Order | undefined>
  findEvent(on: Queryable, id: number): Promise<OrderEvent | undefined>
  /** All of an order, the first first. */
  readEvents(on: Queryable, orderId: string): Promise<OrderEvent[]>
  /** `/orders*` and `/stores/:storeId/orders*`, for the prefix `/api`. */
  routes: FastifyPluginAsync
  /** Ends open streams, before the server waits for its connections. */
  stop(): void
}
