import type { BenchDatabase } from '../harness/postgres-databases.ts'
import type { Place, ServerProcess } from '../harness/server-process.ts'
import { startProduction, whole } from '../sign-in/service.ts'
import { ensureMarket, type History, histories, type MarketMaking } from './data-sets.ts'
import { waitForJobs } from './jobs.ts'
import { marketSettings } from './market-settings.ts'
import { type Good, readGoods } from './shop-rules.ts'
import { createShoppers, type Shopper, type SignIn } from './shoppers.ts'
import { openSignIn } from './tokens.ts'

export interface Trading extends MarketMaking {
  place: Place
  vendorUrl: string
}

/** A market in a database of its own, and the service at work in it. */
export interface Market {
  database: BenchDatabase
  server: ServerProcess
  goods: ReadonlyMap<string, readonly Good[]>
  signIn: SignIn
  newShopper: () => Shopper
  /** Waits until no background work is left. */
  drain(): Promise<void>
  stop(): Promise<void>
}

/** Copies a market, and starts the service in it. */
export async function openMarket(
  trading: Trading,
  { history = 'none', env = {} }: { history?: History; env?: Record<string, string> } = {},
): Promise<Market> {
  const { postgres, place, vendorUrl } = trading
  const database = await postgres.createDatabase(await ensureMarket(trading, history))
  try {
    const all = { ...marketSettings, DATABASE_URL: database.url, ...env }
    const server = await startProduction({ ...place, program: whole, env: all }, vendorUrl)
    const signIn = await openSignIn(database)
    const goods = await readGoods((text) => database.query(text))
    return {
      database,
      server,
      goods,
      signIn,
      newShopper: createShoppers(goods, signIn, { first: histories.short + 1 }),
      drain: () => waitForJobs(database),
      async stop() {
        await server.stop()
        await database.drop()
      },
    }
  } catch (error) {
    await database.drop()
    throw error
  }
}
