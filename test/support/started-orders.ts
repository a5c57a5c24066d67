import { createCarts } from '../../src/modules/cart/index.ts'
import { createCatalog } from '../../src/modules/catalog/index.ts'
import { createInventory, type Inventory } from '../../src/modules/inventory/index.ts'
import { createOrders, type Orders } from '../../src/modules/orders/index.ts'
import { createPayments, type PaymentListener, type Payments } from '../../src/modules/payments/index.ts'
import { readPayment } from '../../src/modules/payments/payment-queries.ts'
import { createPaymentsTelemetry } from '../../src/modules/payments/payments-telemetry.ts'
import { settlePayment } from '../../src/modules/payments/settle-payment.ts'
import { type NewCoupon, toCouponContent } from '../../src/modules/pricing/coupon.ts'
import { insertCoupon } from '../../src/modules/pricing/coupon-queries.ts'
import { createPricing } from '../../src/modules/pricing/index.ts'
import { createStores } from '../../src/modules/stores/index.ts'
import { createChangeFeed } from '../../src/platform/changes/change-feed.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { newId } from '../../src/platform/ids.ts'
import { createMetrics } from '../../src/platform/observability/metrics.ts'
import { createPressure } from '../../src/platform/pressure.ts'
import type { JobDefinition, ScheduleDefinition } from '../../src/platform/queue/job.ts'
import { numbersFrom, type StartedAccounts, secretKey, startAccounts } from './accounts.ts'
import type { Answer } from './ask-patiently.ts'
import { insertCategory, insertListing, insertProduct, unique } from './catalog.ts'
import { setClock } from './clock.ts'
import { paymentsConfig } from './payments.ts'
import { aStore } from './shop.ts'
import { stockUp } from './stock.ts'

export interface TestShop {
  id: string
  /** Of 25, 50, 75 … rupees. */
  variantIds: string[]
}

export interface Person {
  userId: string
  token: string
}

/** Somebody with an address in the area of a shop. */
export interface Customer extends Person {
  addressId: string
  shop: TestShop
}

interface Filling {
  lines?: readonly (readonly [at: number, quantity: number])[]
  couponCode?: string
  tipPaise?: number
  instructions?: string
}

export interface StartedOrders extends StartedAccounts {
  orders: Orders
  inventory: Inventory
  payments: Payments
  /** What was emitted, by transactions that were rolled back too. */
  emitted: { name: string; payload: object }[]
  reactions: Map<string, (payload: { userId: string; letter: string }) => Promise<unknown>>
  /** A store that sells variants, with so many of each. */
  aShop(options?: { count?: number; quantity?: number; fields?: object; ageRestricted?: boolean }): Promise<TestShop>
  customer(shop: TestShop): Promise<Customer>
  staff(role: 'picker' | 'rider' | 'storeManager', ...shops: TestShop[]): Promise<Person>
  admin(): Promise<Person>
  /** Units on hand and reserved, by variant. */
  stockOf(shop: TestShop): Promise<{ onHand: number[]; reserved: number[] }>
  /** What a customer is about to order, straight into the tables: 4 of the first and 1 of the second, unless said otherwise. */
  fill(customer: Customer, filling?: Filling): Promise<void>
  /** What the bill of such a cart comes to. */
  totalOf(customer: Customer): Promise<number>
  addCoupon(coupon?: Partial<NewCoupon>): Promise<string>
  /** Orders what is in the cart. */
  place(customer: Customer, options?: { method?: string; key?: string; total?: number }): Promise<Answer>
  /** Fills the cart and orders it; the answer's body. */
  order(customer: Customer, options?: Filling & { method?: string }): Promise<Answer['body']>
  ask(person: Person, path: string, body?: unknown): Promise<Answer>
  see(person: Person, path: string): Promise<Answer>
  /** The provider says what became of a try to pay. */
  money(
    paymentId: string,
    seen?: { state?: 'captured' | 'failed'; amountPaise?: number; currency?: string; reference?: string },
  ): Promise<void>
  /** Does what was left to jobs. */
  work(): Promise<void>
  tick(name: string): Promise<unknown>
}

const aNumber = numbersFrom(9_814_000_000)

/** Orders behind a server with everything that they ask; providers are pretended, and jobs wait until they are done. */
export async function startOrders(database: Database, { isTaxed = true } = {}): Promise<StartedOrders> {
  const jobs = new Map<string, JobDefinition<object>>()
  const schedules = new Map<string, ScheduleDefinition>()
  let waiting: { name: string; payload: object }[] = []
  const queue = {
    define: (definition: { name: string }) => {
      jobs.set(definition.name, definition as never)
      return { name: definition.name }
    },
    enqueue: async (_on: unknown, { name }: { name: string }, payload: object) => void waiting.push({ name, payload }),
    schedule: (definition: ScheduleDefinition) => void schedules.set(definition.name, definition),
  } as unknown as Parameters<typeof createPayments>[0]['queue']
  const emitted: StartedOrders['emitted'] = []
  const reactions: StartedOrders['reactions'] = new Map()
  const events = {
    emit: async (_tx: unknown, { name }: { name: string }, payload: object) => void emitted.push({ name, payload }),
    when: ({ name }: { name: string }, reaction: string, handle: never) =>
      void reactions.set(`${name}/${reaction}`, handle),
  } as never
  let listener: PaymentListener | undefined
  const made: Partial<Pick<StartedOrders, 'orders' | 'inventory' | 'payments'>> & { stop?: () => void } = {}

  const clock = setClock() // of its own, because tokens would end while it passes
  const started = await startAccounts(database, {
    async others({ accounts, server, log, metrics }) {
      const { authenticate } = accounts
      const changes = createChangeFeed({ database, clock, log })
      const shared = { database, changes, queue, events, authenticate, accounts, clock, log, metrics }
      const stores = createStores(shared)
      const catalog = createCatalog({ ...shared, settings: { cacheMegabytes: 0 }, stores })
      const inventory = createInventory({ ...shared, settings: { holdSeconds: 600 }, stores, catalog })
      const pricing = createPricing({ ...shared, isTaxed })
      const payments = createPayments({ ...shared, ...paymentsConfig({}, true), secretKey, development: true })
      const carts = createCarts({
        ...shared,
        settings: { guestCartsPerHour: 1000 },
        secretKey,
        stores,
        catalog,
        inventory,
        pricing,
        waysToPay: payments.methodsFor,
      })
      const orders = createOrders({
        ...shared,
        settings: { reviveMinutes: 30, deliveryCodeAbovePaise: 100_000, mostStreamsForUser: 5, mostStreams: 1000 },
        holdSeconds: 600,
        pressure: createPressure(),
        stores,
        catalog,
        inventory,
        pricing,
        carts,
        payments: {
          ...payments,
          listen(next) {
            listener = next
            payments.listen(next)
          },
        },
      })
      accounts.keepWhileOrdersAreOpen(orders.openOrdersOf)
      for (const { routes } of [stores, carts, payments, orders]) await server.register(routes, { prefix: '/api' })
      await changes.start()
      await stores.start()
      await pricing.start()
      Object.assign(made, { orders, inventory, payments, stop: changes.stop })
    },
  })
  const { call, signIn, anAdmin, log } = started
  const { orders, inventory, payments } = made as Pick<StartedOrders, 'orders' | 'inventory' | 'payments'>
  const telemetry = createPaymentsTelemetry(createMetrics())
  let admin: Person | undefined

  const service: StartedOrders = {
    ...started,
    clock,
    orders,
    inventory,
    payments,
    emitted,
    reactions,
    async admin() {
      if (admin) return admin
      const { user, accessToken } = await anAdmin(aNumber())
      admin = { userId: user.id, token: accessToken }
      return admin
    },
    async aShop({ count = 2, quantity = 100, fields = {}, ageRestricted = false } = {}) {
      const { token } = await service.admin()
      const { status, body } = await call('POST', '/api/stores', {
        token,
        body: aStore({ code: unique('ORD-'), ...fields }),
      })
      if (status !== 201) throw new Error(`the store was refused: ${body.message}`)
      const { id } = body.store
      const category = await insertCategory(database)
      const packs = Array.from({ length: count }, (_, at) => `${at + 1} pieces`)
      const { variantIds } = await insertProduct(database, { categoryId: category.id, packs })
      for (const variantId of variantIds) await insertListing(database, { storeId: id, variantId })
      if (ageRestricted)
        await database.raw('update variants set is_age_restricted = true where id = $1', [variantIds[0]])
      if (quantity > 0) await stockUp(database, id, variantIds, quantity)
      return { id, variantIds }
    },
    async stockOf({ id, variantIds }) {
      const { rows } = await database.raw(
        `select on_hand as "onHand", reserved from unnest($2::text[]) with ordinality as v (variant_id, at)
          join stock_levels using (variant_id) where store_id = $1 order by at`,
        [id, variantIds],
      )
      const found = rows as { onHand: number; reserved: number }[]
      return { onHand: found.map(({ onHand }) => onHand), reserved: found.map(({ reserved }) => reserved) }
    },
    async customer(shop) {
      const { user, accessToken } = await signIn(aNumber())
      const addressId = newId('adr')
      const { lat, lng } = aStore().point
      await database.raw(
        `insert into addresses (id, user_id, label, lines, pincode, latitude, longitude, is_default, created_at, updated_at)
         values ($1, $2, 'Home', '{12 Main Road,Indiranagar}', '560038', $3, $4, true, now(), now())`,
        [addressId, user.id, lat, lng],
      )
      return { userId: user.id, token: accessToken, addressId, shop }
    },
    async staff(role, ...shops) {
      const number = aNumber()
      const { user } = await signIn(number)
      const body = { roles: ['customer', role], storeIds: shops.map(({ id }) => id) }
      const { token } = await service.admin()
      const { status } = await call('PATCH', `/api/users/${user.id}`, { token, body })
      if (status !== 200) throw new Error(`${role} was refused: ${status}`)
      return { userId: user.id, token: (await signIn(number)).accessToken }
    },
    async fill(
      { userId, addressId, shop },
      {
        lines = [
          [0, 4],
          [1, 1],
        ],
        couponCode,
        tipPaise = 0,
        instructions,
      } = {},
    ) {
      const content = Object.fromEntries(
        lines.map(([at, quantity]) => [shop.variantIds[at], { quantity, pricePaise: 2500 * (at + 1), addedAt: at }]),
      )
      await database.raw(
        `insert into carts (id, user_id, store_id, address_id, lines, coupon_code, tip_paise, instructions, created_at, touched_on)
         values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, now(), current_date)
         on conflict (user_id) do update set store_id = excluded.store_id, address_id = excluded.address_id,
           lines = excluded.lines, coupon_code = excluded.coupon_code, tip_paise = excluded.tip_paise,
           instructions = excluded.instructions`,
        [
          newId('crt'),
          userId,
          shop.id,
          addressId,
          JSON.stringify(content),
          couponCode ?? null,
          tipPaise,
          instructions ?? null,
        ],
      )
    },
    async totalOf({ token }) {
      const { body } = await call('GET', '/api/cart', { token })
      return body.cart.bill?.toPayPaise ?? 0
    },
    async addCoupon(coupon = {}) {
      const id = newId('cpn')
      const content = toCouponContent({ code: unique('SAVE'), discountPaise: 1000, ...coupon } as NewCoupon)
      await inTransaction(database.db, (tx) => insertCoupon(tx, { id, content, now: new Date(clock.now()) } as never))
      return content.code
    },
    async place(customer, { method = 'cash', key = newId('key'), total } = {}) {
      const expectedTotalPaise = total ?? (await service.totalOf(customer))
      return call('POST', '/api/orders', {
        token: customer.token,
        body: { expectedTotalPaise, paymentMethod: method },
        headers: { 'idempotency-key': key },
      })
    },
    async order(customer, { method = 'cash', ...filling } = {}) {
      await service.fill(customer, filling)
      const { status, body } = await service.place(customer, { method })
      if (status !== 201) throw new Error(`the order was refused: ${JSON.stringify(body)}`)
      return body
    },
    ask: ({ token }, path, body) => call('POST', `/api/orders/${path}`, { token, ...(body !== undefined && { body }) }),
    see: ({ token }, path) => call('GET', `/api/${path}`, { token }),
    async money(paymentId, { state = 'captured', amountPaise, currency = 'INR', reference = newId('mny') } = {}) {
      const payment = await readPayment(database.db, paymentId)
      if (!payment) throw new Error('there is no such payment')
      const seen = {
        reference,
        state,
        amountPaise: amountPaise ?? payment.amountPaise,
        currency,
        paymentReference: payment.providerReference ?? 'none',
        ...(state === 'failed' && { reason: 'declined' }),
      }
      const deps = { database, clock, listener: () => listener as PaymentListener, telemetry }
      await settlePayment(deps, payment, [seen], log)
    },
    async work() {
      while (waiting.length > 0) {
        const [job, ...rest] = waiting
        waiting = rest
        const definition = job && jobs.get(job.name)
        if (definition) await definition.handle(job.payload, { log, attempt: 1, signal: new AbortController().signal })
      }
    },
    async tick(name) {
      const schedule = schedules.get(name)
      if (!schedule) throw new Error(`no ${name} is scheduled`)
      return schedule.handle({ log, attempt: 1, signal: new AbortController().signal })
    },
    async end() {
      made.stop?.()
      await started.end()
    },
  }
  return service
}
