import { numberedId } from '../browse/make-catalogue.ts'
import type { BenchDatabase } from '../harness/postgres-databases.ts'
import type { Shopper } from './shoppers.ts'

/** As the service would have filled them: one row for each customer. */
const insert = `
  insert into carts (id, user_id, store_id, address_id, lines, created_at, touched_on)
  select id, "userId", "storeId", "addressId", lines, now(), current_date
  from jsonb_to_recordset($1) as made (id text, "userId" text, "storeId" text, "addressId" text, lines jsonb)`

const cartIdOf = ({ number }: Pick<Shopper, 'number'>): string => numberedId('crt', number)

/** Gives customers who have none yet carts that they can order. */
export async function fillCarts(database: BenchDatabase, shoppers: readonly Shopper[]): Promise<void> {
  const carts = shoppers.map((shopper) => {
    const { userId, storeId, addressId, lines } = shopper
    const stored = lines.map(({ variantId, quantity, pricePaise }, at) => [
      variantId,
      { quantity, pricePaise, addedAt: at },
    ])
    return { id: cartIdOf(shopper), userId, storeId, addressId, lines: Object.fromEntries(stored) }
  })
  await database.query(insert, [JSON.stringify(carts)])
  await database.query('vacuum analyze carts')
}

/** What such a cart comes to, by the fees of `shop-rules.ts`. */
export function totalOf({ lines }: Pick<Shopper, 'lines'>): number {
  const goods = lines.reduce((sum, { pricePaise, quantity }) => sum + pricePaise * quantity, 0)
  return goods + 400 + (goods < 19_900 ? 2500 : 0) + (goods < 14_900 ? 2000 : 0)
}
