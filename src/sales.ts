import type { FastifyPluginAsync } from 'fastify'
import type { Config } from './config.ts'
import type { Accounts } from './modules/accounts/index.ts'
import { createCarts } from './modules/cart/index.ts'
import { createInvoices } from './modules/invoices/index.ts'
import { createOrders, type Orders } from './modules/orders/index.ts'
import { createPayments, type Payments } from './modules/payments/index.ts'
import { createWebhooks } from './modules/webhooks/index.ts'
import type { ChangeFeed } from './platform/changes/change-feed.ts'
import type { Clock } from './platform/clock.ts'
import type { Database } from './platform/database/database.ts'
import type { Events } from './platform/events/events.ts'
import type { Logger } from './platform/observability/logger.ts'
import type { Metrics } from './platform/observability/metrics.ts'
import type { Pressure } from './platform/pressure.ts'
import type { Queue } from './platform/queue/queue.ts'
import { createSeal } from './platform/seal.ts'
import type { Goods } from './shop.ts'

export interface SalesDeps {
  config: Config
  goods: Goods
  database: Database
  pressure: Pressure
  queue: Queue
  events: Events
  changes: ChangeFeed
  accounts: Accounts
  clock: Clock
  log: Logger
  metrics: Metrics
}

export interface Sales {
  orders: Orders
  payments: Payments
  /** For the prefix `/api`. */
  routes: FastifyPluginAsync
  /** After the change feed, before the queue and requests. @throws Unavailable */
  start(): Promise<void>
  /** Ends what would keep the server from closing its connections. */
  stop(): void
}

/** All that becomes of goods: carts, orders and their payments, and what is told about them. */
export function createSales({ config, goods, ...rest }: SalesDeps): Sales {
  const { secretKey, development, signIn } = config
  const { authenticate } = rest.accounts
  const keys = { secretKey, ...(signIn.secretKeyPrevious && { previousSecretKey: signIn.secretKeyPrevious }) }
  const deps = { ...rest, ...goods, ...keys, authenticate, development }
  const payments = createPayments({ ...deps, settings: config.payments, providerSettings: config.paymentProviders })
  const carts = createCarts({ ...deps, settings: config.cart, waysToPay: payments.methodsFor })
  const { holdSeconds } = config.inventory
  const orders = createOrders({ ...deps, settings: config.orders, holdSeconds, carts, payments })
  const invoices = createInvoices({ ...deps, settings: config.invoices, orders })
  const seal = createSeal('webhooks', secretKey, signIn.secretKeyPrevious)
  const webhooks = createWebhooks({ ...deps, seal, orders })
  return {
    orders,
    payments,
    async routes(app) {
      for (const { routes } of [carts, payments, orders, invoices, webhooks]) await app.register(routes)
      await app.register(payments.webhookRoutes, { prefix: '/webhooks' })
    },
    start: webhooks.start,
    stop: orders.stop,
  }
}
