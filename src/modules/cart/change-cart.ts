import { newId } from '../../platform/ids.ts'
import { type CartContents, type CartDetails, type CartLine, noDetails } from './cart-contents.ts'
import type { CartLimit } from './cart-limit.ts'
import { cartProblems } from './cart-problems.ts'
import { type CartOwner, deleteLine, type Extra, insertCart, updateExtra } from './cart-queries.ts'
import type { CartTelemetry } from './cart-telemetry.ts'
import { type FindCartDeps, findCart } from './find-cart.ts'
import { type PricedCart, priceCart } from './price-cart.ts'
import { emptyCart } from './whole-cart-queries.ts'

export interface ChangeCartDeps extends FindCartDeps {
  limit: Pick<CartLimit, 'take'>
  telemetry: Pick<CartTelemetry, 'merged' | 'begun' | 'refused'>
}

/** Who is at a cart. */
export interface Visitor extends CartOwner {
  /** The client address as limits count it. */
  source: string
}

const mostAttempts = 5

/**
 * Has a cart changed, again when another got in the way: it was gone, begun by another or bound to another store between
 * its reading and the change. `change` gives nothing when it was so.
 */
export async function changeCart<T>(
  deps: FindCartDeps,
  visitor: CartOwner,
  change: (cart: CartContents | undefined) => Promise<T | undefined>,
): Promise<T> {
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const changed = await change(await findCart(deps, visitor))
    if (changed !== undefined) return changed
  }
  throw new Error(`others got in the way of a change to a cart ${mostAttempts} times`)
}

/**
 * Begins the cart of somebody who has none. Nothing when it was begun by another request meanwhile.
 * @throws cart.too_many_carts to guests of a source that begins too many
 */
export async function beginCart(
  { database, clock, limit, telemetry }: ChangeCartDeps,
  { userId, source }: Visitor,
  content: Partial<CartDetails> & { lines?: CartLine[] },
): Promise<CartContents | undefined> {
  const retryAfter = userId === null ? limit.take(source) : undefined
  if (retryAfter !== undefined) {
    telemetry.refused()
    throw cartProblems.tooManyCarts({ retryAfter })
  }
  const cart: CartContents = { ...noDetails, lines: [], ...content, id: newId('crt'), userId }
  if (!(await insertCart(database.db, cart, new Date(clock.now())))) return undefined
  telemetry.begun(userId === null ? 'guest' : 'account')
  return cart
}

/** Sets coupon, tip or instructions. Whether the coupon counts is said with the bill. @throws cart.too_many_carts */
export async function setExtra<Name extends Extra>(
  deps: ChangeCartDeps,
  visitor: Visitor,
  [name, value]: readonly [Name, CartDetails[Name]],
): Promise<PricedCart> {
  const now = new Date(deps.clock.now())
  const changed = await changeCart(deps, visitor, (cart) =>
    cart
      ? updateExtra(deps.database.db, cart.id, [name, value], now)
      : beginCart(deps, visitor, { [name]: value } as Partial<CartDetails>),
  )
  return priceCart(deps, changed)
}

/** Takes a line out, if it is there. It makes no cart. */
export async function removeLine(
  deps: FindCartDeps,
  owner: CartOwner,
  variantId: string,
): Promise<PricedCart | undefined> {
  const cart = await findCart(deps, owner)
  const left = cart && (await deleteLine(deps.database.db, cart.id, variantId, new Date(deps.clock.now())))
  return left && priceCart(deps, left)
}

/** Takes out everything; the cart stays at its store and place. */
export async function emptyWholeCart(deps: FindCartDeps, owner: CartOwner): Promise<PricedCart | undefined> {
  const cart = await findCart(deps, owner)
  const left = cart && (await emptyCart(deps.database.db, cart.id))
  return left && priceCart(deps, left)
}
