import type { Queryable, Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { Order } from './orders.ts'

/** An order with what only this module is to know. */
export interface StoredOrder extends Order {
  /** The latest that was opened. */
  paymentId: string
  /** What holds its stock, or held it at last. */
  reservationId: string
  coupon: { couponId: string; discountPaise: number } | null
  /** Nothing where none is needed. */
  deliveryCode: string | null
  codeTries: number
}

export const orderColumns = `
  id, user_id as "userId", store_id as "storeId", status, payment_method as "paymentMethod", bill,
  total_paise as "totalPaise", address, promised_at as "promisedAt", pay_until as "payUntil", rider_id as "riderId",
  cancel_reason as "cancelReason", created_at as "createdAt", placed_at as "placedAt", delivered_at as "deliveredAt",
  (select json_agg(json_build_object('variantId', variant_id, 'sku', sku, 'name', name, 'pack', pack,
      'imageUrl', image_url, 'hsnCode', hsn_code, 'gstBasisPoints', gst_basis_points, 'quantity', quantity,
      'foundQuantity', found_quantity, 'mrpPaise', mrp_paise, 'pricePaise', price_paise) order by position)
    from order_lines where order_id = orders.id) as lines`

const ownColumns = `${orderColumns}, payment_id as "paymentId", reservation_id as "reservationId",
  delivery_code as "deliveryCode", code_tries as "codeTries",
  case when coupon_id is not null
    then json_build_object('couponId', coupon_id, 'discountPaise', coupon_paise) end as coupon`

/** An order as others may know it: without its delivery code. */
export async function findOrder(on: Queryable, id: string): Promise<Order | undefined> {
  const [order] = await prepared<Order>(on, 'find-order', `select ${orderColumns} from orders where id = $1`, [id])
  return order
}

export async function readOrder(on: Queryable, id: string): Promise<StoredOrder | undefined> {
  const text = `select ${ownColumns} from orders where id = $1`
  const [order] = await prepared<StoredOrder>(on, 'read-order', text, [id])
  return order
}

/** The order, which nobody changes until the transaction ends. Its row comes before any of its payments and stock. */
export async function lockOrder(tx: Tx, id: string): Promise<StoredOrder | undefined> {
  const lock = prepared(tx, 'lock-order', 'select from orders where id = $1 for update', [id])
  // In a statement of its own, which sees what whoever held the row has done to its lines.
  const [, order] = await Promise.all([lock, readOrder(tx, id)])
  return order
}
