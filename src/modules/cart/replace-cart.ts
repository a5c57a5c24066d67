import { httpProblems } from '../../platform/http/http-problems.ts'
import { newId } from '../../platform/ids.ts'
import type { Stores } from '../stores/index.ts'
import { type CartContents, type CartDetails, type CartLine, mostUnits, noDetails } from './cart-contents.ts'
import { cartProblems } from './cart-problems.ts'
import { beginCart, type ChangeCartDeps, type Visitor } from './change-cart.ts'
import { chooseStore } from './choose-store.ts'
import { findCart } from './find-cart.ts'
import { findPlace, type WantedPlace } from './find-place.ts'
import { type PricedCart, priceCart } from './price-cart.ts'
import { replaceAccountCart, replaceGuestCart } from './whole-cart-queries.ts'

export interface ReplaceCartDeps extends ChangeCartDeps {
  stores: Pick<Stores, 'findServingStore' | 'findStore'>
}

export interface ReplaceCartInput {
  /** In their order, one unit of each at least. */
  lines: readonly { variantId: string; quantity: number }[]
  /** The store, unless the place that is said has another. */
  storeId?: string | undefined
  /** Null is none. */
  place?: WantedPlace | null | undefined
  /** What is absent of it stays. */
  extras: Partial<Pick<CartDetails, 'couponCode' | 'tipPaise' | 'instructions'>>
}

/** @throws request.malformed */
function requireEachOnce(lines: ReplaceCartInput['lines']): void {
  const seen = new Set<string>()
  for (const [at, { variantId }] of lines.entries()) {
    if (seen.has(variantId)) throw httpProblems.malformed({ fields: [`body.lines.${at}.variantId`] })
    seen.add(variantId)
  }
}

/** @throws cart.no_such_store, cart.no_such_variant, cart.above_maximum */
async function offeredLines(
  { database: { db }, catalog, stores }: ReplaceCartDeps,
  { lines, storeId: named }: ReplaceCartInput,
  { storeId, now }: { storeId: string; now: Date },
): Promise<CartLine[]> {
  const ids = lines.map(({ variantId }) => variantId)
  const offers = new Map((await catalog.keptOffers(db, storeId, ids)).map((offer) => [offer.variantId, offer]))
  const mayBeNone = offers.size === 0 && storeId === named
  if (mayBeNone && !(await stores.findStore(db, storeId))) throw cartProblems.noSuchStore()
  const unsold = ids.filter((id) => !offers.has(id))
  const variants = unsold.length === 0 ? [] : await catalog.findVariants(db, unsold)
  const known = new Map(variants.map((variant) => [variant.id, variant]))
  const variantIds = unsold.filter((id) => !known.has(id))
  if (variantIds.length > 0) throw cartProblems.noSuchVariant({ variantIds })
  return lines.map(({ variantId, quantity }, at) => {
    const pricePaise = offers.get(variantId)?.pricePaise ?? null
    const { maxPerOrder } = offers.get(variantId) ?? known.get(variantId) ?? { maxPerOrder: mostUnits }
    if (quantity > maxPerOrder) throw cartProblems.aboveMaximum({ variantId, maxPerOrder })
    // Before now, so that what is added next comes last.
    return { variantId, quantity, pricePaise, addedAt: now.getTime() - lines.length + at }
  })
}

/** Writes it over the cart that is there, or begins one. @throws cart.too_many_carts */
async function write(
  deps: ReplaceCartDeps,
  visitor: Visitor,
  { said, now, ...content }: { lines: CartLine[]; storeId: string | null; said: Partial<CartDetails>; now: Date },
): Promise<CartContents> {
  const { db } = deps.database
  const { userId, guestCartId } = visitor
  const cart = { ...noDetails, ...content, ...said }
  if (userId !== null) {
    const id = newId('crt')
    const replaced = await replaceAccountCart(db, { ...cart, id, userId }, { said, now })
    if (replaced.id === id) deps.telemetry.begun('account')
    return replaced
  }
  const own = guestCartId === null ? undefined : { ...cart, id: guestCartId, userId }
  const replaced = own && (await replaceGuestCart(db, own, { said, now }))
  const written = replaced ?? (await beginCart(deps, visitor, cart))
  if (!written) throw new Error('a guest’s cart was begun by another')
  return written
}

/**
 * Has exactly these lines be in a cart, in this order and at the prices of now; begins it when there is none. Of two at once
 * one is left whole. It is of the store that serves the place that was said, which is the named one where that does as well;
 * else of the named one, else of the one that it was of. What that does not sell is kept and said.
 * @throws request.malformed when a variant comes twice, request.unauthorized, cart.address_not_found, cart.point_missing,
 * cart.store_missing, cart.no_such_store, cart.no_such_variant, cart.above_maximum, cart.too_many_carts
 */
export async function replaceCart(
  deps: ReplaceCartDeps,
  visitor: Visitor,
  input: ReplaceCartInput,
): Promise<PricedCart> {
  requireEachOnce(input.lines)
  const now = new Date(deps.clock.now())
  const place = input.place && (await findPlace(deps, visitor, input.place))
  const chosen = (place && (await chooseStore(deps.stores, place.point, input.storeId))) ?? input.storeId
  const hasTwo = visitor.userId !== null && visitor.guestCartId !== null
  const before = chosen === undefined || hasTwo ? await findCart(deps, visitor) : undefined
  const storeId = chosen ?? before?.storeId ?? null
  if (storeId === null && input.lines.length > 0) throw cartProblems.storeMissing()
  const lines = storeId === null ? [] : await offeredLines(deps, input, { storeId, now })
  const noPlace = { addressId: null, point: null, pincode: null }
  const said = {
    ...input.extras,
    ...(chosen !== undefined && { storeId: chosen }),
    ...(place !== undefined && (place?.details ?? noPlace)),
  }
  const cart = await write(deps, visitor, { lines, storeId, said, now })
  return priceCart(deps, cart, { address: place?.address })
}
