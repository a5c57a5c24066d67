import { sql } from 'kysely'
import type { Queryable } from '../../platform/database/database.ts'

/** A level whose reserved units are not those of its open reservations. */
export interface Difference {
  storeId: string
  variantId: string
  reserved: number
  inReservations: number
}

/** In one statement, so that it is all of one moment. */
export async function readDifferences(on: Queryable, limit: number): Promise<Difference[]> {
  const { rows } = await sql<Difference>`
    with open as (
      select store_id, variant_id, sum(quantity - released)::int as units from (
        select id, store_id from reservations where status = 'held'
        union all select id, store_id from reservations where status = 'committed'
      ) as reservations join reservation_lines on reservation_id = id group by store_id, variant_id
    )
    select coalesce(levels.store_id, open.store_id) as "storeId", coalesce(levels.variant_id, open.variant_id) as "variantId",
      coalesce(reserved, 0) as reserved, coalesce(units, 0) as "inReservations"
    from (select store_id, variant_id, reserved from stock_levels where reserved > 0) as levels
      full join open using (store_id, variant_id)
    where coalesce(reserved, 0) <> coalesce(units, 0) order by 1, 2 limit ${limit}`.execute(on)
  return rows
}
