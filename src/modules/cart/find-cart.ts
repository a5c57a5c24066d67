import type { CartContents } from './cart-contents.ts'
import { type CartOwner, readCarts } from './cart-queries.ts'
import { type MergeCartsDeps, mergeCarts } from './merge-carts.ts'
import { type PriceCartDeps, type PricedCart, priceCart } from './price-cart.ts'

export interface FindCartDeps extends PriceCartDeps, Omit<MergeCartsDeps, 'catalog'> {
  catalog: PriceCartDeps['catalog'] & MergeCartsDeps['catalog']
}

/**
 * The cart of whoever asks, if there is one yet. Somebody who is signed in and shows a guest's handle gets both carts as
 * one, from then on.
 */
export async function findCart(deps: FindCartDeps, owner: CartOwner): Promise<CartContents | undefined> {
  const { userId, guestCartId } = owner
  const carts = await readCarts(deps.database.db, owner)
  const isGuests = carts.some((cart) => cart.userId === null)
  if (userId === null || guestCartId === null || !isGuests) return carts[0]
  const merged = await mergeCarts(deps, { userId, guestCartId })
  return merged ?? (await readCarts(deps.database.db, { userId, guestCartId: null }))[0]
}

/** The same with its bill. It makes no cart. */
export async function showCart(deps: FindCartDeps, owner: CartOwner): Promise<PricedCart | undefined> {
  const cart = await findCart(deps, owner)
  return cart && priceCart(deps, cart)
}
