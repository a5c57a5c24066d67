import type { Db, Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'

export interface Overdue {
  id: string
  userId: string
  /** Since when its time is over. */
  since: Date
}

const overdue = `
  select id, user_id as "userId", pay_until as since from orders
  where status in ('pending_payment', 'payment_failed') and pay_until <= $1::timestamptz
    and (pay_until, id) > ($2::timestamptz, $3)
  order by pay_until, id limit $4`

interface Part {
  now: Date
  /** The last one that is known. */
  after: Overdue | undefined
  limit: number
}

/** Orders whose time to pay is over, the oldest first. */
export const readOverdue = (db: Db, { now, after, limit }: Part): Promise<Overdue[]> =>
  prepared<Overdue>(db, 'read-overdue-orders', overdue, [now, after?.since ?? new Date(0), after?.id ?? '', limit])

const lock = `
  select id from orders
  where id = $1 and status in ('pending_payment', 'payment_failed') and pay_until <= $2::timestamptz for update skip locked`

/** Holds the row of such an order. Not when it is none by now, or when somebody else has it, such as its payment. */
export const lockOverdue = async (tx: Tx, id: string, now: Date): Promise<boolean> =>
  (await prepared(tx, 'lock-overdue-order', lock, [id, now])).length > 0
