import { pino } from 'pino'
import { createBrowsing } from '../../src/modules/catalog/browse-parts.ts'
import { browseRoutes } from '../../src/modules/catalog/browse-routes.ts'
import { catalogSettings } from '../../src/modules/catalog/catalog-settings.ts'
import { recountSearchWords } from '../../src/modules/catalog/recount-search-words.ts'
import { refreshProducts } from '../../src/modules/catalog/refresh-products.ts'
import { showStock } from '../../src/modules/catalog/show-stock.ts'
import { findStore } from '../../src/modules/stores/store-queries.ts'
import { type ChangeFeed, createChangeFeed } from '../../src/platform/changes/change-feed.ts'
import { readSection } from '../../src/platform/config/read-section.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { httpSettings } from '../../src/platform/http/http-settings.ts'
import { createServer, type Server } from '../../src/platform/http/server.ts'
import { createMetrics, type Metrics } from '../../src/platform/observability/metrics.ts'
import type { Answer } from './ask-patiently.ts'
import { type InsertedProduct, insertListing, insertProduct } from './catalog.ts'
import { setClock } from './clock.ts'

export interface NewProduct {
  categoryId: string
  name: string
  brand?: string
  description?: string
  keywords?: string[]
  packs?: string[]
}

export interface Offer {
  storeId: string
  pricePaise?: number
  rank?: number
  /** 5 stands for five or more. */
  unitsLeft?: number
}

/** What shoppers see, behind a server, and what changes it. */
export interface StartedBrowsing {
  server: Server
  changes: ChangeFeed
  metrics: Metrics
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  /** The names in a list. */
  names(path: string): Promise<string[]>
  /** Puts a product on shelves, the way that an admin, a store manager and the stock do together. */
  sell(product: NewProduct, ...offers: Offer[]): Promise<InsertedProduct>
  changePrice(product: InsertedProduct, storeId: string, pricePaise: number): Promise<void>
  showUnits(product: InsertedProduct, storeId: string, unitsLeft: number): Promise<void>
  recount(): Promise<void>
  end(): Promise<void>
}

export async function startBrowsing(
  database: Database,
  { cacheMegabytes = 8, changes: given }: { cacheMegabytes?: number; changes?: ChangeFeed } = {},
): Promise<StartedBrowsing> {
  const log = pino({ level: 'silent' })
  const clock = setClock()
  const metrics = createMetrics()
  const changes = given ?? createChangeFeed({ database, clock, log })
  const context = { development: false, now: 0 }
  const browsing = createBrowsing({
    settings: readSection(catalogSettings, { CATALOG_CACHE_MB: String(cacheMegabytes) }, context, []),
    database,
    stores: { findStore },
    changes,
    clock,
    metrics,
  })
  const server = await createServer({
    settings: readSection(httpSettings, { CORS_ORIGINS: 'https://shop.example' }, context, []),
    development: false,
    log,
    metrics,
    sharesItsThread: true,
    strictProblems: true,
  })
  await server.register(browseRoutes(browsing), { prefix: '/api' })
  await changes.start()
  await server.ready()

  const refresh = (productId: string) =>
    inTransaction(database.db, (tx) => refreshProducts({ changes }, tx, [productId]))

  const started: StartedBrowsing = {
    server,
    changes,
    metrics,
    async get(url, headers = {}) {
      const response = await server.inject({ method: 'GET', url, headers })
      const isJson = String(response.headers['content-type']).includes('json')
      return {
        status: response.statusCode,
        body: isJson ? response.json() : undefined,
        headers: response.headers,
        text: response.payload,
      }
    },
    async names(path) {
      const { status, body } = await started.get(path)
      if (status !== 200) throw new Error(`${path} was answered ${status}`)
      return body.products.map(({ name }: { name: string }) => name)
    },
    async sell({ categoryId, name, brand = null, description = null, keywords = [], packs = ['500 g'] }, ...offers) {
      const product = await insertProduct(database, { categoryId, name, packs })
      await database.db
        .updateTable('products')
        .set({ brand, description, keywords })
        .where('id', '=', product.productId)
        .execute()
      for (const { storeId, pricePaise, rank } of offers)
        for (const variantId of product.variantIds)
          await insertListing(database, {
            storeId,
            variantId,
            ...(pricePaise !== undefined && { pricePaise }),
            ...(rank !== undefined && { rank }),
          })
      for (const { storeId, unitsLeft = 5 } of offers) await started.showUnits(product, storeId, unitsLeft)
      await refresh(product.productId)
      return product
    },
    async changePrice({ productId, variantIds }, storeId, pricePaise) {
      await inTransaction(database.db, async (tx) => {
        await tx
          .updateTable('listings')
          .set({ price_paise: pricePaise })
          .where('store_id', '=', storeId)
          .where('variant_id', 'in', variantIds)
          .execute()
        await refreshProducts({ changes }, tx, [productId])
      })
    },
    showUnits: ({ variantIds }, storeId, unitsLeft) =>
      inTransaction(database.db, (tx) =>
        showStock(
          { changes },
          tx,
          variantIds.map((variantId) => ({ storeId, variantId, unitsLeft })),
        ),
      ),
    recount: () => recountSearchWords({ database }),
    async end() {
      await server.close()
      changes.stop()
    },
  }
  return started
}
