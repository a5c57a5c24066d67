import { constraintOf } from '../../platform/database/statement-error.ts'
import { couponProblems, pricingProblems } from './pricing-problems.ts'

const faults: Readonly<Record<string, string>> = {
  fee_rules_range_is_not_empty: 'itemsFromPaise must be below itemsBelowPaise',
  fee_rules_window_is_not_empty: 'window must not end as it begins',
  coupons_discount_is_one: 'there must be a discountBasisPoints or a discountPaise, and not both',
  coupons_maximum_is_of_percentage: 'maximumDiscountPaise is for a discountBasisPoints only',
  coupons_window_is_not_empty: 'endsAt must be after startsAt',
}

/** What clients are told of a constraint that they broke; any other error as it is. */
export function explainRefusal(error: unknown): unknown {
  const constraint = constraintOf(error) ?? ''
  const fault = faults[constraint]
  if (fault !== undefined) return pricingProblems.invalid({ message: `It cannot be saved: ${fault}`, faults: [fault] })
  if (constraint === 'fee_rules_store_fkey' || constraint === 'coupons_store_fkey')
    return pricingProblems.storeUnknown()
  if (constraint === 'coupons_code_key') return couponProblems.codeTaken()
  return constraint === 'coupons_uses_within_limit' ? couponProblems.limitBelowUses() : error
}
