import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import type { Carts, TakenCart } from '../cart/index.ts'
import { hasEnded } from './order.ts'
import { findOrder } from './order-queries.ts'
import type { Order } from './orders.ts'

export interface TakeOutOfCartDeps {
  database: Pick<Database, 'background'>
  carts: Pick<Carts, 'take' | 'clear'>
}

/** Whether a cart is what an order was made of: whoever changed it wants more than that. */
function isSame(cart: TakenCart, { storeId, lines }: Order): boolean {
  const ordered = new Map(lines.map(({ variantId, quantity }) => [variantId, quantity]))
  return (
    cart.storeId === storeId &&
    cart.lines.length === lines.length &&
    cart.lines.every(({ variantId, quantity }) => ordered.get(variantId) === quantity)
  )
}

/**
 * An order that had expired was brought back by late money: what had gone into the cart again is taken out, when nothing else
 * is in there. Not when the order has come to its end by now.
 */
export async function takeOutOfCart({ database, carts }: TakeOutOfCartDeps, orderId: string): Promise<void> {
  const known = await findOrder(database.background, orderId)
  if (!known) return
  await inTransaction(database.background, async (tx) => {
    const cart = await carts.take(tx, known.userId)
    const order = await findOrder(tx, orderId)
    if (cart && order && !hasEnded(order.status) && isSame(cart, order)) await carts.clear(tx, cart.cartId)
  })
}
