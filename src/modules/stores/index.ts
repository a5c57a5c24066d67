import type { FastifyPluginAsync } from 'fastify'
import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Queryable } from '../../platform/database/database.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { Accounts } from '../accounts/index.ts'
import { addStore, type NewStore } from './add-store.ts'
import type { DarkStore, Point } from './dark-store.ts'
import { findServingStore, type ServingWanted } from './find-serving-store.ts'
import type { Serviceability } from './serviceability.ts'
import { serviceabilityRoutes } from './serviceability-routes.ts'
import { findStoreIdsByCode, readStoreCodes } from './serving-queries.ts'
import { createServingStores, type ServingStores } from './serving-stores.ts'
import { findStore } from './store-queries.ts'
import { storeRoutes } from './store-routes.ts'
import type { StoreView } from './store-view.ts'
import { createStoresTelemetry } from './stores-telemetry.ts'

export type { NewStore } from './add-store.ts'
export type { DarkStore, Point } from './dark-store.ts'
export type { Serviceability } from './serviceability.ts'

/** What other modules see of this one. Archived stores are not there for them. */
export interface Stores {
  findStore(on: Queryable, id: string): Promise<DarkStore | undefined>
  /** Codes that are nobody's are left out. */
  findStoreIdsByCode(on: Queryable, codes: readonly string[]): Promise<Map<string, string>>
  /** The code of each store by its id. */
  readStoreCodes(on: Queryable): Promise<Map<string, string>>
  /** Adds a store without asking who does. @throws the problems of `POST /api/stores` */
  addStore(store: NewStore): Promise<StoreView>
  /** Which store serves a place now and how soon, or why none does: what customers are told. @throws Unavailable */
  findServingStore(point: Point, wanted?: ServingWanted): Promise<Serviceability>
  /** All stores, found by place. */
  servingStores: ServingStores
  /** `/stores*` and `/serviceability`, for the prefix `/api`. */
  routes: FastifyPluginAsync
  /** Reads all stores, so that the first customer need not wait. After the change feed has started. @throws Unavailable */
  start(): Promise<void>
}

export interface StoresDeps {
  database: Pick<Database, 'db'>
  changes: Pick<ChangeFeed, 'note' | 'follow' | 'isCurrent'>
  clock: Clock
  log: Logger
  metrics: Metrics
  authenticate: Accounts['authenticate']
}

/**
 * Owns the dark stores: where they are and deliver, when they are open, what they promise. Every place is answered from
 * memory, exactly by the drawn areas, and as the stores were a second ago or later; where that cannot be known, with
 * what the database says now, or not at all. It knows no goods, and no orders yet: a promise counts on an idle store.
 */
export function createStores(deps: StoresDeps): Stores {
  const parts = {
    ...deps,
    telemetry: createStoresTelemetry(deps.metrics),
    servingStores: createServingStores(deps),
  }
  const routes: FastifyPluginAsync = async (app) => {
    await app.register(storeRoutes(parts))
    await app.register(serviceabilityRoutes(parts))
  }
  return {
    findStore,
    findStoreIdsByCode,
    readStoreCodes,
    addStore: async (store) => (await addStore(parts, { store, log: deps.log })).body.store,
    findServingStore: (point, wanted) => findServingStore(parts, { point, ...wanted }),
    servingStores: parts.servingStores,
    routes,
    start: parts.servingStores.start,
  }
}
