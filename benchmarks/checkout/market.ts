import type { Child } from '../harness/child-process.ts'
import type { BenchDatabase } from '../harness/postgres-databases.ts'
import type { RedisProcess } from '../harness/redis-process.ts'
import type { Place, ServerProcess } from '../harness/server-process.ts'
import { type CpuMeter, processMeter } from '../harness/usage.ts'
import { type Placing, startProduction, startWorker, whole } from '../sign-in/service.ts'
import { ensureMarket, type History, histories, type MarketMaking } from './data-sets.ts'
import { waitForJobs } from './jobs.ts'
import { marketSettings } from './market-settings.ts'
import { type Good, readGoods } from './shop-rules.ts'
import { createShoppers, type Shopper, type SignIn } from './shoppers.ts'
import { openSignIn } from './tokens.ts'

export interface Trading extends MarketMaking {
  place: Place
  vendorUrl: string
  /** Where there is one: what several processes share. */
  redis: RedisProcess | undefined
}

/** A market in a database of its own, and the service at work in it. */
export interface Market {
  database: BenchDatabase
  server: ServerProcess
  /** The CPU of all that works for the server. */
  helpers: CpuMeter[]
  goods: ReadonlyMap<string, readonly Good[]>
  signIn: SignIn
  newShopper: () => Shopper
  /** Waits until no background work is left. */
  drain(): Promise<void>
  stop(): Promise<void>
}

interface Opening {
  history?: History
  env?: Record<string, string>
  /** A worker of its own, on the core of the server, does the jobs; else the server does. */
  hasWorker?: boolean
}

/** Copies a market, and starts the service in it. */
export async function openMarket(
  trading: Trading,
  { history = 'none', env = {}, hasWorker = false }: Opening = {},
): Promise<Market> {
  const { postgres, vendorUrl } = trading
  const database = await postgres.createDatabase(await ensureMarket(trading, history))
  const own: Child[] = []
  async function close(): Promise<void> {
    for (const each of own) await each.stop()
    await database.drop()
  }
  try {
    const inProcess = { ...marketSettings, DATABASE_URL: database.url, ...env }
    const placing = hasWorker
      ? { ...sharing(trading), env: { ...inProcess, QUEUE_IN_PROCESS: 'false' } }
      : { ...trading.place, env: inProcess }
    const server = await startProduction({ ...placing, program: whole }, vendorUrl)
    own.push(server)
    const helpers = [database.meter]
    if (hasWorker) {
      const worker = await startWorker(placing, vendorUrl)
      own.push(worker)
      helpers.push(processMeter('worker', worker.pid))
    }
    const signIn = await openSignIn(database)
    const goods = await readGoods((text) => database.query(text))
    return {
      database,
      server,
      helpers,
      goods,
      signIn,
      newShopper: createShoppers(goods, signIn, { first: histories.short + 1 }),
      drain: () => waitForJobs(database),
      stop: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Several processes share what they keep in Redis. */
function sharing({ place, redis }: Trading): Placing {
  if (!redis) throw new Error('A worker needs Redis, and there is none.')
  return { ...place, redis: { process: redis, prefix: redis.newPrefix() } }
}
