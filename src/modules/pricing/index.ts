import type { FastifyPluginAsync } from 'fastify'
import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { Accounts } from '../accounts/index.ts'
import { deleteCountedOrder } from './counted-order-queries.ts'
import { couponRoutes } from './coupon-routes.ts'
import { feeRuleRoutes } from './fee-rule-routes.ts'
import { fillPricing } from './fill-pricing.ts'
import { createKeptFeeRules } from './kept-fee-rules.ts'
import { makeQuote } from './make-quote.ts'
import type { Pricing } from './pricing.ts'
import './pricing-tables.ts'
import { createPricingTelemetry } from './pricing-telemetry.ts'
import { recordOrder } from './record-order.ts'

export type { Bill, BillItem, BillLine, BillLineKind, PricedLine } from './bill.ts'
export { BillView } from './bill-schemas.ts'
export { billFound, namesTax } from './fewer-units.ts'
export { feeGstBasisPoints, gstWithin } from './gst.ts'
export type { CouponOutcome, Pricing, StartingPrices } from './pricing.ts'

export interface PricingDeps {
  /** Whether the seller is registered for GST. */
  isTaxed: boolean
  database: Pick<Database, 'db'>
  /** Not started yet: what is kept in memory follows it. */
  changes: Pick<ChangeFeed, 'note' | 'follow' | 'isCurrent'>
  authenticate: Accounts['authenticate']
  clock: Clock
  metrics: Pick<Metrics, 'counter'>
}

/**
 * Owns what is charged beside the goods and what coupons take off. Promises a bill that adds up to the paisa, by the rules as they
 * were a second ago or later, and that no coupon is used more often than it may be, whoever orders at the same time. A bill
 * names tax only where the seller is registered for GST. It knows no orders: whoever places one says so, and says when it came to nothing.
 */
export function createPricing(deps: PricingDeps): Pricing {
  const telemetry = createPricingTelemetry(deps.metrics)
  const parts = { ...deps, telemetry, keptFeeRules: createKeptFeeRules(deps) }
  const routes: FastifyPluginAsync = async (app) => {
    for (const each of [feeRuleRoutes, couponRoutes]) await app.register(each(parts))
  }
  return {
    quote: (on, input) => makeQuote(parts, on, input),
    recordOrder: (tx, order) => recordOrder(parts, tx, order),
    forgetOrder: deleteCountedOrder,
    fill: (tx, prices) => fillPricing(parts, tx, prices),
    routes,
    async start() {
      await parts.keptFeeRules.current(deps.database.db)
    },
  }
}
