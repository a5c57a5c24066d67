import type { Client } from 'pg'

/** Without hours of the day: a bill is the same from the first cart of a run to the last. */
const insertFees = `
  insert into fee_rules (id, kind, amount_paise, items_from_paise, items_below_paise, position, created_at, updated_at)
  values ('fee_delivery_free', 'deliveryFee', 0, 19900, null, 1, now(), now()),
    ('fee_delivery', 'deliveryFee', 2500, null, 19900, 2, now(), now()),
    ('fee_handling', 'handlingCharge', 400, null, null, 3, now(), now()),
    ('fee_small_cart', 'smallCartFee', 2000, null, 14900, 4, now(), now())`

/** More units than all runs take. */
const delivered = 50_000_000

/** Enough of everything that has ever been there. */
const deliver = `
  with level as (
    update stock_levels set on_hand = on_hand + $1, last_movement = last_movement + 1 where on_hand >= 5 returning *
  )
  insert into stock_movements (store_id, variant_id, number, kind, on_hand_before, quantity, at)
  select store_id, variant_id, last_movement, 'inward', on_hand - $1, $1, now() from level`

/** What the shop charges beside its goods, and full shelves. */
export async function openForBusiness(client: Client): Promise<void> {
  await client.query(insertFees)
  await client.query(deliver, [delivered])
}

export interface Good {
  variantId: string
  pricePaise: number
}

/** What each store has enough of, at prices of which three lines are neither below its minimum nor too much for cash. */
const goods = `
  select store_id as "storeId", json_agg(json_build_object('variantId', variant_id, 'pricePaise', price_paise)) as goods
  from listings join stock_levels using (store_id, variant_id)
  where is_listed and price_paise between 4000 and 30000 and on_hand > 1000000 group by store_id`

export async function readGoods(query: (text: string) => Promise<unknown[]>): Promise<ReadonlyMap<string, Good[]>> {
  const rows = (await query(goods)) as { storeId: string; goods: Good[] }[]
  return new Map(rows.map((row) => [row.storeId, row.goods]))
}
