import type { Queryable } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import { openStatuses, type StatusFilter } from './order.ts'
import { orderColumns } from './order-queries.ts'
import type { OrderStatus } from './order-status.ts'
import type { Order } from './orders.ts'

interface Part {
  /** Only those before this id. */
  before?: string
  limit: number
}

/** After every id of an order, in the order of bytes. */
const last = 'ord_~'

/** The orders of a customer, the latest first. */
export const readOrdersOf = (
  on: Queryable,
  { userId, before = last, limit }: Part & { userId: string },
): Promise<Order[]> =>
  prepared<Order>(
    on,
    'orders-of-user',
    `select ${orderColumns} from orders where user_id = $1 and id < $2 order by id desc limit $3`,
    [userId, before, limit],
  )

const listed = (statuses: readonly OrderStatus[]): string => statuses.map((status) => `'${status}'`).join(', ')

/** As text in the statement and no parameter: a plan for every value could not use the indexes of some. */
const conditionOf = (filter: StatusFilter | undefined): string => {
  if (filter === undefined) return ''
  if (filter !== 'open') return `and status in (${listed([filter])})`
  return `and status in (${listed(openStatuses)})`
}

/** The orders of a store, the latest first; `open` are those that have not ended. */
export const readOrdersIn = (
  on: Queryable,
  { storeId, status, before = last, limit }: Part & { storeId: string; status?: StatusFilter },
): Promise<Order[]> =>
  prepared<Order>(
    on,
    `orders-of-store-${status ?? 'all'}`,
    `select ${orderColumns} from orders where store_id = $1 and id < $2 ${conditionOf(status)} order by id desc limit $3`,
    [storeId, before, limit],
  )

const openOf = `select id from orders where user_id = $1 ${conditionOf('open')} order by id desc limit 20`

/** The ids of a customer's orders that have not ended, the latest first, 20 at most. */
export async function readOpenOf(on: Queryable, userId: string): Promise<string[]> {
  const rows = await prepared<{ id: string }>(on, 'open-orders-of-user', openOf, [userId])
  return rows.map(({ id }) => id)
}
