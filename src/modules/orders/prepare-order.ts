import type { Tx } from '../../platform/database/database.ts'
import type { Problem } from '../../platform/http/problem.ts'
import type { Accounts, Address } from '../accounts/index.ts'
import type { Carts, TakenCart } from '../cart/index.ts'
import type { Catalog, Offer } from '../catalog/index.ts'
import type { Inventory } from '../inventory/index.ts'
import type { PaymentMethod, Payments } from '../payments/index.ts'
import type { Bill, CouponOutcome, Pricing } from '../pricing/index.ts'
import type { Serviceability, Stores } from '../stores/index.ts'
import { findMethod, methodUnavailable } from './payment-method.ts'
import { placeProblems } from './place-problems.ts'
import type { StoresAtWork } from './stores-at-work.ts'

export interface PrepareOrderDeps {
  carts: Pick<Carts, 'take'>
  accounts: Pick<Accounts, 'findAddress'>
  catalog: Pick<Catalog, 'findOffers'>
  inventory: Pick<Inventory, 'availabilityOf'>
  atWork: Pick<StoresAtWork, 'ordersAhead' | 'wasSoldOut'>
  stores: Pick<Stores, 'findServingStore'>
  pricing: Pick<Pricing, 'quote'>
  payments: Pick<Payments, 'methodsFor'>
}

export interface PlaceOrderInput {
  userId: string
  expectedTotalPaise: number
  paymentMethod: string
}

/** A line of a cart at what the store sells it for now. */
export type OfferedLine = Offer & { quantity: number }

/** All that an order is made of. */
export interface PreparedOrder {
  cart: TakenCart
  storeId: string
  address: Address
  etaMinutes: number
  lines: OfferedLine[]
  /** What the bill was made of. */
  priced: Parameters<Pricing['quote']>[1]
  bill: Bill
  coupon: Extract<CouponOutcome, { outcome: 'applied' }> | null
  method: PaymentMethod
  /** Of a line there was too little a moment ago. */
  mayBeShort: boolean
}

/** The cart, which nobody else orders meanwhile. */
async function takeCart({ carts }: PrepareOrderDeps, tx: Tx, userId: string) {
  const cart = await carts.take(tx, userId)
  if (!cart || cart.lines.length === 0) throw placeProblems.cartEmpty()
  if (cart.storeId === null || cart.addressId === null) throw placeProblems.addressMissing()
  return { cart, storeId: cart.storeId, addressId: cart.addressId }
}

/** For so long a look at the stock says all: holds that had ended were counted when it was sold out. */
const soldOutMs = 1000
/** For so long what ran out is held first, and not last. */
const scarceMs = 5000

/** Of a thousand who come too late for something most are told so before their order is made. */
function requireStock(lines: readonly OfferedLine[], available: ReadonlyMap<string, number>): void {
  const short = lines
    .map(({ variantId, quantity: wanted }) => ({ variantId, wanted, available: available.get(variantId) ?? 0 }))
    .filter((line) => line.available < line.wanted)
  if (short.length > 0) throw placeProblems.linesUnavailable({ lines: short })
}

function requirePoint(address: Address | undefined) {
  if (!address?.point) throw placeProblems.addressMissing()
  return { address, point: address.point }
}

function offeredLines(cart: TakenCart, offers: readonly Offer[]): OfferedLine[] {
  const known = new Map(offers.map((offer) => [offer.variantId, offer]))
  const lines: OfferedLine[] = []
  const unavailable: { variantId: string; wanted: number; available: number }[] = []
  for (const { variantId, quantity } of cart.lines) {
    const offer = known.get(variantId)
    if (offer && quantity <= offer.maxPerOrder) lines.push({ ...offer, quantity })
    else unavailable.push({ variantId, wanted: quantity, available: offer?.maxPerOrder ?? 0 })
  }
  if (unavailable.length > 0) throw placeProblems.linesUnavailable({ lines: unavailable })
  return lines
}

function requireServing(found: Serviceability) {
  if (found.outcome === 'serviceable') return found
  throw placeProblems.notServiceable({
    outcome: found.outcome,
    ...(found.outcome === 'paused' && { reason: found.reason }),
    ...(found.outcome === 'store_closed' && found.opensAt && { opensAt: found.opensAt.toISOString() }),
  })
}

/** Who expects a total without the coupon has seen that it is refused, and orders all the same. */
function differenceOf(coupon: CouponOutcome | null, bill: Bill): Problem {
  if (coupon?.outcome !== 'refused') return placeProblems.totalChanged({ bill })
  return placeProblems.couponRefused({ reason: coupon.reason, message: coupon.message, bill })
}

/**
 * Takes a customer's cart and everything that it is ordered with, at the prices and rules of now. Whatever stands in the way
 * of an order is a problem, besides the stock: that is held last.
 * @throws order.cart_empty, order.address_missing, order.lines_unavailable, order.not_serviceable, order.coupon_refused,
 *   order.below_minimum, order.total_changed, order.payment_method_unavailable
 */
export async function prepareOrder(deps: PrepareOrderDeps, tx: Tx, input: PlaceOrderInput): Promise<PreparedOrder> {
  const { userId, expectedTotalPaise, paymentMethod } = input
  const { cart, storeId, addressId } = await takeCart(deps, tx, userId)
  const variantIds = cart.lines.map(({ variantId }) => variantId)
  const wasSoldOut = (withinMs: number) => variantIds.some((id) => deps.atWork.wasSoldOut(storeId, id, withinMs))
  const [found, offers, available, ordersAhead] = await Promise.all([
    deps.accounts.findAddress(tx, userId, addressId),
    deps.catalog.findOffers(tx, storeId, variantIds),
    wasSoldOut(soldOutMs) ? deps.inventory.availabilityOf(tx, storeId, variantIds) : undefined,
    deps.atWork.ordersAhead(tx, storeId),
  ])
  const { address, point } = requirePoint(found)
  const lines = offeredLines(cart, offers)
  if (available) requireStock(lines, available)
  const load = { ordersAhead, riderWaitMinutes: 0 }
  const serving = requireServing(await deps.stores.findServingStore(point, { storeId, load, tx }))
  const { couponCode, tipPaise } = cart
  const priced = { storeId, lines, couponCode, tipPaise, userId }
  const { bill, coupon } = await deps.pricing.quote(tx, priced)
  const itemsPaise = bill.items.reduce((sum, { totalPaise }) => sum + totalPaise, 0)
  const { minimumOrderPaise } = serving
  if (itemsPaise < minimumOrderPaise) throw placeProblems.belowMinimum({ minimumOrderPaise })
  if (bill.toPayPaise !== expectedTotalPaise) throw differenceOf(coupon, bill)
  const methods = deps.payments.methodsFor(bill.toPayPaise)
  const method = findMethod(methods, paymentMethod)
  if (!method) throw methodUnavailable(methods, paymentMethod)
  const applied = coupon?.outcome === 'applied' ? coupon : null
  const mayBeShort = wasSoldOut(scarceMs)
  const { etaMinutes } = serving
  return { cart, storeId, address, etaMinutes, lines, priced, bill, coupon: applied, method, mayBeShort }
}
