import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Values } from '../../platform/config/section.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { Stores } from '../stores/index.ts'
import { createKept } from './browse-kept.ts'
import type { PagesDeps } from './browse-pages.ts'
import { readTree } from './browse-queries.ts'
import { createBrowseTelemetry } from './browse-telemetry.ts'
import type { CategoryTree } from './browse-tree.ts'
import type { catalogSettings } from './catalog-settings.ts'
import { createPageCache, type PageCache } from './page-cache.ts'
import { createSearchFront } from './search-front.ts'
import type { UnderstoodQuery } from './search-words.ts'

export interface BrowsingDeps {
  settings: Values<typeof catalogSettings>
  database: Pick<Database, 'raw' | 'lookUp' | 'db'>
  stores: Pick<Stores, 'findStore'>
  /** Not started yet: what is kept in memory follows it. */
  changes: Pick<ChangeFeed, 'follow' | 'isCurrent'>
  clock: Clock
  metrics: Metrics
}

/** What shoppers are shown, and what of it is kept in memory. */
export interface Browsing extends PagesDeps {
  pages: PageCache
}

const mostQueries = 10_000
const mostStores = 10_000
/** New words come with new content; what is in stock changes no word. */
const changesContent = (keys: readonly string[]): boolean => keys.some((key) => !/ (?:stock|left)$/.test(key))
const always = () => true

export function createBrowsing({ settings, database, stores, changes, clock, metrics }: BrowsingDeps): Browsing {
  const telemetry = createBrowseTelemetry(metrics)
  // Before the pages, so that none is made of what these still keep when it has been forgotten.
  const tree = createKept<CategoryTree>({ changes, max: 1, topics: { categories: always } })
  const known = createKept<{ isThere: boolean }>({ changes, max: mostStores, topics: { stores: always } })
  const understood = createKept<UnderstoodQuery>({
    changes,
    max: mostQueries,
    topics: { synonyms: always, shelf: changesContent },
  })
  return {
    database,
    telemetry,
    understood,
    front: createSearchFront({ database, clock }),
    hasStore: async (id) =>
      (await known.read(id, async () => ({ isThere: (await stores.findStore(database.db, id)) !== undefined })))
        .isThere,
    readTree: () => tree.read('tree', () => readTree(database)),
    pages: createPageCache({ changes, maxBytes: settings.cacheMegabytes * 1024 * 1024, telemetry }),
  }
}
