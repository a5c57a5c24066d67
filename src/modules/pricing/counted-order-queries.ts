import type { Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { CouponRefusal } from './coupon.ts'

const count = `insert into counted_orders (order_id, user_id) values ($1, $2) on conflict do nothing`

/** Counts an order without a coupon, once. */
export async function insertCountedOrder(tx: Tx, orderId: string, userId: string): Promise<void> {
  await prepared(tx, 'count-order', count, [orderId, userId])
}

export interface CouponUse {
  orderId: string
  userId: string
  couponId: string
  discountPaise: number
  now: Date
}

/**
 * The coupon's row is locked first and read as it is then, so those who use one coupon go one after the other. What a
 * statement that had to wait sees of the other tables may be old; there the unique indexes decide: nobody has a number
 * among his uses twice, and there are no more numbers than he may have uses; and nobody has two first orders. Whoever
 * meets somebody there has written nothing, and asks again.
 */
const use = `
  with coupon as (
    select uses, total_limit, customer_limit, is_for_first_order from coupons where id = $3 for no key update
  ), mine as (
    select count(*) as uses, coalesce(array_agg(nth_use) filter (where nth_use is not null), '{}') as numbers
    from coupon_uses where coupon_id = $3 and user_id = $2
  ), verdict as (
    select case
      when exists (select from counted_orders where order_id = $1) then 'recorded'
      when coupon.uses >= total_limit then 'usedUp'
      when mine.uses >= customer_limit then 'usedByYou'
      when is_for_first_order and exists (select from counted_orders where user_id = $2) then 'notFirstOrder'
    end as refusal, (select min(n) from generate_series(1, customer_limit) as n where n <> all (numbers)) as nth
    from coupon, mine
  ), used as (
    insert into coupon_uses (order_id, coupon_id, user_id, nth_use, is_first_order, discount_paise, used_at)
    select $1, $3, $2, nth, is_for_first_order, $4::int, $5::timestamptz from coupon, verdict where refusal is null
    on conflict do nothing returning order_id
  ), counted as (
    insert into counted_orders (order_id, user_id) select order_id, $2 from used
  ), changed as (
    update coupons set uses = coupons.uses + 1 from used where coupons.id = $3
  )
  select coalesce(refusal, case when exists (select from used) then 'recorded' else 'met' end) as outcome from verdict`

/** Counts an order with its coupon, once, or says why the coupon does not count; `met`: somebody was there first, ask again. */
export async function insertCouponUse(
  tx: Tx,
  { orderId, userId, couponId, discountPaise, now }: CouponUse,
): Promise<'recorded' | 'met' | CouponRefusal> {
  const values = [orderId, userId, couponId, discountPaise, now]
  const rows = await prepared<{ outcome: 'recorded' | 'met' | CouponRefusal }>(tx, 'use-coupon', use, values)
  return rows[0]?.outcome ?? 'unknown'
}

/** The coupon first, as in its use: else the two could wait for each other. */
const forget = `
  with coupon as (
    select id from coupons where id = (select coupon_id from coupon_uses where order_id = $1) for no key update
  ), unused as (
    delete from coupon_uses using coupon where order_id = $1 and coupon_id = coupon.id returning coupon_id
  ), changed as (
    update coupons set uses = coupons.uses - 1 from unused where coupons.id = unused.coupon_id
  )
  delete from counted_orders where order_id = $1`

/** Takes back what was counted for an order, if there is anything. */
export async function deleteCountedOrder(tx: Tx, orderId: string): Promise<void> {
  await prepared(tx, 'forget-order', forget, [orderId])
}
