import type { FastifyPluginAsync } from 'fastify'
import type { Tx } from '../../platform/database/database.ts'

/** A cart as it is ordered. */
export interface TakenCart {
  cartId: string
  storeId: string | null
  addressId: string | null
  /** Each variant once. */
  lines: { variantId: string; quantity: number }[]
  couponCode: string | null
  tipPaise: number
  /** For whoever delivers. */
  instructions: string | null
}

/** A way to pay, with whether it takes what a cart comes to. */
export interface WayToPay {
  id: string
  title: string
  leastPaise: number
  mostPaise: number | null
  isOpen: boolean
}

/** What other modules see of this one. */
export interface Carts {
  /** The cart of an account, which nobody changes until the transaction ends. */
  take(tx: Tx, userId: string): Promise<TakenCart | undefined>
  /** Empties a cart that was ordered; it keeps its store and address. */
  clear(tx: Tx, cartId: string): Promise<void>
  /** Puts the lines of an order that came to nothing back, unless something else is in the cart by now. */
  refill(
    tx: Tx,
    order: { userId: string; storeId: string; lines: readonly { variantId: string; quantity: number }[] },
  ): Promise<void>
  /** `/cart*`, for the prefix `/api`. */
  routes: FastifyPluginAsync
}
