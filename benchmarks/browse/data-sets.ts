import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { Client } from 'pg'
import { pino } from 'pino'
import { recountSearchWords } from '../../src/modules/catalog/search-vector-queries.ts'
import { refreshShelf } from '../../src/modules/catalog/shelf-queries.ts'
import { type Hours, weekdays } from '../../src/modules/stores/opening-hours.ts'
import { areaOf } from '../../src/modules/stores/read-content.ts'
import { insertStore } from '../../src/modules/stores/store-queries.ts'
import { readSection } from '../../src/platform/config/read-section.ts'
import { connectDatabase } from '../../src/platform/database/connect-database.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { databaseSettings } from '../../src/platform/database/database-settings.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { readMigrations } from '../../src/platform/database/migrate-database.ts'
import { loadInBulk } from '../harness/bulk-load.ts'
import type { Templates } from '../harness/postgres-templates.ts'
import { catalogueTables, insertCatalogue } from './load-catalogue.ts'
import { type MadeStore, makeStores } from './make-stores.ts'

const productsAtOnce = 4000
const madeAt = new Date('2026-11-01T00:00:00Z')

/** What a data set is made from: the schema, and whatever computes rows. */
function seedHash(): string {
  const hash = createHash('sha256')
  for (const { name, checksum } of readMigrations()) hash.update(name).update(checksum)
  const own = readdirSync(import.meta.dirname).map((name) => new URL(name, import.meta.url))
  const modules = [
    'catalog/shelf-queries.ts',
    'catalog/search-text.ts',
    'catalog/search-vector.ts',
    'stores/area-cells.ts',
  ].map((name) => new URL(`../../src/modules/${name}`, import.meta.url))
  const makers = own.filter(({ pathname }) =>
    /(aisles|vocabulary|chance|make-\w+|load-\w+|data-sets)\.ts$/.test(pathname),
  )
  for (const file of [...makers, ...modules]) hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 12)
}

/** Connections of the service itself, with time for large statements. The schema is up to date. */
const connectTo = (url: string): Promise<Database> => {
  const env = { DATABASE_URL: url, DATABASE_STATEMENT_TIMEOUT_MS: '600000', DATABASE_CONNECT_TIMEOUT_MS: '10000' }
  const settings = readSection(databaseSettings, env, { development: true, now: 0 }, [])
  return connectDatabase(settings, { log: pino({ level: 'silent' }) })
}

const hours: Hours = { week: Object.fromEntries(weekdays.map((day) => [day, '24h'])) as Hours['week'], exceptions: [] }

const addStores = (database: Database, stores: readonly MadeStore[]): Promise<void> =>
  inTransaction(database.db, async (tx) => {
    for (const { id, code, point, ring } of stores) {
      const prepared = areaOf({ type: 'Polygon', coordinates: [ring] })
      const content = {
        code,
        name: `Store ${code}`,
        city: 'Bengaluru',
        addressLines: ['1 Main Road'],
        pincode: '560001',
        point,
        status: 'open' as const,
        pauseReason: null,
        hours,
        minimumOrderPaise: 9900,
        pickMinutes: 3,
        handoverMinutes: 2,
        pickCapacity: 20,
      }
      await insertStore(tx, { id, now: madeAt, content, prepared })
    }
  })

async function fillShelves(client: Client, database: Database, productIds: readonly string[]): Promise<void> {
  const kept = ['shelf_items_product']
  await loadInBulk(client, { tables: ['shelf_items'], kept }, async () => {
    for (let at = 0; at < productIds.length; at += productsAtOnce) {
      const some = productIds.slice(at, at + productsAtOnce)
      await inTransaction(database.db, (tx) => refreshShelf(tx, some))
    }
  })
}

async function makeDataSet(url: string, storeCount: number, products: number): Promise<void> {
  const database = await connectTo(url)
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await addStores(database, makeStores(storeCount))
    if (products > 0) {
      const tables = catalogueTables
      let productIds: string[] = []
      await loadInBulk(client, { tables }, async () => {
        productIds = await insertCatalogue(client, products)
      })
      await client.query('analyze')
      await inTransaction(database.background, recountSearchWords)
      await fillShelves(client, database, productIds)
    }
    await client.query('vacuum (freeze, analyze)')
  } finally {
    await client.end()
    await database.close()
  }
}

/**
 * The name of a database with so many stores and products, all of which are on the shelves: found when it was made by the
 * same migrations and the same seed, else made.
 */
export async function ensureDataSet(
  templates: Templates,
  { stores, products, say }: { stores: number; products: number; say(line: string): void },
): Promise<string> {
  return templates.ensure(`${stores}_${products}_${seedHash()}`, async (url) => {
    const begun = performance.now()
    await makeDataSet(url, stores, products)
    const seconds = Math.round((performance.now() - begun) / 1000)
    say(`made ${products} products in ${stores} stores in ${seconds} s`)
  })
}
