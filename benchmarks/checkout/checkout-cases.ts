import type { Case, Subject } from '../harness/measure.ts'
import type { BenchDatabase } from '../harness/postgres-databases.ts'
import { checkOut, type Way, ways } from './checkout.ts'
import type { History } from './data-sets.ts'
import { type Market, openMarket, type Trading } from './market.ts'
import { linesOfCart } from './shoppers.ts'

export const shoppersAtOnce = [16, 64] as const

export const everyWay = Object.keys(ways) as Way[]

export const checkoutCase = (
  shoppers: number,
  { history = 'short', way = 'line by line' }: { history?: History; way?: Way } = {},
): string => `whole checkout, cart ${way}, ${shoppers} shoppers${history === 'long' ? ', 1,000,000 past orders' : ''}`

/** What was ordered since a time, as each module has it. */
const counts = `
  with placed as (select * from orders where created_at >= $1)
  select (select count(*)::int from placed where status = 'placed') as orders,
    (select count(*)::int from order_lines join placed on placed.id = order_id) as lines,
    (select count(*)::int from payments join placed on placed.id = order_id
      where payments.status = 'due' and payments.amount_paise = placed.total_paise) as due,
    (select count(*)::int from reservations join placed on placed.id = reference
      where reservations.status = 'committed') as holds,
    (select coalesce(sum(order_lines.quantity), 0)::int from order_lines join placed on placed.id = order_id) as units,
    (select coalesce(sum(reserved), 0)::int from stock_levels) as reserved,
    (select count(*)::int from carts where lines <> '{}') as full`

type Counts = Record<'orders' | 'lines' | 'due' | 'holds' | 'units' | 'reserved' | 'full', number>

/** In words when what the database has is not what was ordered, to the unit. */
async function lookAtOrders(database: BenchDatabase, ordered: number, since: Date): Promise<string | undefined> {
  const [found] = (await database.query(counts, [since])) as [Counts]
  const { orders, lines, due, holds, units, reserved, full } = found
  const isRight =
    [orders, due, holds].every((count) => count === ordered) &&
    lines === ordered * linesOfCart &&
    units === reserved &&
    full === 0
  return isRight ? undefined : `${ordered} ordered, and there is ${JSON.stringify(found)}`
}

/** Shoppers who check out in a market. */
export function shopping(market: Market, way: Way = 'line by line'): Subject {
  const { server, database, newShopper, drain, stop } = market
  const since = new Date()
  let ordered = 0
  return {
    server,
    operation: checkOut(
      newShopper,
      () => {
        ordered += 1
      },
      way,
    ),
    others: [database.meter],
    settle: () => database.pin(server.cores.server),
    drain,
    inspect: () => lookAtOrders(database, ordered, since),
    stop,
  }
}

/** The whole way from a new cart to an order, by few and by many at once. */
export const checkoutCases = (trading: Trading): Case[] =>
  everyWay.flatMap((way) =>
    shoppersAtOnce.map((connections) => ({
      name: checkoutCase(connections, { way }),
      connections,
      start: async () => shopping(await openMarket(trading, { history: 'short' }), way),
    })),
  )
