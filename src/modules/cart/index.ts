import type { Clock } from '../../platform/clock.ts'
import type { Secret } from '../../platform/config/secret.ts'
import type { Values } from '../../platform/config/section.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Events } from '../../platform/events/events.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import { type Accounts, accountDeleted } from '../accounts/index.ts'
import type { Catalog } from '../catalog/index.ts'
import type { Inventory } from '../inventory/index.ts'
import type { Pricing } from '../pricing/index.ts'
import type { Stores } from '../stores/index.ts'
import type { Carts, WayToPay } from './cart.ts'
import { createCartHandles } from './cart-handle.ts'
import { createCartLimit } from './cart-limit.ts'
import { cartRoutes } from './cart-routes.ts'
import type { cartSettings } from './cart-settings.ts'
import { createCartTelemetry } from './cart-telemetry.ts'
import { cleanUpCarts } from './clean-up-carts.ts'
import { deleteCartOf } from './clean-up-queries.ts'
import { refillFromOrder, takeCart } from './take-cart.ts'
import { emptyCart } from './whole-cart-queries.ts'

export type { Carts, TakenCart } from './cart.ts'
export { cartSettings } from './cart-settings.ts'

export interface CartsDeps {
  settings: Values<typeof cartSettings>
  secretKey: Secret
  /** The one before the last rotation: handles that were made with it are still good. */
  previousSecretKey?: Secret
  database: Pick<Database, 'db' | 'background'>
  accounts: Pick<Accounts, 'recognize' | 'findAddress'>
  stores: Pick<Stores, 'findStore' | 'findServingStore'>
  catalog: Pick<Catalog, 'findOffers' | 'keptOffers' | 'findVariants'>
  inventory: Pick<Inventory, 'availabilityOf'>
  pricing: Pick<Pricing, 'quote'>
  /** How this much can be paid, by the rule that orders are placed by. */
  waysToPay: (totalPaise: number) => readonly WayToPay[]
  queue: Pick<Queue, 'schedule'>
  events: Pick<Events, 'when'>
  clock: Clock
  metrics: Pick<Metrics, 'counter'>
}

const secondsBetweenCleanUps = 3600

/**
 * Owns what guests and accounts are about to order. Promises that changes of one cart at once are all there afterwards,
 * that a guest's cart goes into his account's once, and that whoever orders has the cart to himself until it is done. A
 * cart promises nobody anything: prices, stock and fees are those of each moment, or of a second before, and what changed
 * is said. Guests' carts are known by a signed handle, begun by what is put into them, limited in number and deleted when
 * nobody comes back.
 */
export function createCarts(deps: CartsDeps): Carts {
  const { settings, clock, database, queue, events } = deps
  const parts = {
    ...deps,
    handles: createCartHandles(deps.secretKey, deps.previousSecretKey),
    limit: createCartLimit({ perHour: settings.guestCartsPerHour, clock }),
    telemetry: createCartTelemetry(deps.metrics),
  }
  queue.schedule({
    name: 'cart/clean-up',
    everySeconds: secondsBetweenCleanUps,
    expireInSeconds: 600,
    handle: ({ signal }) => cleanUpCarts(parts, signal),
  })
  events.when(accountDeleted, 'forget-cart', ({ userId }) => deleteCartOf(database.background, userId))
  return {
    take: takeCart,
    async clear(tx, cartId) {
      await emptyCart(tx, cartId)
    },
    refill: (tx, order) => refillFromOrder(parts, tx, order),
    routes: cartRoutes(parts),
  }
}
