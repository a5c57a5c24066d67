import { sql } from 'kysely'
import type { Queryable } from '../../platform/database/database.ts'
import { dayOf } from './cart-rows.ts'

export interface Untouched {
  since: Date
  limit: number
}

/** Deletes guests' carts that were not touched since a day; those that somebody has locked are left. How many. */
export async function deleteGuestCarts(on: Queryable, { since, limit }: Untouched): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from carts where id in (
      select id from carts where user_id is null and touched_on < ${dayOf(since)}::date limit ${limit} for update skip locked
    )`.execute(on)
  return Number(numAffectedRows)
}

/** The same of accounts' carts that have no lines. */
export async function deleteEmptyCarts(on: Queryable, { since, limit }: Untouched): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from carts where id in (
      select id from carts where user_id is not null and touched_on < ${dayOf(since)}::date and lines = '{}'
      limit ${limit} for update skip locked
    )`.execute(on)
  return Number(numAffectedRows)
}

/** Deletes the cart of an account, with all that it says of a person. */
export const deleteCartOf = async (on: Queryable, userId: string): Promise<void> => {
  await on.deleteFrom('carts').where('user_id', '=', userId).execute()
}
