import { httpProblems } from '../../platform/http/http-problems.ts'
import type { Address } from '../accounts/index.ts'
import type { Stores } from '../stores/index.ts'
import type { CartContents, Point } from './cart-contents.ts'
import { cartProblems } from './cart-problems.ts'
import { updatePlace } from './cart-queries.ts'
import { beginCart, type ChangeCartDeps, changeCart, type Visitor } from './change-cart.ts'
import { type PricedCart, priceCart } from './price-cart.ts'

/** An address of the account's, or just where somebody is. */
export type WantedPlace = { addressId: string } | { point: Point; pincode: string | null }

interface FoundPlace {
  address: Address | undefined
  point: Point
  pincode: string | null
}

/** @throws request.unauthorized, cart.address_not_found, cart.point_missing */
async function findPlace(
  { accounts, database }: Pick<ChangeCartDeps, 'accounts' | 'database'>,
  { userId }: Visitor,
  wanted: WantedPlace,
): Promise<FoundPlace> {
  if ('point' in wanted) return { address: undefined, ...wanted }
  if (userId === null) throw httpProblems.unauthorized()
  const address = await accounts.findAddress(database.db, userId, wanted.addressId)
  if (!address) throw cartProblems.addressNotFound()
  if (!address.point) throw cartProblems.pointMissing()
  return { address, point: address.point, pincode: null }
}

/** A cart with lines stays with its store, unless another serves the place better. */
async function chooseStore(
  { findServingStore }: Pick<Stores, 'findServingStore'>,
  point: Point,
  cart: CartContents | undefined,
): Promise<string | null> {
  const present = cart?.storeId ?? null
  const best = await findServingStore(point)
  if (best.outcome === 'not_covered') return present
  if (present === null || cart?.lines.length === 0 || best.store.id === present) return best.store.id
  const { outcome } = await findServingStore(point, { storeId: present })
  return outcome === best.outcome ? present : best.store.id
}

/**
 * Says where a cart goes and binds it to the store that serves the place, whatever store it had. What that one does not sell
 * stays in the cart and is said. A place that nobody serves is kept as well: then the cart cannot be ordered.
 * @throws request.unauthorized, cart.address_not_found, cart.point_missing, cart.too_many_carts
 */
export async function setPlace(deps: ChangeCartDeps, visitor: Visitor, wanted: WantedPlace): Promise<PricedCart> {
  const now = new Date(deps.clock.now())
  const { address, point, pincode } = await findPlace(deps, visitor, wanted)
  const changed = await changeCart(deps, visitor, async (cart) => {
    const storeId = await chooseStore(deps.stores, point, cart)
    const place = { storeId, addressId: address?.id ?? null, point: address ? null : point, pincode }
    return cart
      ? updatePlace(deps.database.db, { cartId: cart.id, fromStoreId: cart.storeId }, place, now)
      : beginCart(deps, visitor, place)
  })
  return priceCart(deps, changed, { address })
}
