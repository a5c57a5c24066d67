import type { FastifyPluginAsync } from 'fastify'
import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Values } from '../../platform/config/section.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import type { Events } from '../../platform/events/events.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { Pressure } from '../../platform/pressure.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import { createWaitingLine } from '../../platform/waiting-line.ts'
import { type Accounts, accountDeleted } from '../accounts/index.ts'
import type { Carts } from '../cart/index.ts'
import type { Catalog } from '../catalog/index.ts'
import type { Inventory } from '../inventory/index.ts'
import type { Payments } from '../payments/index.ts'
import type { Pricing } from '../pricing/index.ts'
import type { Stores } from '../stores/index.ts'
import { expireOrders } from './expire-orders.ts'
import { readOpenOf } from './list-queries.ts'
import { findEvent, readEvents } from './order-event-queries.ts'
import { findOrder } from './order-queries.ts'
import { orderRoutes } from './order-routes.ts'
import { orderStreamRoutes } from './order-stream-routes.ts'
import { createOrderStreams } from './order-streams.ts'
import type { Orders } from './orders.ts'
import type { ordersSettings } from './orders-settings.ts'
import './orders-tables.ts'
import { createOrdersTelemetry } from './orders-telemetry.ts'
import { paymentListener } from './payment-listener.ts'
import { countAhead } from './place-queries.ts'
import { stepRoutes } from './step-routes.ts'
import { createStoresAtWork } from './stores-at-work.ts'
import { takeOutOfCart } from './take-out-of-cart.ts'
import { eraseOrders, whenAccountDeleted } from './when-account-deleted.ts'

export { orderChanged } from './order-events.ts'
export { type OrderStatus, orderStatuses } from './order-status.ts'
export type { Order, OrderEvent, OrderLine, Orders } from './orders.ts'
export { ordersSettings } from './orders-settings.ts'

export interface OrdersDeps {
  settings: Values<typeof ordersSettings>
  /** For so long stock is held for a payment. */
  holdSeconds: number
  database: Database
  pressure: Pick<Pressure, 'watch'>
  accounts: Pick<Accounts, 'authenticate' | 'stillHolds' | 'findAddress' | 'findStaff' | 'holdAccount'>
  stores: Pick<Stores, 'findStore' | 'findServingStore'>
  catalog: Pick<Catalog, 'findOffers'>
  inventory: Pick<
    Inventory,
    'availabilityOf' | 'reserve' | 'commit' | 'consume' | 'takeBack' | 'release' | 'releaseLines'
  >
  pricing: Pick<Pricing, 'quote' | 'recordOrder' | 'forgetOrder'>
  carts: Pick<Carts, 'take' | 'clear' | 'refill'>
  payments: Pick<
    Payments,
    | 'methodsFor'
    | 'open'
    | 'start'
    | 'close'
    | 'refund'
    | 'lowerCashDue'
    | 'collectCash'
    | 'paymentsOf'
    | 'refundsOf'
    | 'listen'
  >
  queue: Pick<Queue, 'define' | 'enqueue' | 'schedule'>
  events: Pick<Events, 'emit' | 'when'>
  changes: Pick<ChangeFeed, 'note' | 'follow'>
  clock: Clock
  log: Logger
  metrics: Pick<Metrics, 'counter' | 'gauge'>
}

const secondsBetweenExpiries = 5
/** Fewer than sessions of the database, whose others are for what else is asked. */
const placing = { atOnce: 6, mostWaiting: 2000, longestWaitMs: 10_000 }
const secondsBetweenErasures = 3600

/**
 * Owns orders: what was ordered, each step of it to the door or to an end, and by whom. Promises that a cart becomes one
 * order, whatever is sent twice; that a step is taken once, and only from where the table says; that an order that comes to
 * nothing gives back its stock, its coupon and its money in the transaction that notes it; and that money that comes in
 * finds an order that wants it, or goes back. It calls nobody outside: that is left to payments, after the transaction.
 * Whoever follows an order or a store by a stream learns of each step once, whichever process they are connected to.
 */
export function createOrders(deps: OrdersDeps): Orders {
  const { database, queue, events, payments, accounts } = deps
  const streams = createOrderStreams(deps)
  const telemetry = createOrdersTelemetry(deps.metrics)
  const line = createWaitingLine({ name: 'orders', ...placing })
  deps.pressure.watch(line.isWaitedIn)
  const takeOut = queue.define<{ orderId: string }>({
    name: 'orders/take-out-of-cart',
    handle: ({ orderId }) => takeOutOfCart(deps, orderId),
  })
  const parts = {
    ...deps,
    streams,
    enqueueTakeOut: (tx: Tx, orderId: string) => queue.enqueue(tx, takeOut, { orderId }),
    authenticate: accounts.authenticate,
    telemetry,
    atWork: createStoresAtWork({ clock: deps.clock, countAhead }),
    line,
  }

  payments.listen(paymentListener(parts))
  events.when(accountDeleted, 'erase-orders', (told) => whenAccountDeleted({ database, clock: deps.clock }, told))
  queue.schedule({
    name: 'orders/expire',
    everySeconds: secondsBetweenExpiries,
    expireInSeconds: 300,
    handle: (attempt) => expireOrders(parts, attempt),
  })
  queue.schedule({
    name: 'orders/erase',
    everySeconds: secondsBetweenErasures,
    expireInSeconds: 300,
    handle: () => eraseOrders(parts),
  })

  const routes: FastifyPluginAsync = async (app) => {
    for (const each of [orderRoutes, stepRoutes, orderStreamRoutes]) await app.register(each(parts))
  }

  return { openOrdersOf: readOpenOf, findOrder, findEvent, readEvents, routes, stop: streams.stop }
}
