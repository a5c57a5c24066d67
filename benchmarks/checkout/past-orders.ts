import type { Client } from 'pg'
import { numberedId } from '../browse/make-catalogue.ts'
import { customerCount } from './customers.ts'
import { totalOf } from './filled-carts.ts'
import { openService } from './service-inside.ts'
import { readGoods } from './shop-rules.ts'
import { createShoppers } from './shoppers.ts'
import { openSignIn } from './tokens.ts'

const atOnce = 5

interface MadeDatabase {
  url: string
  query(text: string, values?: unknown[]): Promise<unknown[]>
}

/** What a delivered order leaves behind, in the order of their foreign keys, and which of it has ids to be changed. */
const copied = {
  orders: ['id', 'payment_id', 'reservation_id'],
  order_lines: ['order_id'],
  order_events: ['order_id'],
  payments: ['id', 'order_id'],
  captures: ['payment_id', 'reference'],
  counted_orders: ['order_id'],
  reservations: ['id', 'reference'],
  reservation_lines: ['reservation_id'],
} as const

export const orderTables = Object.keys(copied) as (keyof typeof copied)[]

const columnsOf = `
  select column_name as name from information_schema.columns
  where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' and identity_generation is null
  order by ordinal_position`

/** The id of a copy: as long, earlier than all that are made in our time, and different for each. */
const copyOf = (column: string): string => `left(${column}, 4) || lpad(copy::text, 7, '0') || right(${column}, 19)`

/** Spreads the orders of a few customers over all. */
const anotherUser = `'usr_' || lpad((1 + (right(user_id, 8)::int + copy * 1009) % ${customerCount})::text, 26, '0')`

/** Copies everything that orders left, so many times, for other customers. */
export async function multiplyOrders(client: Client, copies: number): Promise<void> {
  for (const table of orderTables) {
    const ids: readonly string[] = copied[table]
    const { rows } = await client.query<{ name: string }>(columnsOf, [table])
    const columns = rows.map(({ name }) => name)
    const values = columns.map((name) =>
      ids.includes(name) ? copyOf(name) : name === 'user_id' ? anotherUser : `original."${name}"`,
    )
    const quoted = columns.map((name) => `"${name}"`).join(', ')
    await client.query(
      `insert into ${table} (${quoted}) select ${values.join(', ')}
        from generate_series(1, ${copies}) as copy cross join (select * from ${table}) as original`,
    )
  }
}

const driver = numberedId('usr', customerCount)
const hireDriver = `update users set roles = '{customer,admin}' where id = $1`

const deliveryCode = 'select delivery_code as code from orders where id = $1'

/** Has the service deliver orders, each to another customer, from the cart to the money at the door. */
export async function deliverPastOrders(database: MadeDatabase, count: number): Promise<void> {
  const { ask, close } = await openService(database.url)
  try {
    await database.query(hireDriver, [driver])
    const signIn = await openSignIn(database)
    const staff = signIn({ userId: driver, roles: ['customer', 'admin'] })
    const next = createShoppers(await readGoods(database.query), signIn)
    const deliver = async () => {
      const shopper = next()
      const { lines, storeId, addressId, userId, headers } = shopper
      for (const { variantId, quantity } of lines)
        await ask('PUT', `/cart/lines/${variantId}`, { quantity, storeId }, headers)
      await ask('PUT', '/cart/address', { addressId }, headers)
      const wanted = { expectedTotalPaise: totalOf(shopper), paymentMethod: 'cash' }
      const placed = await ask('POST', '/orders', wanted, `${headers}Idempotency-Key: ${userId}\r\n`)
      const { order } = placed as { order: { id: string; totalPaise: number } }
      const step = (name: string, body: object) => ask('POST', `/orders/${order.id}/${name}`, body, staff)
      await step('picking', {})
      await step('packing', {})
      await step('dispatch', {})
      const [{ code }] = (await database.query(deliveryCode, [order.id])) as [{ code: string }]
      await step('delivery', { cashCollectedPaise: order.totalPaise, code })
    }
    const loop = async (share: number) => {
      for (let done = 0; done < share; done += 1) await deliver()
    }
    await Promise.all(Array.from({ length: atOnce }, () => loop(count / atOnce)))
  } finally {
    await close()
  }
}
