import type { Address } from '../accounts/index.ts'
import type { Catalog } from '../catalog/index.ts'
import type { Bill, CouponOutcome, Pricing } from '../pricing/index.ts'
import type { Serviceability, Stores } from '../stores/index.ts'
import type { WayToPay } from './cart.ts'
import { type Blocker, blockersOf } from './cart-blockers.ts'
import type { CartContents, Point } from './cart-contents.ts'
import { type LineNotice, noticesOf } from './line-notices.ts'
import {
  readSurroundings,
  type Surroundings,
  type SurroundingsDeps,
  stillCover,
  wantedOf,
} from './read-surroundings.ts'

export interface PriceCartDeps extends SurroundingsDeps {
  stores: Pick<Stores, 'findServingStore'>
  catalog: Pick<Catalog, 'keptOffers' | 'findVariants'>
  pricing: Pick<Pricing, 'quote'>
  waysToPay: (totalPaise: number) => readonly WayToPay[]
}

/** A line with what it costs now; without a price when the store does not sell it. */
export interface PricedCartLine {
  variantId: string
  productId: string | null
  name: string | null
  brand: string | null
  pack: string | null
  imageUrl: string | null
  quantity: number
  mrpPaise: number | null
  pricePaise: number | null
  totalPaise: number | null
  notices: LineNotice[]
}

/** Where it goes: an address of the account's, or just a place. */
export interface CartPlace {
  id: string | null
  label: string | null
  lines: string[] | null
  landmark: string | null
  pincode: string | null
  point: Point
}

export interface PricedCart {
  contents: CartContents
  lines: PricedCartLine[]
  place: CartPlace | null
  serviceability: Serviceability | null
  /** Nothing while nothing in the cart is sold. */
  bill: Bill | null
  coupon: CouponOutcome | null
  /** Nothing while there is nothing to be paid for. */
  waysToPay: readonly WayToPay[] | null
  blockers: Blocker[]
}

function placeOf({ point, pincode }: CartContents, { address }: Surroundings): CartPlace | null {
  if (address?.point) {
    const { id, label, lines, landmark } = address
    return { id, label, lines, landmark, pincode: address.pincode, point: address.point }
  }
  return point && { id: null, label: null, lines: null, landmark: null, pincode, point }
}

async function priceLines(
  { database, catalog }: PriceCartDeps,
  { lines }: CartContents,
  { offers, available }: Surroundings,
): Promise<PricedCartLine[]> {
  const unsold = lines.map(({ variantId }) => variantId).filter((id) => !offers.has(id))
  const known = new Map(
    unsold.length === 0 ? [] : (await catalog.findVariants(database.db, unsold)).map((each) => [each.id, each]),
  )
  return lines.map((line) => {
    const { variantId, quantity } = line
    const offer = offers.get(variantId)
    const notices = noticesOf(line, offer && { ...offer, available: available.get(variantId) ?? 0 })
    if (offer) {
      const { productId, name, brand, pack, imageUrl, mrpPaise, pricePaise } = offer
      const totalPaise = pricePaise * quantity
      return { variantId, productId, name, brand, pack, imageUrl, quantity, mrpPaise, pricePaise, totalPaise, notices }
    }
    const { productId = null, name = null, pack = null } = known.get(variantId) ?? {}
    const words = { variantId, productId, name, brand: null, pack, imageUrl: null }
    return { ...words, quantity, mrpPaise: null, pricePaise: null, totalPaise: null, notices }
  })
}

/**
 * What a cart costs now and what stands in the way of ordering it, by the stock of this moment and by prices, fees and hours
 * of a second ago or later. What the store does not sell is in the cart and not in the bill.
 * @param known what was asked about the cart before it changed, all or its address; asked once more where that is not enough
 */
export async function priceCart(
  deps: PriceCartDeps,
  contents: CartContents,
  { asked, address }: { asked?: Surroundings; address?: Address | undefined } = {},
): Promise<PricedCart> {
  const isKnown = asked && stillCover(asked, contents)
  const surroundings = isKnown ? asked : await readSurroundings(deps, wantedOf(contents), address)
  const { userId, storeId, couponCode, tipPaise } = contents
  const place = placeOf(contents, surroundings)
  const [lines, serviceability] = await Promise.all([
    priceLines(deps, contents, surroundings),
    place && deps.stores.findServingStore(place.point, storeId === null ? {} : { storeId }),
  ])
  const sold = contents.lines.flatMap(({ variantId, quantity }) => {
    const offer = surroundings.offers.get(variantId)
    return offer ? [{ ...offer, quantity }] : []
  })
  const quote =
    storeId === null || sold.length === 0
      ? undefined
      : await deps.pricing.quote(deps.database.db, { storeId, lines: sold, couponCode, tipPaise, userId })
  const goodsPaise = sold.reduce((sum, { pricePaise, quantity }) => sum + pricePaise * quantity, 0)
  const waysToPay = quote ? deps.waysToPay(quote.bill.toPayPaise) : null
  const isPayable = waysToPay?.some(({ isOpen }) => isOpen) ?? true
  const hasAddress = place !== null && place.id !== null
  return {
    contents,
    lines,
    place,
    serviceability,
    bill: quote?.bill ?? null,
    coupon: quote?.coupon ?? null,
    waysToPay,
    blockers: blockersOf({ lines, hasAddress, serviceability, goodsPaise, isPayable }),
  }
}
