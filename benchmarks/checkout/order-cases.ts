import { drive, type Operation } from '../harness/load.ts'
import type { Case, Subject } from '../harness/measure.ts'
import { runByPgbench } from '../harness/pgbench.ts'
import { expect, placeOrder } from './checkout.ts'
import { fillCarts, totalOf } from './filled-carts.ts'
import { type Market, openMarket, type Trading } from './market.ts'
import { type NotedOrders, noteOrders } from './order-scripts.ts'
import type { Shopper } from './shoppers.ts'

export const orderAlone = 'order of a filled cart, HTTP, 16 shoppers'
const orderFloor = 'floor: pgbench, the transaction of an order'

/** More than are ordered in a run. */
const carts = 5000

async function fillMarket({ database, newShopper }: Market): Promise<Shopper[]> {
  const shoppers = Array.from({ length: carts }, newShopper)
  await fillCarts(database, shoppers)
  return shoppers
}

/** Has everybody be known by his token, as after filling a cart. */
async function greet({ server }: Market, shoppers: readonly Shopper[]): Promise<void> {
  const waiting = shoppers.values()
  const operation: Operation = async (connection) => {
    const { value: shopper } = waiting.next()
    const answer = await connection.get('/api/me', shopper?.headers)
    expect(answer.status === 200, 'GET me', answer)
    return {}
  }
  await drive({ port: server.port, connections: 4, operations: shoppers.length, operation })
}

async function ordering(market: Market): Promise<Subject> {
  const { server, database, drain, stop } = market
  const shoppers = await fillMarket(market)
  await greet(market, shoppers)
  const waiting = shoppers.values()
  return {
    server,
    async operation(connection) {
      const { value: shopper } = waiting.next()
      if (!shopper) throw new Error('every cart has been ordered')
      await placeOrder(connection, shopper, { totalPaise: totalOf(shopper) })
      return {}
    },
    others: [database.meter],
    settle: () => database.pin(server.cores.server),
    drain,
    stop,
  }
}

/**
 * An order of a cart that is filled already, with all that a request costs, and its transaction alone by `pgbench`: the very
 * statements, noted as the service makes them.
 */
export const orderCases = (trading: Trading, onNoted: (noted: NotedOrders) => void): Case[] => [
  {
    name: orderAlone,
    floor: orderFloor,
    connections: 16,
    start: async () => ordering(await openMarket(trading, { history: 'short' })),
  },
  {
    name: orderFloor,
    connections: 16,
    async start() {
      const market = await openMarket(trading, { history: 'short' })
      const { database, goods, server } = market
      await fillMarket(market)
      const noted = await noteOrders(database, goods)
      onNoted(noted)
      await server.stop()
      const started = runByPgbench({ database, cores: trading.place.cores }, noted.scripts)
      return {
        ...started,
        async stop() {
          await started.stop()
          await market.stop()
        },
      }
    },
  },
]
