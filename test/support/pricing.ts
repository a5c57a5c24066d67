import { pino } from 'pino'
import type { NewCoupon } from '../../src/modules/pricing/coupon.ts'
import { toCouponContent } from '../../src/modules/pricing/coupon.ts'
import { insertCoupon } from '../../src/modules/pricing/coupon-queries.ts'
import { type NewFeeRule, toFeeRuleContent } from '../../src/modules/pricing/fee-rule.ts'
import { createPricing, type PricedLine, type Pricing } from '../../src/modules/pricing/index.ts'
import { insertFeeRule } from '../../src/modules/pricing/save-fee-rule.ts'
import { type ChangeFeed, createChangeFeed } from '../../src/platform/changes/change-feed.ts'
import type { Database, Tx } from '../../src/platform/database/database.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { newId } from '../../src/platform/ids.ts'
import { createMetrics } from '../../src/platform/observability/metrics.ts'
import { type SetClock, setClock } from './clock.ts'

/** The module over a database. */
export interface Till {
  pricing: Pricing
  changes: ChangeFeed
  clock: SetClock
  within<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** As an admin does in another instance. */
  addRule(rule: NewFeeRule): Promise<string>
  /** The coupon's id. */
  addCoupon(coupon?: Partial<NewCoupon>): Promise<string>
  /** Records an order in a transaction of its own, with a coupon or without. */
  record(orderId: string, userId: string, couponId?: string): ReturnType<Pricing['recordOrder']>
  forget(orderId: string): Promise<void>
  /** What is counted of a coupon, and how many rows say so. */
  usesOf(couponId: string): Promise<{ uses: number; rows: number }>
}

export const aPricedLine = (fields: Partial<PricedLine> = {}): PricedLine => ({
  variantId: 'var_a',
  quantity: 1,
  mrpPaise: 20_000,
  pricePaise: 20_000,
  gstBasisPoints: 500,
  ...fields,
})

const never = () => async () => {
  throw new Error('nobody signs in here')
}

export async function aTill(database: Database, { isTaxed = true } = {}): Promise<Till> {
  const clock = setClock()
  const changes = createChangeFeed({ database, clock, log: pino({ level: 'silent' }) })
  const pricing = createPricing({ isTaxed, database, changes, clock, authenticate: never, metrics: createMetrics() })
  await changes.start()
  await pricing.start()
  const within: Till['within'] = (work) => inTransaction(database.db, work)
  const elsewhere = {
    note: async (tx: Tx, topic: string, keys: readonly string[]) => {
      await tx
        .insertInto('changes')
        .values(keys.map((key) => ({ topic, key })))
        .execute()
    },
  }
  return {
    pricing,
    changes,
    clock,
    within,
    addRule: async (rule) =>
      (await within((tx) => insertFeeRule({ changes: elsewhere, clock }, tx, toFeeRuleContent(rule)))).id,
    async addCoupon(fields = {}) {
      const id = newId('cpn')
      const content = toCouponContent({ code: id.slice(4), discountPaise: 1000, ...fields } as NewCoupon)
      await within((tx) => insertCoupon(tx, { id, now: new Date(clock.now()), content }))
      return id
    },
    record: (orderId, userId, couponId) =>
      within((tx) =>
        pricing.recordOrder(tx, {
          orderId,
          userId,
          coupon: couponId === undefined ? null : { couponId, discountPaise: 1000 },
        }),
      ),
    forget: (orderId) => within((tx) => pricing.forgetOrder(tx, orderId)),
    async usesOf(couponId) {
      const { rows } = await database.raw(
        `select uses, (select count(*) from coupon_uses where coupon_id = coupons.id) as rows from coupons where id = $1`,
        [couponId],
      )
      return rows[0] as { uses: number; rows: number }
    },
  }
}
