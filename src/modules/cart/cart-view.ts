import type { CouponOutcome } from '../pricing/index.ts'
import type { Serviceability } from '../stores/index.ts'
import { blockersOf } from './cart-blockers.ts'
import { noDetails } from './cart-contents.ts'
import type { PricedCart } from './price-cart.ts'

const nothing: PricedCart = {
  contents: { ...noDetails, id: '', userId: null, lines: [] },
  lines: [],
  place: null,
  serviceability: null,
  bill: null,
  coupon: null,
  waysToPay: null,
  blockers: blockersOf({ lines: [], hasAddress: false, serviceability: null, goodsPaise: 0, isPayable: true }),
}

const toServiceabilityView = (found: Serviceability) =>
  found.outcome === 'store_closed' ? { ...found, opensAt: found.opensAt?.toISOString() ?? null } : found

/** A coupon that waits for something to be in the cart was not looked at. */
function toCouponView(code: string | null, coupon: CouponOutcome | null) {
  if (code === null) return null
  if (!coupon) return { code, outcome: 'waiting' as const }
  const { outcome } = coupon
  return outcome === 'applied'
    ? { code, outcome, discountPaise: coupon.discountPaise }
    : { code, outcome, reason: coupon.reason, message: coupon.message }
}

/** A cart as clients see it; one that there is not yet is empty. */
export function toCartView(cart: PricedCart = nothing) {
  const { contents, place, serviceability, coupon, lines, bill, waysToPay, blockers } = cart
  const { id, storeId, couponCode, tipPaise, instructions } = contents
  return {
    id: id || null,
    storeId,
    address: place,
    serviceability: serviceability && toServiceabilityView(serviceability),
    lines,
    bill,
    coupon: toCouponView(couponCode, coupon),
    tipPaise,
    instructions,
    minimumOrderPaise: serviceability?.outcome === 'serviceable' ? serviceability.minimumOrderPaise : null,
    paymentMethods: waysToPay && [...waysToPay],
    canOrder: blockers.length === 0,
    blockers,
  }
}
