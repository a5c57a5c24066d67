import type { FastifyPluginAsync } from 'fastify'
import type { Config } from './config.ts'
import { createDemoLoader, type DemoLoader } from './demo/load-demo.ts'
import type { Accounts } from './modules/accounts/index.ts'
import { type Catalog, createCatalog } from './modules/catalog/index.ts'
import { createImports, type ImportKind, type Imports, type KnownStores } from './modules/imports/index.ts'
import { createInventory, type Inventory } from './modules/inventory/index.ts'
import { createPricing, type Pricing } from './modules/pricing/index.ts'
import { createStores, type Stores } from './modules/stores/index.ts'
import type { ChangeFeed } from './platform/changes/change-feed.ts'
import type { Clock } from './platform/clock.ts'
import type { Database } from './platform/database/database.ts'
import type { Events } from './platform/events/events.ts'
import type { Logger } from './platform/observability/logger.ts'
import type { Metrics } from './platform/observability/metrics.ts'
import type { Queue } from './platform/queue/queue.ts'

export interface ShopDeps {
  config: Pick<Config, 'catalog' | 'inventory' | 'imports'> & { invoices: Pick<Config['invoices'], 'sellerGstin'> }
  database: Database
  queue: Queue
  events: Events
  changes: ChangeFeed
  authenticate: Accounts['authenticate']
  clock: Clock
  log: Logger
  metrics: Metrics
}

/** The modules that own what is sold, and what they say of it to whoever imports. */
export interface Goods {
  stores: Stores
  catalog: Catalog
  inventory: Inventory
  pricing: Pricing
  importKinds: readonly ImportKind[]
  knownStores: KnownStores
}

/** Wires stores, catalogue, stock and prices in the order of their dependencies. Before the queue and the change feed start. */
export function createGoods({ config, ...deps }: ShopDeps): Goods {
  const { database } = deps
  const stores = createStores(deps)
  const catalog = createCatalog({ ...deps, settings: config.catalog, stores })
  const inventory = createInventory({ ...deps, settings: config.inventory, stores, catalog })
  const pricing = createPricing({ ...deps, isTaxed: config.invoices.sellerGstin !== undefined })
  return {
    stores,
    catalog,
    inventory,
    pricing,
    importKinds: [...catalog.importKinds, ...inventory.importKinds],
    knownStores: {
      findIdByCode: async (code) => (await stores.findStoreIdsByCode(database.db, [code])).get(code),
      exists: async (id) => (await stores.findStore(database.db, id)) !== undefined,
    },
  }
}

export interface Shop extends Goods {
  imports: Imports
  /** Of development mode. */
  demo: Pick<DemoLoader, 'start'>
  /** For the prefix `/api`. */
  routes: FastifyPluginAsync
  /** After the change feed, before the queue and requests. @throws Unavailable */
  start(): Promise<void>
  /** After the queue. */
  close(): Promise<void>
}

/** All that is about goods: what is sold, where, how much of it there is, and the files that say so. */
export function createShop(deps: ShopDeps): Shop {
  const goods = createGoods(deps)
  const { stores, catalog, inventory, pricing, importKinds, knownStores } = goods
  const imports = createImports({ ...deps, settings: deps.config.imports, kinds: importKinds, stores: knownStores })
  const demo = createDemoLoader({ ...deps, stores, pricing, importKinds })
  return {
    ...goods,
    imports,
    demo,
    async routes(app) {
      for (const { routes } of [stores, catalog, inventory, pricing, imports]) await app.register(routes)
    },
    async start() {
      await stores.start()
      await pricing.start()
      await imports.start()
    },
    async close() {
      await demo.stop()
      await imports.close()
    },
  }
}
