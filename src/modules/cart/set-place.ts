import { updatePlace } from './cart-queries.ts'
import { beginCart, type ChangeCartDeps, changeCart, type Visitor } from './change-cart.ts'
import { chooseStore } from './choose-store.ts'
import { findPlace, type WantedPlace } from './find-place.ts'
import { type PricedCart, priceCart } from './price-cart.ts'

/**
 * Says where a cart goes and binds it to the store that serves the place, whatever store it had; with lines it stays with
 * its own where that does as well. What the store does not sell stays in the cart and is said. A place that nobody serves is kept as well: then the cart cannot be ordered.
 * @throws request.unauthorized, cart.address_not_found, cart.point_missing, cart.too_many_carts
 */
export async function setPlace(deps: ChangeCartDeps, visitor: Visitor, wanted: WantedPlace): Promise<PricedCart> {
  const now = new Date(deps.clock.now())
  const { point, address, details } = await findPlace(deps, visitor, wanted)
  const changed = await changeCart(deps, visitor, async (cart) => {
    const present = cart?.storeId ?? null
    const serving = await chooseStore(deps.stores, point, cart?.lines.length ? present : null)
    const place = { ...details, storeId: serving ?? present }
    return cart
      ? updatePlace(deps.database.db, { cartId: cart.id, fromStoreId: cart.storeId }, place, now)
      : beginCart(deps, visitor, place)
  })
  return priceCart(deps, changed, { address })
}
