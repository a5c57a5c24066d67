import type { GeneratedAlways } from 'kysely'
import type { Bill } from '../pricing/index.ts'
import type { OrderStatus } from './order-status.ts'
import type { DeliveryAddress, OrderEvent } from './orders.ts'

interface OrderTable {
  id: string
  user_id: string
  store_id: string
  status: OrderStatus
  payment_method: string
  payment_id: string
  reservation_id: string
  bill: Bill
  total_paise: number
  coupon_id: string | null
  coupon_paise: number | null
  address: DeliveryAddress
  delivery_code: string | null
  code_tries: number
  rider_id: string | null
  cancel_reason: string | null
  promised_at: Date | null
  pay_until: Date | null
  created_at: Date
  placed_at: Date | null
  delivered_at: Date | null
  owner_left_at: Date | null
  erased_at: Date | null
}

interface OrderLineTable {
  order_id: string
  variant_id: string
  position: number
  sku: string
  name: string
  pack: string
  image_url: string | null
  hsn_code: string
  gst_basis_points: number
  quantity: number
  found_quantity: number
  mrp_paise: number
  price_paise: number
}

interface OrderEventTable {
  id: GeneratedAlways<number>
  order_id: string
  type: OrderEvent['type']
  actor: OrderEvent['actor']
  actor_id: string | null
  details: Record<string, unknown>
  at: Date
}

declare module '../../platform/database/database.ts' {
  interface Tables {
    orders: OrderTable
    order_lines: OrderLineTable
    order_events: OrderEventTable
  }
}
