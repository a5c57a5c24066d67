import type { Database } from '../../platform/database/database.ts'
import { openStatuses } from './order.ts'
import type { OrderStatus } from './order-status.ts'
import type { OrderEvent } from './orders.ts'
import type { Sight } from './settled-events.ts'

/** An event as it is streamed. */
export interface StreamedEvent extends Pick<OrderEvent, 'id' | 'orderId' | 'type' | 'at' | 'details'> {
  storeId: string
  /** What the order was with it, and what it is now. */
  status: OrderStatus
  statusNow: OrderStatus
  promisedAt: Date | null
}

/** One of an order's own stream. */
export interface OrderNews extends StreamedEvent {
  /** What the end of the order sends back and nobody has told of yet: now, and not as it was with the event. */
  owedPaise: number
}

type Raw = Pick<Database, 'raw'>

const columns = `
  event.id, event.order_id as "orderId", orders.store_id as "storeId", event.type, event.at, event.details,
  orders.promised_at as "promisedAt", orders.status as "statusNow",
  case when event.type <> 'refunded' then event.type else coalesce((
    select type from order_events as step where step.order_id = event.order_id and step.id < event.id and type <> 'refunded'
    order by id desc limit 1), orders.status) end as status`

const owed = `
  coalesce((
    select (ending.details ->> 'refundPaise')::bigint - coalesce((
      select sum((back.details ->> 'amountPaise')::bigint) from order_events as back
      where back.order_id = orders.id and back.type = 'refunded' and back.id > ending.id), 0)
    from order_events as ending where ending.order_id = orders.id and ending.details ? 'refundPaise'
    order by ending.id desc limit 1), 0)::bigint as "owedPaise"`

const ofOrders = `
  select ${columns}, ${owed} from unnest($1::text[], $2::text[]) as wanted (order_id, after)
    join order_events as event on event.order_id = wanted.order_id and event.id > wanted.after::bigint
    join orders on orders.id = event.order_id
  order by event.id`

/** What happened to these orders after an event of each, the first first. */
export async function readOrderNews(database: Raw, after: ReadonlyMap<string, number>): Promise<OrderNews[]> {
  const { rows } = await database.raw(ofOrders, [[...after.keys()], [...after.values()].map(String)], 'news-of-orders')
  return rows as OrderNews[]
}

/**
 * What all of a statement sees: one snapshot. Its own number is taken after that, so it is higher than any that was given
 * out before; the end of the snapshot (`pg_snapshot_xmax`) is only above those that were over.
 */
const sight = `
  select pg_snapshot_xmin(pg_current_snapshot())::text as oldest, pg_current_xact_id()::text as next,
    coalesce((select max(id) from order_events), 0) as latest`

interface SightRow {
  oldest: string
  next: string
  latest: number
}

const sightOf = (rows: readonly unknown[]): Sight => {
  const { oldest, next, latest } = rows[0] as SightRow
  return { oldest: BigInt(oldest), next: BigInt(next), latest }
}

const ofStores = `
  with sight as (${sight})
  select sight.*, news.* from sight left join (
    select ${columns} from order_events as event join orders on orders.id = event.order_id
    where event.id > $2::bigint and orders.store_id = any ($1::text[]) order by event.id limit $3
  ) as news on true order by news.id`

/** What happened in these stores after an event, the lowest number first, and what the statement saw. */
export async function readStoreNews(
  database: Raw,
  { storeIds, after, limit = null }: { storeIds: readonly string[]; after: number; limit?: number | null },
): Promise<{ sight: Sight; events: StreamedEvent[] }> {
  const { rows } = await database.raw(ofStores, [storeIds, after, limit], 'news-of-stores')
  return { sight: sightOf(rows), events: (rows as (StreamedEvent | { id: null })[]).filter(isEvent) }
}

const isEvent = (row: StreamedEvent | { id: null }): row is StreamedEvent => row.id !== null

const quoted = openStatuses.map((status) => `'${status}'`).join(', ')

const ofStoreNow = `
  with sight as (${sight}), recent as (
    select coalesce(json_agg(event.id), '[]') as ids from order_events as event join orders on orders.id = event.order_id
    where orders.store_id = $1 and event.id > greatest($2::bigint, (select latest from sight) - $3::bigint)
  )
  select sight.*, recent.ids as recent, state.* from sight cross join recent left join (
    select ${columns} from orders join lateral (
      select * from order_events where order_id = orders.id order by id desc limit 1
    ) as event on true
    where orders.store_id = $1 and orders.status in (${quoted}) order by orders.id desc limit $4
  ) as state on true order by state.id`

/**
 * The latest event of each order that is under way in a store, the newest orders first where there are too many; and
 * which events of the store were there, of the last `window`, in the same moment.
 */
export async function readStoreNow(
  database: Raw,
  { storeId, settled, window, limit }: { storeId: string; settled: number; window: number; limit: number },
): Promise<{ sight: Sight; recent: number[]; states: StreamedEvent[] }> {
  const { rows } = await database.raw(ofStoreNow, [storeId, settled, window, limit], 'store-now')
  const [first] = rows as { recent: number[] }[]
  return {
    sight: sightOf(rows),
    recent: first?.recent ?? [],
    states: (rows as (StreamedEvent | { id: null })[]).filter(isEvent),
  }
}
