import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { Carts, TakenCart } from './cart.ts'
import { lockCart, refillCart } from './whole-cart-queries.ts'

/** An account's cart as it is ordered, which nobody changes until the transaction ends. */
export async function takeCart(tx: Tx, userId: string): Promise<TakenCart | undefined> {
  const cart = await lockCart(tx, userId)
  if (!cart) return undefined
  const { id: cartId, storeId, addressId, couponCode, tipPaise, instructions } = cart
  const lines = cart.lines.map(({ variantId, quantity }) => ({ variantId, quantity }))
  return { cartId, storeId, addressId, lines, couponCode, tipPaise, instructions }
}

/** Puts the lines of an order that came to nothing back. When something else is in the cart by now, that stays as it is. */
export function refillFromOrder(
  { clock }: { clock: Clock },
  tx: Tx,
  { userId, storeId, lines }: Parameters<Carts['refill']>[1],
): Promise<void> {
  const now = clock.now()
  const again = lines.map(({ variantId, quantity }, at) => ({
    variantId,
    quantity,
    pricePaise: null,
    addedAt: now + at,
  }))
  return refillCart(tx, { id: newId('crt'), userId, storeId, lines: again }, new Date(now))
}
