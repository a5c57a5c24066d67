import { type Carts, createCarts } from '../../src/modules/cart/index.ts'
import { type Catalog, createCatalog } from '../../src/modules/catalog/index.ts'
import { createInventory } from '../../src/modules/inventory/index.ts'
import { createPricing, type Pricing } from '../../src/modules/pricing/index.ts'
import { createStores } from '../../src/modules/stores/index.ts'
import { createChangeFeed } from '../../src/platform/changes/change-feed.ts'
import type { Secret } from '../../src/platform/config/secret.ts'
import type { Database } from '../../src/platform/database/database.ts'
import type { ScheduleDefinition } from '../../src/platform/queue/job.ts'
import { numbersFrom, type StartedAccounts, secretKey, startAccounts } from './accounts.ts'
import type { Answer } from './ask-patiently.ts'
import { insertCategory, insertListing, insertProduct, unique } from './catalog.ts'
import { type SetClock, setClock } from './clock.ts'
import { until } from './queues.ts'
import { aSquare, aStore } from './shop.ts'
import { stockUp } from './stock.ts'

type Method = 'GET' | 'PUT' | 'DELETE'

/** Somebody with a cart: a guest with his handle, or an account. */
export interface Shopper {
  token?: string
  userId?: string
  /** Kept as clients keep it. */
  handle?: string | undefined
  ask(method: Method, path?: string, body?: unknown): Promise<Answer>
  /** The answer's cart; fails when it was refused. */
  put(path: string, body: unknown): Promise<Answer['body']>
  line(variantId: string, quantity: number, storeId?: string): Promise<Answer>
  cart(): Promise<Answer['body']>
}

export interface TestShop {
  id: string
  point: { lat: number; lng: number }
  variantIds: string[]
}

export interface StartedCarts extends StartedAccounts {
  carts: Carts
  catalog: Catalog
  jobs: ScheduleDefinition[]
  /** What is done about events, by name of the event and reaction. */
  reactions: Map<string, (payload: { userId: string; letter: string }) => Promise<unknown>>
  /** A store far from all others that sells variants of 25 rupees, with so many of each. */
  aShop(options?: {
    count?: number
    quantity?: number
    fields?: object
    variantIds?: string[]
    point?: TestShop['point']
  }): Promise<TestShop>
  guest(handle?: string): Shopper
  customer(): Promise<Shopper>
  /** The id of a new address of a customer's. */
  anAddress(shopper: Shopper, point: { lat: number; lng: number } | null): Promise<string>
  /** An admin's call. */
  administer(
    method: 'GET' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options?: { body?: object; version?: number },
  ): Promise<Answer>
  /** Has an admin change what a store says of a variant; this instance has been told when it comes back. */
  changeListing(storeId: string, variantId: string, fields: { pricePaise?: number; isListed?: boolean }): Promise<void>
  priceOf(storeId: string, variantId: string, pricePaise: number): Promise<void>
}

const aNumber = numbersFrom(9_813_000_000)
let shops = 0
const aPoint = () => {
  shops += 1
  return { lat: 10 + shops * 0.1, lng: 77 }
}

const inCash = { id: 'cash', title: 'Cash on delivery', leastPaise: 0, mostPaise: null, isOpen: true }

/** The module behind a server, with those that it asks. */
export async function startCarts(
  database: Database,
  {
    clock = setClock(),
    guestCartsPerHour = 1000,
    secret = secretKey,
    previousSecret,
    pricing: ownPricing,
    isTaxed = true,
    waysToPay = () => [inCash],
  }: {
    clock?: SetClock
    guestCartsPerHour?: number
    /** Of the handles; accounts have the usual one. */
    secret?: Secret
    previousSecret?: Secret
    pricing?: Pick<Pricing, 'quote'>
    isTaxed?: boolean
    waysToPay?: Parameters<typeof createCarts>[0]['waysToPay']
  } = {},
): Promise<StartedCarts> {
  const jobs: ScheduleDefinition[] = []
  const reactions: StartedCarts['reactions'] = new Map()
  const queue = {
    schedule: (job: ScheduleDefinition) => void jobs.push(job),
    define: ({ name }: { name: string }) => ({ name }),
    enqueue: async () => undefined,
  }
  const events = {
    emit: async () => undefined,
    when: ({ name }: { name: string }, reaction: string, handle: never) =>
      void reactions.set(`${name}/${reaction}`, handle),
  }
  const made: { carts?: Carts; catalog?: Catalog; stop?: () => void } = {}
  const started = await startAccounts(database, {
    clock,
    async others({ accounts, server, log, metrics }) {
      const { authenticate } = accounts
      const changes = createChangeFeed({ database, clock, log })
      const shared = { database, changes, queue, events, authenticate, clock, log, metrics }
      const stores = createStores(shared)
      const catalog = createCatalog({ ...shared, settings: { cacheMegabytes: 0 }, stores })
      const inventory = createInventory({ ...shared, settings: { holdSeconds: 600 }, stores, catalog })
      const pricing = createPricing({ ...shared, isTaxed })
      made.carts = createCarts({
        ...shared,
        settings: { guestCartsPerHour },
        secretKey: secret,
        ...(previousSecret && { previousSecretKey: previousSecret }),
        accounts,
        stores,
        catalog,
        inventory,
        pricing: ownPricing ?? pricing,
        waysToPay,
      })
      made.catalog = catalog
      await server.register(stores.routes, { prefix: '/api' })
      await server.register(catalog.routes, { prefix: '/api' })
      await server.register(made.carts.routes, { prefix: '/api' })
      await changes.start()
      await stores.start()
      await pricing.start()
      made.stop = changes.stop
    },
  })
  const { call, signIn } = started
  let admin: string | undefined

  function shopper(who: Pick<Shopper, 'token' | 'userId' | 'handle'>): Shopper {
    const self: Shopper = {
      ...who,
      async ask(method, path = '', body = undefined) {
        clock.pass(1) // so that lines have an order
        const answer = await call(method, `/api/cart${path}`, {
          ...(self.token !== undefined && { token: self.token }),
          ...(self.handle !== undefined && { headers: { 'x-cart-token': self.handle } }),
          ...(body !== undefined && { body }),
        })
        if (answer.body?.cartToken !== undefined) self.handle = answer.body.cartToken ?? undefined
        return answer
      },
      async put(path, body) {
        const answer = await self.ask('PUT', path, body)
        if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`)
        return answer.body.cart
      },
      line: (variantId, quantity, storeId) =>
        self.ask('PUT', `/lines/${variantId}`, { quantity, ...(storeId !== undefined && { storeId }) }),
      async cart() {
        const answer = await self.ask('GET')
        if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`)
        return answer.body.cart
      },
    }
    return self
  }

  const catalog = made.catalog as Catalog
  const service: StartedCarts = {
    ...started,
    carts: made.carts as Carts,
    catalog,
    jobs,
    reactions,
    async aShop({ count = 3, quantity = 20, fields = {}, variantIds: others, point = aPoint() } = {}) {
      admin ??= (await started.anAdmin(aNumber())).accessToken
      const body = aStore({
        code: unique('CRT-'),
        point,
        serviceArea: aSquare(point),
        minimumOrderPaise: 9900,
        ...fields,
      })
      const answer = await call('POST', '/api/stores', { token: admin, body })
      if (answer.status !== 201) throw new Error(`the store was refused: ${answer.text}`)
      const { id } = answer.body.store
      const { id: categoryId } = await insertCategory(database)
      const own = await Promise.all(Array.from({ length: count }, () => insertProduct(database, { categoryId })))
      const variantIds = others ?? own.flatMap((product) => product.variantIds)
      for (const variantId of variantIds) await insertListing(database, { storeId: id, variantId })
      if (quantity > 0) await stockUp(database, id, variantIds, quantity)
      return { id, point, variantIds }
    },
    guest: (handle) => shopper({ handle }),
    async customer() {
      const { accessToken, user } = await signIn(aNumber())
      return shopper({ token: accessToken, userId: user.id })
    },
    async anAddress({ token = '' }, point) {
      const body = { label: 'Home', lines: ['7 Test Lane'], pincode: '560038', point }
      return (await call('POST', '/api/me/addresses', { token, body })).body.address.id
    },
    async administer(method, path, { body, version } = {}) {
      admin ??= (await started.anAdmin(aNumber())).accessToken
      const headers = version === undefined ? {} : { 'if-match': `"${version}"` }
      const answer = await call(method, `/api${path}`, { token: admin, headers, ...(body && { body }) })
      if (answer.status >= 300) throw new Error(`the admin was refused: ${answer.text}`)
      return answer
    },
    async changeListing(storeId, variantId, fields) {
      const path = `/stores/${storeId}/listings/${variantId}`
      const { pricePaise, isListed, version } = (await service.administer('GET', path)).body.listing
      await service.administer('PUT', path, { body: { pricePaise, isListed, ...fields }, version })
      const read = async (from: 'keptOffers' | 'findOffers') =>
        JSON.stringify(await catalog[from](database.db, storeId, [variantId]))
      await until(async () => (await read('keptOffers')) === (await read('findOffers')), 1000)
    },
    priceOf: (storeId, variantId, pricePaise) => service.changeListing(storeId, variantId, { pricePaise }),
    async end() {
      made.stop?.()
      await started.end()
    },
  }
  return service
}
