import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { Client, Pool } from 'pg'
import { ensureDataSet } from '../browse/data-sets.ts'
import { loadInBulk } from '../harness/bulk-load.ts'
import type { PostgresServer } from '../harness/postgres-databases.ts'
import { addCustomers, customerTables, storeCount } from './customers.ts'
import { deliverPastOrders, multiplyOrders, orderTables } from './past-orders.ts'
import { openForBusiness } from './shop-rules.ts'

const products = 1000

/** How many orders there have been. */
export const histories = { none: 0, short: 1000, long: 1_000_000 } as const
export type History = keyof typeof histories

export interface MarketMaking {
  postgres: PostgresServer
  say(line: string): void
}

/** What a market is made from, besides its catalogue. */
function seedHash(): string {
  const hash = createHash('sha256')
  const makers = /^(customers|shop-rules|past-orders|data-sets)\.ts$/
  for (const name of readdirSync(import.meta.dirname).filter((each) => makers.test(each)))
    hash.update(readFileSync(new URL(name, import.meta.url)))
  return hash.digest('hex').slice(0, 8)
}

async function onClient(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await work(client)
    await client.query('vacuum (freeze, analyze)')
  } finally {
    await client.end()
  }
}

const openMarket = (url: string): Promise<void> =>
  onClient(url, async (client) => {
    await openForBusiness(client)
    await loadInBulk(client, { tables: customerTables }, () => addCustomers(client))
  })

const addHistory = (url: string): Promise<void> =>
  onClient(url, async (client) => {
    const pool = new Pool({ connectionString: url, max: 1 })
    const query = async (text: string, values: unknown[] = []) => (await pool.query(text, values)).rows
    await deliverPastOrders({ url, query }, histories.short)
    await pool.end()
    await client.query('delete from signing_keys') // one process of benchmarks does not have the key of another
    await client.query('delete from pgboss.job')
  })

const addLongHistory = (url: string): Promise<void> =>
  onClient(url, (client) =>
    loadInBulk(client, { tables: orderTables }, () => multiplyOrders(client, histories.long / histories.short - 1)),
  )

/**
 * The name of a database with three stores, 1,000 products that never run out, 100,000 customers at home around the stores,
 * and so many orders that were delivered. Found when it was made by the same migrations and the same seed, else made.
 */
export async function ensureMarket({ postgres, say }: MarketMaking, history: History): Promise<string> {
  const { templates } = postgres
  const shelves = await ensureDataSet(templates, { stores: storeCount, products, say })
  const seed = `${shelves.slice(-6)}_${seedHash()}`
  const ensure = (name: History, make: (url: string) => Promise<void>, from: string) =>
    templates.ensure(
      `market_${name}_${seed}`,
      async (url) => {
        const begun = performance.now()
        await make(url)
        say(`made a market with ${histories[name]} past orders in ${Math.round((performance.now() - begun) / 1000)} s`)
      },
      from,
    )
  const open = await ensure('none', openMarket, shelves)
  if (history === 'none') return open
  const short = await ensure('short', addHistory, open)
  return history === 'short' ? short : ensure('long', addLongHistory, short)
}
