import { takeUndisturbed } from '../harness/disturbance.ts'
import type { Answer } from '../harness/http-answer.ts'
import { drive } from '../harness/load.ts'
import type { BenchDatabase } from '../harness/postgres-databases.ts'
import { type Fact, fact } from '../harness/report.ts'
import { percentile } from '../harness/statistics.ts'
import { watchUsage } from '../harness/usage.ts'
import { checkOut } from './checkout.ts'
import { fillCarts, totalOf } from './filled-carts.ts'
import { type Market, openMarket, type Trading } from './market.ts'
import type { Shopper } from './shoppers.ts'

export const flashSale = 'flash sale'
const buyers = 500
const units = 200

/** Leaves so many units of one variant in a store, whatever there was. */
const sellOff = `
  with level as (select * from stock_levels where store_id = $1 and variant_id = $2), changed as (
    update stock_levels set on_hand = $3, last_movement = level.last_movement + 1 from level
    where stock_levels.store_id = level.store_id and stock_levels.variant_id = level.variant_id
  )
  insert into stock_movements (store_id, variant_id, number, kind, on_hand_before, quantity, at)
  select store_id, variant_id, last_movement + 1, 'count', on_hand, $3 - on_hand, now() from level`

/** What became of it, as each module has it. */
const outcome = `
  select (select count(*)::int from order_lines join orders on orders.id = order_id
      where variant_id = $2 and store_id = $1 and status = 'placed') as orders,
    (select on_hand from stock_levels where store_id = $1 and variant_id = $2) as "onHand",
    (select reserved from stock_levels where store_id = $1 and variant_id = $2) as reserved,
    (select coalesce(sum(quantity - released), 0)::int from reservation_lines join reservations on id = reservation_id
      where variant_id = $2 and store_id = $1 and status = 'committed') as held,
    (select count(*)::int from payments join order_lines using (order_id)
      where variant_id = $2 and payments.store_id = $1 and status = 'due') as due,
    (select count(*)::int from carts where lines ? $2 and store_id = $1) as waiting`

interface Sale {
  errors: number
  foreignShare?: number
  sold: number
  durations: number[]
  seconds: number
  cpuMs: number
}

const untouched = 'select variant_id as id from stock_levels where store_id = $1 and reserved = 0'

/** All who want the same thing, which nobody has ordered yet: not below the minimum of an order, and one unit each. */
async function gather({ database, goods, newShopper }: Market) {
  const [storeId = ''] = goods.keys()
  const free = new Set(((await database.query(untouched, [storeId])) as { id: string }[]).map(({ id }) => id))
  const wanted = goods.get(storeId)?.find(({ pricePaise, variantId }) => pricePaise > 10_000 && free.has(variantId))
  if (!wanted) throw new Error('nothing is dear enough')
  const shoppers: Shopper[] = []
  while (shoppers.length < buyers) {
    const shopper = newShopper()
    if (shopper.storeId === storeId) shoppers.push({ ...shopper, lines: [{ ...wanted, quantity: 1 }] })
  }
  return { shoppers, storeId, variantId: wanted.variantId }
}

const isSoldOut = ({ status, body }: Answer, variantId: string): boolean => {
  const [line] = (body['lines'] ?? []) as { variantId: string; available: number }[]
  return (
    status === 409 &&
    body['code'] === 'order.lines_unavailable' &&
    line?.variantId === variantId &&
    line.available === 0
  )
}

async function lookAtSale(database: BenchDatabase, where: [string, string], sold: number): Promise<string | undefined> {
  const [found] = (await database.query(outcome, where)) as [Record<string, number>]
  const { waiting, ...all } = found
  const isRight = Object.values(all).every((count) => count === units) && waiting === buyers - units && sold === units
  return isRight ? undefined : `${sold} were sold, and there is ${JSON.stringify(found)}`
}

/** One sale by a service that has been at work for a while. */
async function holdSale(trading: Trading, warmUpSeconds: number): Promise<Sale> {
  const market = await openMarket(trading, { history: 'short' })
  const { server, database, newShopper, drain, stop } = market
  const { port } = server
  try {
    await drive({ port, connections: 16, operation: checkOut(newShopper, () => undefined), seconds: warmUpSeconds })
    await drain()
    const { shoppers, storeId, variantId } = await gather(market)
    await database.query(sellOff, [storeId, variantId, units])
    await fillCarts(database, shoppers)
    database.pin(server.cores.server)
    let sold = 0
    const usage = watchUsage({ pid: server.pid, cores: server.cores, others: [database.meter] })
    const recording = await drive({
      port,
      connections: buyers,
      operations: buyers,
      async operation(connection) {
        const shopper = shoppers.pop() as Shopper
        const body = `{"expectedTotalPaise":${totalOf(shopper)},"paymentMethod":"cash"}`
        const headers = `${shopper.headers}Idempotency-Key: ${shopper.userId}\r\n`
        const answer = await connection.post('/api/orders', body, headers)
        if (answer.status === 201) sold += 1
        else if (!isSoldOut(answer, variantId)) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
        return {}
      },
    })
    await drain()
    const { cpuMs = Number.NaN, foreignMs } = usage.stop()
    const { durations, seconds, errors, firstError } = recording
    const wrong = await lookAtSale(database, [storeId, variantId], sold)
    if (wrong !== undefined || firstError !== undefined) trading.say(`${flashSale}: ${wrong ?? ''} ${firstError ?? ''}`)
    return {
      errors: errors + (wrong === undefined ? 0 : 1),
      ...(foreignMs !== undefined && { foreignShare: foreignMs / 1000 / seconds }),
      sold,
      durations,
      seconds,
      cpuMs,
    }
  } finally {
    await stop()
  }
}

/** 500 who have one thing in their carts, of which there are 200, and order it at once. */
export async function measureFlashSale(
  trading: Trading,
  { runs, warmUpSeconds }: { runs: number; warmUpSeconds: number },
): Promise<Fact[]> {
  const sales: Sale[] = []
  let errors = 0
  for (let run = 0; run < runs; run += 1) {
    const taken = await takeUndisturbed(flashSale, () => holdSale(trading, warmUpSeconds), trading.say)
    errors += taken.errors
    sales.push(taken.calmest)
  }
  const each = (name: string, unit: string, of: (sale: Sale) => number, wanted?: Fact['wanted']) =>
    fact(`${flashSale}, ${buyers} buyers of ${units} units: ${name}`, unit, sales.map(of), wanted)
  return [
    each('sold', '', ({ sold }) => sold, { atLeast: units }),
    each('p50 of an answer', 'ms', ({ durations }) => percentile(durations, 0.5)),
    each('p99 of an answer', 'ms', ({ durations }) => percentile(durations, 0.99), { atMost: 2000 }),
    each('until the last answer', 's', ({ seconds }) => seconds),
    each('CPU of a buyer', 'ms', ({ cpuMs }) => cpuMs / buyers),
    fact(`${flashSale}: errors`, '', [errors], { atMost: 0 }),
  ]
}
