import type { Database } from '../../platform/database/database.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import { type PageRequest, pageOf } from '../../platform/http/pagination.ts'
import { type Caller, mayActIn } from '../accounts/index.ts'
import type { Stores } from '../stores/index.ts'
import { readOrdersIn, readOrdersOf } from './list-queries.ts'
import type { StatusFilter } from './order.ts'
import { orderProblems } from './order-problems.ts'
import type { Order } from './orders.ts'

export interface ListOrdersDeps {
  database: Pick<Database, 'db'>
  stores: Pick<Stores, 'findStore'>
}

interface Page {
  items: readonly Order[]
  nextCursor: string | null
}

const partOf = ({ limit, after }: PageRequest) => ({
  limit: limit + 1,
  ...(after?.[0] !== undefined && { before: after[0] }),
})

/** A customer's own orders, the latest first. */
export async function listOwnOrders(
  { database }: Pick<ListOrdersDeps, 'database'>,
  { userId, page }: { userId: string; page: PageRequest },
): Promise<Page> {
  return pageOf(await readOrdersOf(database.db, { userId, ...partOf(page) }), page, ({ id }) => [id])
}

/** The orders of a store, for those who work there, the latest first. @throws request.forbidden, order.no_such_store */
export async function listStoreOrders(
  { database, stores }: ListOrdersDeps,
  { caller, storeId, status, page }: { caller: Caller; storeId: string; status?: StatusFilter; page: PageRequest },
): Promise<Page> {
  if (!mayActIn(caller, storeId, ['storeManager', 'picker', 'rider'])) throw httpProblems.forbidden()
  if (!(await stores.findStore(database.db, storeId))) throw orderProblems.noSuchStore()
  const wanted = { storeId, ...partOf(page), ...(status !== undefined && { status }) }
  return pageOf(await readOrdersIn(database.db, wanted), page, ({ id }) => [id])
}
