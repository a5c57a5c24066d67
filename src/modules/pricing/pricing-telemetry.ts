import type { Logger } from '../../platform/observability/logger.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { CouponRefusal } from './coupon.ts'

/** One function for each thing worth counting about prices. What a transaction that was rolled back did counts too. */
export type PricingTelemetry = ReturnType<typeof createPricingTelemetry>

export interface PricingChange {
  subject: 'fee rule' | 'coupon'
  kind: 'added' | 'changed' | 'archived'
  id: string
  actorId: string
}

export function createPricingTelemetry(metrics: Pick<Metrics, 'counter'>) {
  const changes = metrics.counter('pricing_changes_total', 'Changes of fee rules and coupons, by subject and kind.', [
    'subject',
    'kind',
  ])
  const coupons = metrics.counter('coupon_orders_total', 'Orders with a coupon, by what became of it.', ['outcome'])
  return {
    changed(log: Logger, { subject, kind, id, actorId }: PricingChange) {
      changes.inc({ subject, kind })
      log.info({ id, actorId }, `${subject} ${kind}`)
    },
    couponAsked(outcome: 'recorded' | CouponRefusal) {
      coupons.inc({ outcome })
    },
  }
}
