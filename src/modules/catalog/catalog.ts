import type { FastifyPluginAsync } from 'fastify'
import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Values } from '../../platform/config/section.ts'
import type { Database, Db, Queryable, Tx } from '../../platform/database/database.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import type { Accounts } from '../accounts/index.ts'
import type { ImportKind } from '../imports/index.ts'
import type { Stores } from '../stores/index.ts'
import type { catalogSettings } from './catalog-settings.ts'
import type { Offer } from './offer-queries.ts'
import type { ShownUnits } from './shelf.ts'
import type { NamedVariant } from './variant.ts'

/** What other modules see of this one. */
export interface Catalog {
  /** What shoppers see, `/catalog/*` and `/stores/:storeId/listings*`, for the prefix `/api`. */
  routes: FastifyPluginAsync
  /** `categories`, `products` and `listings`. */
  importKinds: readonly ImportKind[]
  /**
   * Shows customers what stores have, from the moment that the transaction is committed. Each variant of a store once;
   * `unitsLeft` is 0 to 5, and 5 stands for five or more.
   */
  showStock(tx: Tx, units: readonly ShownUnits[]): Promise<void>
  /** Those that there are, archived ones too, in any order. */
  findVariants(on: Queryable, variantIds: readonly string[]): Promise<NamedVariant[]>
  /**
   * What a store sells of these variants, at its price of now; those that it does not list, and archived ones, are
   * missing.
   */
  findOffers(on: Queryable, storeId: string, variantIds: readonly string[]): Promise<Offer[]>
  /**
   * The same as it was a second ago or later, mostly from memory: for what promises nobody anything. Whoever sells by it asks
   * `findOffers`.
   */
  keptOffers(on: Db, storeId: string, variantIds: readonly string[]): Promise<Offer[]>
  findVariantIdsBySku(on: Queryable, skus: readonly string[]): Promise<Map<string, string>>
  /** SKUs by the ids of their variants. */
  readSkus(on: Queryable, variantIds: readonly string[]): Promise<Map<string, string>>
}

export interface CatalogDeps {
  settings: Values<typeof catalogSettings>
  database: Database
  /** Not started yet: what is kept in memory follows it. */
  changes: Pick<ChangeFeed, 'note' | 'follow' | 'isCurrent'>
  queue: Pick<Queue, 'define' | 'schedule' | 'enqueue'>
  stores: Pick<Stores, 'findStore' | 'findStoreIdsByCode' | 'readStoreCodes'>
  authenticate: Accounts['authenticate']
  clock: Clock
  metrics: Metrics
}
