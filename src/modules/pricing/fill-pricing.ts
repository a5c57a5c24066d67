import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { toCouponContent } from './coupon.ts'
import { hasCoupons, insertCoupon } from './coupon-queries.ts'
import { toFeeRuleContent } from './fee-rule.ts'
import { hasRules } from './fee-rule-queries.ts'
import type { StartingPrices } from './pricing.ts'
import { insertFeeRule, type SaveFeeRuleDeps } from './save-fee-rule.ts'

/** Adds fee rules and coupons where there never was any; otherwise it does nothing. */
export async function fillPricing(
  deps: Pick<SaveFeeRuleDeps, 'changes'> & { clock: Clock },
  tx: Tx,
  { feeRules, coupons }: StartingPrices,
): Promise<void> {
  if ((await hasRules(tx)) || (await hasCoupons(tx))) return
  for (const rule of feeRules) await insertFeeRule(deps, tx, toFeeRuleContent(rule))
  const now = new Date(deps.clock.now())
  for (const coupon of coupons) await insertCoupon(tx, { id: newId('cpn'), now, content: toCouponContent(coupon) })
}
