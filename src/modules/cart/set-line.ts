import type { Stores } from '../stores/index.ts'
import { boundStore, type CartContents, mostLines } from './cart-contents.ts'
import { cartProblems } from './cart-problems.ts'
import { updateLine } from './cart-queries.ts'
import { beginCart, type ChangeCartDeps, changeCart, type Visitor } from './change-cart.ts'
import { type PricedCart, priceCart } from './price-cart.ts'
import { readSurroundings, type Wanted, wantedOf } from './read-surroundings.ts'

export interface SetLineDeps extends ChangeCartDeps {
  stores: Pick<Stores, 'findServingStore' | 'findStore'>
}

export interface SetLineInput {
  variantId: string
  /** One at least. */
  quantity: number
  /** Binds a cart that has no store yet. */
  storeId: string | undefined
}

const nothingYet = ({ userId }: Visitor): Wanted => ({ userId, storeId: null, addressId: null, variantIds: [] })

/** @throws cart.store_missing, cart.other_store */
function storeOf(cart: CartContents | undefined, wanted: string | undefined): string {
  const bound = cart ? boundStore(cart) : null
  if (bound !== null && wanted !== undefined && wanted !== bound) throw cartProblems.otherStore({ storeId: bound })
  const storeId = bound ?? wanted ?? cart?.storeId
  if (!storeId) throw cartProblems.storeMissing()
  return storeId
}

/** Whose cart it is, where that is known without looking: not of somebody whose two carts have to become one first. */
function ownerOf({ userId, guestCartId }: Visitor): readonly ['account' | 'guest', string] | undefined {
  if (userId !== null) return guestCartId === null ? ['account', userId] : undefined
  return guestCartId === null ? undefined : ['guest', guestCartId]
}

/** Sets the line in a cart that is there and takes it. Nothing when it is not so, for whatever reason. */
async function setAtOnce(
  { database: { db }, catalog }: SetLineDeps,
  visitor: Visitor,
  { variantId, quantity, storeId }: SetLineInput,
  now: Date,
): Promise<CartContents | undefined> {
  const owner = ownerOf(visitor)
  if (!owner || storeId === undefined) return undefined
  const [offer] = await catalog.keptOffers(db, storeId, [variantId])
  if (!offer || quantity > offer.maxPerOrder) return undefined
  return updateLine(db, owner, { storeId, variantId, quantity, pricePaise: offer.pricePaise }, now)
}

/**
 * Sets how many of a variant are in a cart, at the price of now; begins the cart when there is none. Lines that are set at
 * once are all there afterwards, and one that is set twice has one of the two quantities. That there is too little of it
 * is said and no refusal.
 * @throws cart.store_missing, cart.other_store, cart.no_such_store, cart.not_sold, cart.above_maximum,
 * cart.too_many_lines, cart.too_many_carts
 */
export async function setLine(deps: SetLineDeps, visitor: Visitor, input: SetLineInput): Promise<PricedCart> {
  const { db } = deps.database
  const now = new Date(deps.clock.now())
  const changed = await setAtOnce(deps, visitor, input, now)
  if (changed) return priceCart(deps, changed)
  const { variantId, quantity, storeId: wantedStore } = input
  const { cart, asked } = await changeCart(deps, visitor, async (before) => {
    const storeId = storeOf(before, wantedStore)
    const wanted = before ? wantedOf(before) : nothingYet(visitor)
    const isNew = !wanted.variantIds.includes(variantId)
    if (isNew && wanted.variantIds.length >= mostLines) throw cartProblems.tooManyLines()
    const variantIds = isNew ? [...wanted.variantIds, variantId] : wanted.variantIds
    const asked = await readSurroundings(deps, { ...wanted, storeId, variantIds })
    const offer = asked.offers.get(variantId)
    if (!offer) throw (await deps.stores.findStore(db, storeId)) ? cartProblems.notSold() : cartProblems.noSuchStore()
    const { pricePaise, maxPerOrder } = offer
    if (quantity > maxPerOrder) throw cartProblems.aboveMaximum({ variantId, maxPerOrder })
    const line = { variantId, quantity, pricePaise }
    const cart = before
      ? await updateLine(db, ['cart', before.id], { ...line, storeId }, now)
      : await beginCart(deps, visitor, { storeId, lines: [{ ...line, addedAt: now.getTime() }] })
    return cart && { cart, asked }
  })
  return priceCart(deps, cart, { asked })
}
