import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/database/database.ts'
import { insertCountedOrder, insertCouponUse } from './counted-order-queries.ts'
import type { CouponRefusal } from './coupon.ts'
import type { CountedOrder } from './pricing.ts'
import type { PricingTelemetry } from './pricing-telemetry.ts'

export interface RecordOrderDeps {
  clock: Clock
  telemetry: Pick<PricingTelemetry, 'couponAsked'>
}

/**
 * Counts an order, once, and with its coupon only while that may be used: in all, by this customer, as a first order. That holds
 * however many orders come at once. A refusal has counted nothing. Whether the coupon is still switched on and within
 * its time is the quote's question: an order that is taken up again later keeps what it was placed with.
 */
export async function recordOrder(
  { clock, telemetry }: RecordOrderDeps,
  tx: Tx,
  { orderId, userId, coupon }: CountedOrder,
): Promise<'recorded' | CouponRefusal> {
  if (!coupon) {
    await insertCountedOrder(tx, orderId, userId)
    return 'recorded'
  }
  for (;;) {
    const outcome = await insertCouponUse(tx, { orderId, userId, ...coupon, now: new Date(clock.now()) })
    if (outcome === 'met') continue // they were committed, so the next look sees them
    telemetry.couponAsked(outcome)
    return outcome
  }
}
