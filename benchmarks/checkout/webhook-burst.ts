import { setTimeout as pause } from 'node:timers/promises'
import { takeUndisturbed } from '../harness/disturbance.ts'
import { drive, type Recording } from '../harness/load.ts'
import type { BenchDatabase } from '../harness/postgres-databases.ts'
import { type Fact, fact } from '../harness/report.ts'
import { percentile } from '../harness/statistics.ts'
import { watchUsage } from '../harness/usage.ts'
import { watchCommits } from '../harness/watch-commits.ts'
import { placeOrder } from './checkout.ts'
import { fillCarts, totalOf } from './filled-carts.ts'
import { type GatewayStandIn, startGatewayStandIn } from './gateway-stand-in.ts'
import { type Market, openMarket, type Trading } from './market.ts'
import { eventsOf, type Told, type Waiting, webhookSecret } from './webhook-events.ts'

export const webhookBurst = 'webhook burst'

const orders = 400
/** Of further ones everything is told before. */
const warmUpOrders = 100
const allOrders = orders + warmUpOrders
const connections = 16
/** Those of some 18 paid orders a second. */
const steadyPerSecond = 40
const pollPauseMs = 50
const longestMs = 60_000

const settingsFor = ({ url }: GatewayStandIn) => ({
  PAYMENT_PROVIDERS: 'razorpay,cash',
  RAZORPAY_KEY_ID: 'rzp_test_benchmark',
  RAZORPAY_KEY_SECRET: 'made-for-a-benchmark',
  RAZORPAY_WEBHOOK_SECRET: webhookSecret,
  RAZORPAY_BASE_URL: url,
})

const unpaid = `
  select provider_reference as reference, id as "paymentId", amount_paise as "amountPaise"
  from payments where provider = 'razorpay' and status = 'pending'`

const outcome = `
  select count(*) filter (where orders.status = 'placed')::int as placed,
    count(*) filter (where payments.status = 'captured' and received_paise = amount_paise)::int as captured,
    (select count(*)::int from captures where provider = 'razorpay') as captures,
    (select count(*)::int from refunds) as refunds,
    (select count(*)::int from reservations where status = 'committed' and reference in (
      select order_id from payments where provider = 'razorpay')) as held
  from orders join payments on order_id = orders.id where provider = 'razorpay'`

interface Outcome extends Record<'placed' | 'captured' | 'captures' | 'refunds' | 'held', number> {}

async function waitForOrders(database: BenchDatabase): Promise<Outcome> {
  const begun = performance.now()
  for (;;) {
    const [found] = (await database.query(outcome)) as [Outcome]
    if (found.placed === allOrders || performance.now() - begun > longestMs) return found
    await pause(pollPauseMs)
  }
}

interface Burst {
  errors: number
  foreignShare?: number
  durations: number[]
  /** Milliseconds of bare commits meanwhile, as many a second; none in a burst. */
  commits: number[]
  perSecond: number
  settledSeconds: number
  cpuMsOfEvent: number
}

/** How events come, and who does what follows from them. */
interface Pace {
  perSecond: number
  hasWorker: boolean
}

/** Orders that wait for their money. */
async function makeUnpaid({ server, database, newShopper, drain }: Market): Promise<Waiting[]> {
  const shoppers = Array.from({ length: allOrders }, newShopper)
  await fillCarts(database, shoppers)
  const waiting = shoppers.values()
  const { firstError } = await drive({
    port: server.port,
    connections,
    operations: shoppers.length,
    async operation(connection) {
      const { value: shopper } = waiting.next()
      if (shopper) await placeOrder(connection, shopper, { totalPaise: totalOf(shopper), method: 'razorpay' })
      return {}
    },
  })
  if (firstError !== undefined) throw new Error(firstError)
  await drain()
  return (await database.query(unpaid)) as Waiting[]
}

/** Tells everything: at once, or so much a second, whatever became of what was told before. */
function tell(port: number, told: readonly Told[], perSecond: number): Promise<Recording> {
  const events = told.values()
  const begun = performance.now()
  let number = 0
  return drive({
    port,
    connections,
    operations: told.length,
    async operation(connection) {
      const { value: event } = events.next()
      const dueAt = begun + (number++ * 1000) / perSecond
      if (dueAt > performance.now()) await pause(dueAt - performance.now())
      const sentAt = perSecond === Infinity ? performance.now() : dueAt // who waits for a connection waits for the answer too
      const answer = await connection.post('/api/webhooks/razorpay', event?.body ?? '', event?.headers)
      if (answer.status !== 204)
        throw new Error(`an event was answered ${answer.status} ${JSON.stringify(answer.body)}`)
      return { answer: performance.now() - sentAt }
    },
  })
}

/** Orders that wait for their money, and then all of it: at once, or so many events a second, whatever became of those before. */
async function takeBurst(trading: Trading, { perSecond, hasWorker }: Pace): Promise<Burst> {
  const gateway = await startGatewayStandIn()
  const env = settingsFor(gateway)
  const market = await openMarket(trading, { history: 'short', env, hasWorker })
  const { server, database, helpers, drain, stop } = market
  const { port } = server
  try {
    const unpaidOrders = await makeUnpaid(market)
    await tell(port, eventsOf(unpaidOrders.splice(0, warmUpOrders)), perSecond)
    await drain()
    const events = eventsOf(unpaidOrders)
    const bare = perSecond === Infinity ? undefined : await watchCommits(database, perSecond)
    database.pin(server.cores.server)
    const usage = watchUsage({ pid: server.pid, cores: server.cores, others: helpers })
    const begun = performance.now()
    const recording = await tell(port, events, perSecond)
    const commits = (await bare?.stop()) ?? []
    const found = await waitForOrders(database)
    const settledSeconds = (performance.now() - begun) / 1000
    await drain()
    const { cpuMs = Number.NaN, foreignMs } = usage.stop()
    const { refunds, ...counts } = found
    const isRight = refunds === 0 && Object.values(counts).every((count) => count === allOrders)
    if (!isRight || recording.firstError !== undefined)
      trading.say(`${webhookBurst}: ${JSON.stringify(found)} ${recording.firstError ?? ''}`)
    return {
      errors: recording.errors + (isRight ? 0 : 1),
      ...(foreignMs !== undefined && { foreignShare: foreignMs / 1000 / settledSeconds }),
      durations: recording.parts['answer'] ?? [],
      commits,
      perSecond: recording.operations / recording.seconds,
      settledSeconds,
      cpuMsOfEvent: cpuMs / events.length,
    }
  } finally {
    await stop()
    await gateway.close()
  }
}

const paces = {
  burst: { perSecond: Infinity, hasWorker: false },
  steady: { perSecond: steadyPerSecond, hasWorker: false },
  'with a worker': { perSecond: steadyPerSecond, hasWorker: true },
} satisfies Record<string, Pace>

/**
 * Signed events for 400 orders that wait for their money, two of each order and some of them twice, at 16 connections: all at
 * once in a closed loop, and as they come on a busy day, which `npm run worker` may have the jobs of.
 */
export async function measureWebhooks(trading: Trading, { runs }: { runs: number }): Promise<Fact[]> {
  const taken: Record<keyof typeof paces, Burst[]> = { burst: [], steady: [], 'with a worker': [] }
  let errors = 0
  for (let run = 0; run < runs; run += 1) {
    for (const [name, pace] of Object.entries(paces) as [keyof typeof paces, Pace][]) {
      if (pace.hasWorker && !trading.redis) continue
      const sample = await takeUndisturbed(webhookBurst, () => takeBurst(trading, pace), trading.say)
      errors += sample.errors
      taken[name].push(sample.calmest)
    }
  }
  const each = (name: string, unit: string, of: (burst: Burst) => number, wanted?: Fact['wanted']) =>
    fact(`${webhookBurst}, ${orders} orders: ${name}`, unit, taken.burst.map(of), wanted)
  const p50 = ({ durations }: Burst) => percentile(durations, 0.5)
  const p99 = ({ durations }: Burst) => percentile(durations, 0.99)
  const steadyFacts = (worker: string, bursts: readonly Burst[]): Fact[] => {
    if (bursts.length === 0) return []
    const of = (name: string, value: (burst: Burst) => number, wanted?: Fact['wanted']) =>
      fact(
        `${webhookBurst}, ${steadyPerSecond} events a second, jobs by ${worker}: ${name}`,
        'ms',
        bursts.map(value),
        wanted,
      )
    return [
      of('p50 of an answer', p50),
      of('p99 of an answer', p99, { atMost: 20 }),
      of('p99 of a bare commit', ({ commits }) => percentile(commits, 0.99)),
      of('CPU of an event, its job included', ({ cpuMsOfEvent }) => cpuMsOfEvent),
    ]
  }
  return [
    each('events answered', '/s', ({ perSecond }) => perSecond),
    each('p50 of an answer', 'ms', p50),
    each('p99 of an answer', 'ms', p99, { atMost: 20 }),
    each('until all orders are placed', 's', ({ settledSeconds }) => settledSeconds),
    each('CPU of an event, its job included', 'ms', ({ cpuMsOfEvent }) => cpuMsOfEvent),
    ...steadyFacts('the server', taken.steady),
    ...steadyFacts('a worker', taken['with a worker']),
    fact(`${webhookBurst}: errors`, '', [errors], { atMost: 0 }),
  ]
}
