import { startStopwatch } from '../../src/platform/clock.ts'
import type { Answer } from './ask-patiently.ts'
import { type Chance, chanceFrom } from './chance.ts'
import { type Books, faultsOfAccounts, readBooks } from './checkout-books.ts'
import { startChaos } from './checkout-chaos.ts'
import { createClient } from './checkout-client.ts'
import { startFleet } from './checkout-fleet.ts'
import { becomeQuiet } from './checkout-quiet.ts'
import { createTally, type Tally } from './checkout-report.ts'
import { createShopper, type KeptAnswer, type Shopper } from './checkout-shopper.ts'
import { startStaff } from './checkout-staff.ts'
import { openTill, type Till, type TillState } from './checkout-till.ts'
import { makeTown, type Town, type Townsman } from './checkout-town.ts'
import { razorpayEnv } from './fake-razorpay.ts'
import { fakeVendor } from './fake-vendor.ts'
import { startPostgres } from './own-postgres.ts'
import { freePort } from './processes.ts'
import { productionEnv } from './service.ts'

export interface RunPlan {
  seed: string
  checkouts: number
  customers: number
  /** Customers who are at it at once. */
  atOnce: number
}

/** What a run leaves behind. */
export interface RunResult {
  plan: RunPlan
  tally: Tally
  books: Books
  till: TillState
  kept: KeptAnswer[]
  /** What is stored under each key that was answered: the answer, as text. */
  stored: Map<string, string>
  refunds: Answer[][]
  deadLetters: number
  /** All that the servers have printed, and what must not be in it. */
  output: string
  secrets: string[]
  seconds: number
}

/** Stock waits so long for a payment, and a database and its town are made in so long, where nothing else is done. */
const usualHoldSeconds = 10
const usualMakingMs = 4000
const paceOf = (ms: number, usualMs: number): number => Math.min(6, Math.max(1, ms / usualMs))
const quietWithinMs = 120_000

const settings = {
  PAYMENT_PROVIDERS: 'razorpay,cash',
  PAYMENT_TIMEOUT_MS: '1500',
  PAYMENT_BREAKER_OPEN_SECONDS: '1',
  PAYMENT_RECONCILE_SECONDS: '2',
  QUEUE_POLL_SECONDS: '1',
  DATABASE_CONNECT_TIMEOUT_MS: '2000',
}

/** So many at once, until all are done. */
async function eachOf(count: number, atOnce: number, work: (at: number) => Promise<void>): Promise<void> {
  let next = 0
  const one = async () => {
    while (next < count) {
      next += 1
      await work(next - 1)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
}

/** Sends customers in, one after the other. Resolves when all have their answers, with what they do from then on. */
async function shop(
  { checkouts, atOnce }: RunPlan,
  customers: readonly Townsman[],
  checkOut: Shopper['checkOut'],
  chance: Chance,
): Promise<{ gone: Promise<unknown> }> {
  const idle = [...customers]
  const later: Promise<void>[] = []
  await eachOf(checkouts, atOnce, async (at) => {
    const own = chance.of(`checkout ${at}`)
    const [customer] = idle.splice(own.below(idle.length), 1)
    if (!customer) throw new Error('there are not enough customers')
    const goOn = await checkOut(customer, own)
    const going = goOn()
    going.catch(() => undefined) // whoever waits for all of them learns of it
    later.push(going)
    idle.push(customer)
  })
  return { gone: Promise.all(later) }
}

async function readStored({ raw }: Town['database']): Promise<Map<string, string>> {
  const { rows } = await raw('select key, answer from idempotency_keys', [])
  return new Map((rows as { key: string; answer: string }[]).map(({ key, answer }) => [key, answer]))
}

/**
 * Lets time pass until nothing is left to do and the gateway was asked about everything, which it may have been too busy to
 * tell, or left alone for a while after its troubles. When that takes too long, the books are what they are.
 */
async function agree(database: Town['database'], till: Till, tally: Tally): Promise<void> {
  const elapsed = startStopwatch()
  do {
    await becomeQuiet(database, quietWithinMs, till.endRefunds)
    tally.count('times that all was quiet until the books agreed')
  } while (faultsOfAccounts(await readBooks(database), await till.state()).length > 0 && elapsed() < quietWithinMs)
}

/**
 * Shoppers, staff, a gateway, two servers and a PostgreSQL, while one after the other breaks; then the quiet after it, and
 * what is in the books by then. The same seed draws the same numbers; what meets what is left to the machine.
 */
export async function runCheckouts(plan: RunPlan): Promise<RunResult> {
  const elapsedOfAll = startStopwatch()
  const chance = chanceFrom(plan.seed)
  const tally = createTally()
  const opened: (() => Promise<unknown>)[] = []
  try {
    const postgres = await startPostgres(await freePort())
    opened.push(postgres.end)
    const { checkouts } = plan
    const wanted = { hotUnits: Math.ceil(checkouts / 20), units: checkouts * 2, couponUses: Math.ceil(checkouts / 20) }
    const town = await makeTown(postgres.url, { customers: plan.customers, ...wanted })
    opened.push(town.end)
    const holdSeconds = Math.round(usualHoldSeconds * paceOf(elapsedOfAll(), usualMakingMs))
    const vendor = await fakeVendor()
    opened.push(vendor.close)
    let urls: readonly string[] = []
    const till = await openTill(() => urls, chance.of('webhooks'), tally)
    opened.push(till.end)
    const env = {
      ...productionEnv(vendor),
      ...razorpayEnv(till.baseUrl),
      ...settings,
      ...{ STOCK_HOLD_SECONDS: String(holdSeconds), DATABASE_URL: postgres.url },
    }
    const fleet = await startFleet(2, env, tally)
    opened.push(fleet.end)
    urls = fleet.urls

    const client = createClient(() => urls, chance.of('clients'), tally)
    const kept: KeptAnswer[] = []
    const refunds: Answer[][] = []
    const shopper = createShopper({ town, till, client, tally, kept, holdMs: holdSeconds * 1000 })
    const staff = startStaff({ town, client, chance: chance.of('staff'), tally, refunds })
    const chaos = startChaos({ fleet, postgres, till, town, chance: chance.of('chaos'), tally })
    opened.push(chaos.end, staff.end)
    const { gone } = await shop(plan, town.customers, shopper.checkOut, chance)
    await chaos.end()
    await gone
    await staff.end()
    await till.arrived()
    await agree(town.database, till, tally)

    for (const keeping of kept.filter(({ answers }) => answers[0]?.status === 201)) {
      const { userId, key, request: body, answers } = keeping
      answers.push(await client.ask('/api/orders', { token: town.tokenOf(userId), key, body }))
    }
    const dead = await town.database.raw(`select data from pgboss.job where name = 'dead-letters'`, [])
    return {
      plan,
      tally,
      kept,
      refunds,
      books: await readBooks(town.database),
      till: await till.state(),
      stored: await readStored(town.database),
      deadLetters: dead.rows.length,
      output: fleet.output(),
      secrets: town.secrets,
      seconds: Math.round(elapsedOfAll() / 1000),
    }
  } finally {
    for (const end of opened.reverse()) await end().catch(() => undefined) // what went wrong before says more
  }
}
