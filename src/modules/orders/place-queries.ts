import type { Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { StoredOrder } from './order-queries.ts'

const insert = `
  with placed as (
    insert into orders (id, user_id, store_id, status, payment_method, payment_id, reservation_id, bill, total_paise,
      coupon_id, coupon_paise, address, delivery_code, promised_at, pay_until, created_at, placed_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10, $11, $12::jsonb, $13, $14::timestamptz, $15::timestamptz,
      $16::timestamptz, $17::timestamptz)
  ), lines as (
    insert into order_lines (order_id, position, variant_id, sku, name, pack, image_url, hsn_code, gst_basis_points,
      quantity, found_quantity, mrp_paise, price_paise)
    select $1, position, "variantId", sku, name, pack, "imageUrl", "hsnCode", "gstBasisPoints", quantity, "foundQuantity",
      "mrpPaise", "pricePaise"
    from rows from (json_to_recordset($18::json) as ("variantId" text, sku text, name text, pack text, "imageUrl" text,
      "hsnCode" text, "gstBasisPoints" int, quantity int, "foundQuantity" int, "mrpPaise" int, "pricePaise" int))
      with ordinality as line ("variantId", sku, name, pack, "imageUrl", "hsnCode", "gstBasisPoints", quantity,
        "foundQuantity", "mrpPaise", "pricePaise", position)
  )
  insert into order_events (order_id, type, actor, actor_id, details, at)
  values ($1, $4, 'customer', $2, '{}', $16::timestamptz) returning id as "eventId"`

/** Adds an order with its lines and its first event, in one statement. The id of that event. */
export async function insertOrder(tx: Tx, order: StoredOrder): Promise<number> {
  const [row] = await prepared<{ eventId: number }>(tx, 'insert-order', insert, [
    order.id,
    order.userId,
    order.storeId,
    order.status,
    order.paymentMethod,
    order.paymentId,
    order.reservationId,
    JSON.stringify(order.bill),
    order.totalPaise,
    order.coupon?.couponId ?? null,
    order.coupon?.discountPaise ?? null,
    JSON.stringify(order.address),
    order.deliveryCode,
    order.promisedAt,
    order.payUntil,
    order.createdAt,
    order.placedAt,
    JSON.stringify(order.lines),
  ])
  return (row as { eventId: number }).eventId
}

const ahead = `
  select count(*)::int as count from (
    select from orders where store_id = $1 and status in ('placed', 'picking') limit 500
  ) as waiting`

/** How many orders of a store are picked before a new one; from 500 on nobody counts. */
export async function countAhead(tx: Tx, storeId: string): Promise<number> {
  const [row] = await prepared<{ count: number }>(tx, 'count-orders-ahead', ahead, [storeId])
  return row?.count ?? 0
}
