import { createPricing, type Pricing } from '../../src/modules/pricing/index.ts'
import { createStores, type Stores } from '../../src/modules/stores/index.ts'
import { weekdays } from '../../src/modules/stores/opening-hours.ts'
import { type ChangeFeed, createChangeFeed } from '../../src/platform/changes/change-feed.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { numbersFrom, type StartedAccounts, startAccounts } from './accounts.ts'
import type { SetClock } from './clock.ts'

/** Accounts and the shop's modules behind one server, as the service has them. */
export interface StartedShop extends StartedAccounts {
  changes: ChangeFeed
  stores: Stores
  pricing: Pricing
  /** The answer's store of an admin's `POST /api/stores`. */
  addStore(fields?: object): Promise<{ id: string; version: number; code: string }>
  /** The access token of a new admin. */
  adminToken(): Promise<string>
  /** The access token of a new manager of these stores. */
  managerToken(...storeIds: string[]): Promise<string>
  /** The access token of somebody who only shops. */
  customerToken(): Promise<string>
}

/** A store in Indiranagar that is open all day, as an admin submits it; with fields of its own. */
export const aStore = (fields: object = {}) => ({
  code: 'BLR-IND',
  name: 'Indiranagar',
  city: 'Bengaluru',
  addressLines: ['100 Feet Road', 'Indiranagar'],
  pincode: '560038',
  point: { lat: 12.9784, lng: 77.6408 },
  status: 'open',
  hours: alwaysOpen,
  serviceArea: aSquare(),
  minimumOrderPaise: 9900,
  pickMinutes: 3,
  handoverMinutes: 2,
  pickCapacity: 4,
  ...fields,
})

export const alwaysOpen = {
  week: Object.fromEntries(weekdays.map((weekday) => [weekday, '24h'])),
  exceptions: [],
}

/** A square around a point, some degrees wide: 0.04 are 4 km. */
export function aSquare({ lat = 12.9784, lng = 77.6408, width = 0.04 } = {}) {
  const [west, east, south, north] = [lng - width / 2, lng + width / 2, lat - width / 2, lat + width / 2]
  const corners = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ]
  return { type: 'Polygon', coordinates: [corners] }
}

const aNumber = numbersFrom(9_811_000_000)

export async function startShop(database: Database, options: { clock?: SetClock } = {}): Promise<StartedShop> {
  let modules: Pick<StartedShop, 'changes' | 'stores' | 'pricing'> | undefined
  const started = await startAccounts(database, {
    ...options,
    async others({ accounts, server, clock, log, metrics }) {
      const { authenticate } = accounts
      const changes = createChangeFeed({ database, clock, log })
      const stores = createStores({ database, clock, log, metrics, authenticate, changes })
      const pricing = createPricing({ isTaxed: true, database, clock, metrics, authenticate, changes })
      for (const { routes } of [stores, pricing]) await server.register(routes, { prefix: '/api' })
      await changes.start()
      await stores.start()
      await pricing.start()
      modules = { changes, stores, pricing }
    },
  })
  if (!modules) throw new Error('the modules were not put behind the server')
  const { changes, stores, pricing } = modules
  const { call, signIn, anAdmin } = started

  const shop: StartedShop = {
    ...started,
    changes,
    stores,
    pricing,
    async addStore(fields) {
      const { status, body } = await call('POST', '/api/stores', {
        token: await shop.adminToken(),
        body: aStore(fields),
      })
      if (status !== 201) throw new Error(`the store was refused: ${body.message}`)
      return body.store
    },
    adminToken: async () => (await anAdmin(aNumber())).accessToken,
    customerToken: async () => (await signIn(aNumber())).accessToken,
    async managerToken(...storeIds) {
      const number = aNumber()
      const { user } = await signIn(number)
      const body = { roles: ['customer', 'storeManager'], storeIds }
      const { status } = await call('PATCH', `/api/users/${user.id}`, { token: await shop.adminToken(), body })
      if (status !== 200) throw new Error(`the manager was refused: ${status}`)
      return (await signIn(number)).accessToken
    },
    async end() {
      changes.stop()
      await started.end()
    },
  }
  return shop
}
