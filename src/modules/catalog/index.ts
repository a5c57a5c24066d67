import type { FastifyPluginAsync } from 'fastify'
import type { ImportKind } from '../imports/index.ts'
import { createBrowsing } from './browse-parts.ts'
import { browseRoutes } from './browse-routes.ts'
import type { Catalog, CatalogDeps } from './catalog.ts'
import { categoryRoutes } from './category-routes.ts'
import { categoryKind } from './import-categories.ts'
import { listingKind } from './import-listings.ts'
import { productKind } from './import-products.ts'
import { createKeptOffers } from './kept-offers.ts'
import { listingRoutes } from './listing-routes.ts'
import { readOffers } from './offer-queries.ts'
import { productRoutes } from './product-routes.ts'
import { recountSearchWords } from './recount-search-words.ts'
import { refreshPending } from './refresh-products.ts'
import { showStock } from './show-stock.ts'
import { synonymRoutes } from './synonym-routes.ts'
import { findVariantIdsBySku, findVariants, readSkus } from './variant-queries.ts'
import { variantRoutes } from './variant-routes.ts'

export type { Catalog, CatalogDeps } from './catalog.ts'
export { catalogSettings } from './catalog-settings.ts'
export type { Offer } from './offer-queries.ts'

/**
 * Owns what can be sold: categories, products, their variants, which of them a store sells at what price, and the shelf,
 * which is what customers are shown. Promises that no price is above an MRP, that the shelf shows a change from the
 * moment that it is committed, and that of two changes to one thing the second is refused unless it knows the first.
 * Nothing is deleted: what is not sold any more is archived. How much there is of a variant it does not know; inventory
 * says what to show.
 */
export function createCatalog(deps: CatalogDeps): Catalog {
  const { queue } = deps
  const pendingJob = queue.define<object>({
    name: 'catalog/refresh-shelf',
    expireInSeconds: 600,
    atOnce: 1,
    handle: () => refreshPending(deps),
  })
  // What a crash has left.
  queue.schedule({
    name: 'catalog/refresh-shelf-left',
    everySeconds: 60,
    expireInSeconds: 600,
    handle: () => refreshPending(deps),
  })
  queue.schedule({
    name: 'catalog/recount-search-words',
    everySeconds: 3600,
    expireInSeconds: 300,
    handle: () => recountSearchWords(deps),
  })
  const parts = { ...deps, pendingJob }
  const browsing = createBrowsing(deps)

  const routes: FastifyPluginAsync = async (app) => {
    for (const each of [categoryRoutes, productRoutes, variantRoutes, listingRoutes, synonymRoutes])
      await app.register(each(parts))
    await app.register(browseRoutes(browsing))
  }

  return {
    routes,
    importKinds: [categoryKind(deps), productKind(deps), listingKind(deps)] as ImportKind[],
    showStock: (tx, units) => showStock(deps, tx, units),
    findVariants,
    findOffers: readOffers,
    keptOffers: createKeptOffers({ ...deps, read: readOffers }).find,
    findVariantIdsBySku,
    readSkus,
  }
}
