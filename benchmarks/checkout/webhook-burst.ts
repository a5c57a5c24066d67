import { setTimeout as pause } from 'node:timers/promises'
import { takeUndisturbed } from '../harness/disturbance.ts'
import { drive } from '../harness/load.ts'
import type { BenchDatabase } from '../harness/postgres-databases.ts'
import { type Fact, fact } from '../harness/report.ts'
import { percentile } from '../harness/statistics.ts'
import { watchUsage } from '../harness/usage.ts'
import { placeOrder } from './checkout.ts'
import { fillCarts, totalOf } from './filled-carts.ts'
import { type GatewayStandIn, startGatewayStandIn } from './gateway-stand-in.ts'
import { openMarket, type Trading } from './market.ts'
import { eventsOf, type Waiting, webhookSecret } from './webhook-events.ts'

export const webhookBurst = 'webhook burst'

const orders = 400
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
    if (found.placed === orders || performance.now() - begun > longestMs) return found
    await pause(pollPauseMs)
  }
}

interface Burst {
  errors: number
  foreignShare?: number
  durations: number[]
  perSecond: number
  settledSeconds: number
  cpuMsOfEvent: number
}

/** Orders that wait for their money, and then all of it: at once, or so many events a second, whatever became of those before. */
async function takeBurst(trading: Trading, perSecond: number = Infinity): Promise<Burst> {
  const gateway = await startGatewayStandIn()
  const env = settingsFor(gateway)
  const market = await openMarket(trading, { history: 'short', env })
  const { server, database, newShopper, drain, stop } = market
  const { port } = server
  try {
    const shoppers = Array.from({ length: orders }, newShopper)
    await fillCarts(database, shoppers)
    const waiting = shoppers.values()
    const { firstError } = await drive({
      port,
      connections,
      operations: orders,
      async operation(connection) {
        const { value: shopper } = waiting.next()
        if (shopper) await placeOrder(connection, shopper, { totalPaise: totalOf(shopper), method: 'razorpay' })
        return {}
      },
    })
    if (firstError !== undefined) throw new Error(firstError)
    await drain()
    const told = eventsOf((await database.query(unpaid)) as Waiting[])
    const events = told.values()
    database.pin(server.cores.server)
    const usage = watchUsage({ pid: server.pid, cores: server.cores, others: [database.meter] })
    const begun = performance.now()
    let number = 0
    const recording = await drive({
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
    const found = await waitForOrders(database)
    const settledSeconds = (performance.now() - begun) / 1000
    await drain()
    const { cpuMs = Number.NaN, foreignMs } = usage.stop()
    const { refunds, ...counts } = found
    const isRight = refunds === 0 && Object.values(counts).every((count) => count === orders)
    if (!isRight || recording.firstError !== undefined)
      trading.say(`${webhookBurst}: ${JSON.stringify(found)} ${recording.firstError ?? ''}`)
    return {
      errors: recording.errors + (isRight ? 0 : 1),
      ...(foreignMs !== undefined && { foreignShare: foreignMs / 1000 / settledSeconds }),
      durations: recording.parts['answer'] ?? [],
      perSecond: recording.operations / recording.seconds,
      settledSeconds,
      cpuMsOfEvent: cpuMs / told.length,
    }
  } finally {
    await stop()
    await gateway.close()
  }
}

/**
 * Signed events for 400 orders that wait for their money, two of each order and some of them twice, at 16 connections: all at
 * once in a closed loop, and as they come on a busy day.
 */
export async function measureWebhooks(trading: Trading, { runs }: { runs: number }): Promise<Fact[]> {
  const rates = { burst: Infinity, steady: steadyPerSecond }
  const taken: Record<keyof typeof rates, Burst[]> = { burst: [], steady: [] }
  let errors = 0
  for (let run = 0; run < runs; run += 1) {
    for (const [name, rate] of Object.entries(rates) as [keyof typeof rates, number][]) {
      const { calmest, errors: found } = await takeUndisturbed(
        webhookBurst,
        () => takeBurst(trading, rate),
        trading.say,
      )
      errors += found
      taken[name].push(calmest)
    }
  }
  const each = (name: string, unit: string, of: (burst: Burst) => number, wanted?: Fact['wanted']) =>
    fact(`${webhookBurst}, ${orders} orders: ${name}`, unit, taken.burst.map(of), wanted)
  const steady = taken.steady.map(({ durations }) => percentile(durations, 0.99))
  return [
    each('events answered', '/s', ({ perSecond }) => perSecond),
    each('p50 of an answer', 'ms', ({ durations }) => percentile(durations, 0.5)),
    each('p99 of an answer', 'ms', ({ durations }) => percentile(durations, 0.99), { atMost: 20 }),
    each('until all orders are placed', 's', ({ settledSeconds }) => settledSeconds),
    each('CPU of an event, its job included', 'ms', ({ cpuMsOfEvent }) => cpuMsOfEvent),
    fact(`${webhookBurst}, ${steadyPerSecond} events a second: p99 of an answer`, 'ms', steady, { atMost: 20 }),
    fact(`${webhookBurst}: errors`, '', [errors], { atMost: 0 }),
  ]
}
