import type { Clock } from '../../platform/clock.ts'
import type { Queryable } from '../../platform/database/database.ts'
import { computeBill } from './compute-bill.ts'
import {
  type Coupon,
  type CouponRefusal,
  discountOf,
  explainCoupon,
  isCode,
  normalizeCode,
  refusalOf,
  refusalWords,
} from './coupon.ts'
import { findCoupon } from './coupon-queries.ts'
import { minuteOfDay } from './fee-rule.ts'
import type { KeptFeeRules } from './kept-fee-rules.ts'
import type { CouponOutcome, Quote, QuoteInput } from './pricing.ts'

export interface MakeQuoteDeps {
  keptFeeRules: KeptFeeRules
  clock: Clock
  isTaxed: boolean
}

interface Redeemed {
  outcome: CouponOutcome
  /** For the bill. */
  coupon: { discountPaise: number; explanation: string } | null
}

interface Redeeming {
  code: string
  storeId: string
  userId: string | null
  itemsPaise: number
  now: number
}

function refused(code: string, reason: CouponRefusal, known?: { coupon: Coupon; itemsPaise: number }): Redeemed {
  const message = refusalWords(reason, known?.coupon, known?.itemsPaise)
  return { outcome: { outcome: 'refused', code, reason, message }, coupon: null }
}

/** Guests are told the same of every code: whoever guesses codes needs an account for each thing that he learns. */
async function redeem(on: Queryable, { code, storeId, userId, itemsPaise, now }: Redeeming): Promise<Redeemed> {
  if (userId === null) return refused(code, 'signInNeeded')
  const coupon = isCode(code) ? await findCoupon(on, code, userId) : undefined
  if (!coupon) return refused(code, 'unknown')
  const { hasOrdered, customerUses } = coupon
  const reason = refusalOf(coupon, { storeId, itemsPaise, now, hasOrdered, customerUses })
  if (reason) return refused(code, reason, { coupon, itemsPaise })
  const discountPaise = discountOf(coupon, itemsPaise)
  return {
    outcome: { outcome: 'applied', code, couponId: coupon.id, discountPaise },
    coupon: { discountPaise, explanation: `${code}: ${explainCoupon(coupon)}` },
  }
}

/**
 * What lines cost now, by the fees of the store and with the coupon if that counts. Rules look at what the items cost before
 * the coupon.
 * @throws Unavailable; RangeError for lines that are none
 */
export async function makeQuote(
  { keptFeeRules, clock, isTaxed }: MakeQuoteDeps,
  on: Queryable,
  { storeId, lines, couponCode, tipPaise, userId }: QuoteInput,
): Promise<Quote> {
  const now = clock.now()
  const itemsPaise = lines.reduce((sum, { pricePaise, quantity }) => sum + pricePaise * quantity, 0)
  const book = await keptFeeRules.current(on)
  const fees = book.feesFor({ storeId, itemsPaise, minute: minuteOfDay(now) })
  const charged = { lines, fees, tipPaise, isTaxed }
  if (couponCode === null) return { bill: computeBill({ ...charged, coupon: null }), coupon: null }
  const { outcome, coupon } = await redeem(on, { code: normalizeCode(couponCode), storeId, userId, itemsPaise, now })
  return { bill: computeBill({ ...charged, coupon }), coupon: outcome }
}
