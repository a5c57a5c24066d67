import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ApplyContext, ImportKind } from '../modules/imports/index.ts'
import type { Pricing } from '../modules/pricing/index.ts'
import type { Stores } from '../modules/stores/index.ts'
import { type Clock, startStopwatch } from '../platform/clock.ts'
import type { Database, Tx } from '../platform/database/database.ts'
import { inTransaction } from '../platform/database/in-transaction.ts'
import type { Logger } from '../platform/observability/logger.ts'
import { tryLockDemo } from './demo-queries.ts'
import { assertFaultless, type Demo, readDemo } from './read-demo.ts'

export interface LoadDemoDeps {
  database: Database
  stores: Pick<Stores, 'addStore' | 'readStoreCodes'>
  pricing: Pick<Pricing, 'fill'>
  importKinds: readonly ImportKind[]
  clock: Clock
  log: Logger
}

export interface LoadDemoInput {
  /** Ends with a slash. */
  folder: URL
  /** Ends it between two steps; the next call goes on. */
  signal: AbortSignal
}

type Row = Readonly<Record<string, unknown>>
type Step = (work: (tx: Tx) => Promise<void>) => Promise<void>

/** So few that a request that waits for its turn at the embedded database hardly notices. */
const rowsInStep = 200

/**
 * Runs work that consists of steps, unless another process does. On PostgreSQL they are one transaction, beside the
 * requests. The embedded database has one session and one process: there each step is a transaction, and requests
 * come in between.
 */
async function alone(database: Database, work: (step: Step) => Promise<void>): Promise<void> {
  if (database.kind === 'embedded') return work((part) => inTransaction(database.background, part))
  await inTransaction(database.background, async (tx) => {
    if (await tryLockDemo(tx)) await work((part) => part(tx))
  })
}

/** Whether there is nothing yet; or what there is was begun here and has not come to the last row of the last file. */
async function isWanted({ database, stores, importKinds }: LoadDemoDeps, demo: Demo): Promise<boolean> {
  const codes = [...(await stores.readStoreCodes(database.background)).values()]
  const holds = async (name: string, isIt: (row: Row) => boolean = () => true): Promise<boolean> => {
    const rows = importKinds.find((kind) => kind.name === name)?.export(database, {})
    for await (const row of rows ?? []) if (isIt(row)) return true
    return false
  }
  if (codes.length === 0) return !(await holds('products'))
  if (codes.some((code) => !demo.stores.some((store) => store.code === code))) return false
  const last = demo.files.at(-1)
  if (!last) return false
  if (codes.length < demo.stores.length) return !(await holds(last.kind.name)) // else somebody archived one
  const { store, sku } = last.lastRecord
  return !(await holds(last.kind.name, (row) => row['store'] === store && row['sku'] === sku))
}

interface Filling {
  demo: Demo
  context: ApplyContext
  step: Step
  signal: AbortSignal
}

async function fill(
  { database, stores, pricing }: LoadDemoDeps,
  { demo, context, step, signal }: Filling,
): Promise<void> {
  const present = new Set((await stores.readStoreCodes(database.background)).values())
  for (const store of demo.stores) if (!present.has(store.code)) await stores.addStore(store)
  await step((tx) => pricing.fill(tx, demo.prices))
  for (const { kind, rows } of demo.files) {
    for (let from = 0; from < rows.length; from += rowsInStep) {
      await nextTurn() // the embedded database works on this thread, and its promises alone let no request in
      signal.throwIfAborted()
      await step(async (tx) => {
        const { faults } = await kind.apply(tx, rows.slice(from, from + rowsInStep), context)
        assertFaultless(kind, faults)
      })
    }
  }
}

/**
 * Fills a database without stores and products from the folder, once, however many processes try. What a crash or the
 * signal has cut off, the next call completes; what somebody changed after that stays as it is.
 * @throws the signal's reason, Unavailable
 */
export async function loadDemo(deps: LoadDemoDeps, { folder, signal }: LoadDemoInput): Promise<void> {
  const { database, importKinds, clock, log } = deps
  const elapsed = startStopwatch()
  const context = { scope: {}, now: new Date(clock.now()), importId: 'demo' }
  const demo = await readDemo(folder, importKinds)
  let isFilled = false
  await alone(database, async (step) => {
    if (!(await isWanted(deps, demo))) return
    await fill(deps, { demo, context, step, signal })
    isFilled = true
  })
  if (!isFilled) return
  for (const { kind } of demo.files) await kind.afterwards?.(context)
  const counts = Object.fromEntries(demo.files.map(({ kind, rows }) => [kind.name, rows.length]))
  log.info({ stores: demo.stores.length, ...counts, ms: Math.round(elapsed()) }, 'demo data loaded')
}

/** The same beside the requests. */
export interface DemoLoader {
  /** Comes back at once and never throws: what went wrong is logged. */
  start(): void
  /** Ends it after the step that it is in. Before the database closes. */
  stop(): Promise<void>
}

export function createDemoLoader(deps: LoadDemoDeps): DemoLoader {
  const stopping = new AbortController()
  const folder = new URL('../../demo/', import.meta.url)
  let isOver = Promise.resolve()
  return {
    start() {
      isOver = loadDemo(deps, { folder, signal: stopping.signal }).catch((error: unknown) => {
        if (!stopping.signal.aborted) deps.log.error({ err: error }, 'the demo data could not be loaded')
      })
    },
    async stop() {
      stopping.abort()
      await isOver
    },
  }
}
