import type { FastifyPluginAsync } from 'fastify'
import type { Queryable, Tx } from '../../platform/database/database.ts'
import type { Bill, PricedLine } from './bill.ts'
import type { CouponRefusal, NewCoupon } from './coupon.ts'
import type { NewFeeRule } from './fee-rule.ts'

export type CouponOutcome =
  | { outcome: 'applied'; code: string; couponId: string; discountPaise: number }
  /** The message is for the customer. */
  | { outcome: 'refused'; code: string; reason: CouponRefusal; message: string }

export interface QuoteInput {
  storeId: string
  lines: readonly PricedLine[]
  couponCode: string | null
  tipPaise: number
  /** Nobody: a guest. */
  userId: string | null
}

export interface Quote {
  bill: Bill
  coupon: CouponOutcome | null
}

export interface CountedOrder {
  orderId: string
  userId: string
  coupon: { couponId: string; discountPaise: number } | null
}

/** As operators would submit them. */
export interface StartingPrices {
  feeRules: readonly NewFeeRule[]
  coupons: readonly NewCoupon[]
}

/** What other modules see of this one. */
export interface Pricing {
  /**
   * What these lines cost now in a store, by its fees and with the coupon. The same input at the same time: the same bill.
   * A code counts however it is capitalized; a guest has to sign in first, whichever it is.
   */
  quote(on: Queryable, input: QuoteInput): Promise<Quote>
  /**
   * Counts an order, once: the use of its coupon, and that it is its customer's. All limits hold however many orders come
   * at once: those who use one coupon go one after the other until they commit. A refusal has counted nothing.
   */
  recordOrder(tx: Tx, order: CountedOrder): Promise<'recorded' | CouponRefusal>
  /** The order came to nothing: its coupon may be used again. Once; the second time it does nothing. It may be recorded anew. */
  forgetOrder(tx: Tx, orderId: string): Promise<void>
  /** Adds fee rules and coupons where there never was any; otherwise it does nothing. */
  fill(tx: Tx, prices: StartingPrices): Promise<void>
  /** `/fee-rules*` and `/coupons*` for operators, for the prefix `/api`. */
  routes: FastifyPluginAsync
  /** Reads what is kept in memory. After the change feed has started. @throws Unavailable */
  start(): Promise<void>
}
