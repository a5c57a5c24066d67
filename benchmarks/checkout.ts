import type { Way } from './checkout/checkout.ts'
import { checkoutCase, checkoutCases, everyWay, shoppersAtOnce } from './checkout/checkout-cases.ts'
import { flashSale, measureFlashSale } from './checkout/flash-sale.ts'
import type { Trading } from './checkout/market.ts'
import { orderAlone, orderCases } from './checkout/order-cases.ts'
import type { NotedOrders } from './checkout/order-scripts.ts'
import { growthOf, pastCases } from './checkout/past-cases.ts'
import { measureWebhooks, webhookBurst } from './checkout/webhook-burst.ts'
import type { Bench } from './harness/bench.ts'
import { type CaseResult, measure } from './harness/measure.ts'
import { hasPgbench } from './harness/pgbench.ts'
import { findPostgres } from './harness/postgres-databases.ts'
import { startRedis } from './harness/redis-process.ts'
import { type Fact, fact } from './harness/report.ts'
import { startVendorStandIn } from './sign-in/vendor-stand-in.ts'

export const usualConnections = 16

/** What was to be reached, and what the cases came to. */
function figuresOf(cases: readonly CaseResult[], noted: NotedOrders | undefined): Fact[] {
  const of = (name: string) => cases.find((each) => each.name === name)
  const cpuOf = (shoppers: number, way: Way): Fact[] => {
    const runs = of(checkoutCase(shoppers, { way }))?.runs
    if (!runs) return []
    const values = runs.map(({ cpuMsPerOp = Number.NaN }) => cpuMsPerOp)
    return [fact(`CPU of a whole checkout, cart ${way}, ${shoppers} shoppers`, 'ms', values, { atMost: 8 })]
  }
  const cpu = everyWay.flatMap((way) => shoppersAtOnce.flatMap((shoppers) => cpuOf(shoppers, way)))
  const ratios = of(orderAlone)?.ratios ?? []
  return [
    ...cpu,
    ...(ratios.length > 0 ? [fact('order against its SQL by pgbench', '×', ratios, { atLeast: 0.5 })] : []),
    ...(noted
      ? [
          fact('statements of a whole checkout, jobs apart', '', [noted.statements.checkout]),
          fact('of them of the order', '', [noted.statements.order]),
        ]
      : []),
    ...growthOf(cases),
  ]
}

/**
 * From a new cart to an order: by few and many at once, after a thousand orders and a million, the order alone against its
 * own SQL, many who want the same thing, and payments that are told all at once.
 */
export const bench: Bench = async ({ effort, place, say, only, templates }) => {
  const postgres = await findPostgres(templates)
  if (!postgres) throw new Error('This needs PostgreSQL: none answers at BENCH_DATABASE_URL.')
  const canFloor = hasPgbench()
  if (!canFloor) say('NO PGBENCH: an order has no floor')
  const vendor = await startVendorStandIn()
  const redis = await startRedis(place.cores.server)
  const trading: Trading = { place, postgres, redis, vendorUrl: vendor.url, say }
  let noted: NotedOrders | undefined
  try {
    const orders = orderCases(trading, (found) => {
      noted = found
    })
    const all = [...checkoutCases(trading), ...pastCases(trading), ...(canFloor ? orders : [])]
    const wanted = all.filter(({ name }) => !only || name.includes(only))
    const floors = new Set(wanted.map(({ floor }) => floor))
    const chosen = all.filter((each) => wanted.includes(each) || floors.has(each.name))
    const cases = await measure(chosen, effort, say)
    const facts = figuresOf(cases, noted)
    const measures = { [flashSale]: measureFlashSale, [webhookBurst]: measureWebhooks }
    for (const [name, take] of Object.entries(measures)) {
      if (only && !name.includes(only)) continue
      say(`measuring ${name}`)
      facts.push(...(await take(trading, effort)))
    }
    return {
      circumstances: {
        postgres: `${postgres.version}, ${postgres.isPinned() ? 'its backends on the core of the server' : 'not pinned'}`,
      },
      cases,
      facts,
    }
  } finally {
    await vendor.close()
    await redis?.stop()
    await postgres.close()
  }
}
