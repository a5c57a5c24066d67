import type { Clock } from '../../platform/clock.ts'
import type { Database, Queryable } from '../../platform/database/database.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import { type Caller, mayActIn } from '../accounts/index.ts'
import { hasEnded } from './order.ts'
import { viewersFor } from './order-access.ts'
import { orderProblems } from './order-problems.ts'
import { findOrder } from './order-queries.ts'
import { isLast } from './order-stream.ts'
import { readOrderNews } from './order-stream-queries.ts'

export interface FollowOrdersDeps {
  database: Pick<Database, 'db' | 'raw'>
  clock: Clock
  stores: { findStore(on: Queryable, id: string): Promise<object | undefined> }
}

/**
 * Whether there is anything to follow for somebody who has an order's events up to one: no, when it has ended with that, and
 * its money is back.
 * @throws order.not_found, of orders too that are none of their business
 */
export async function mayHaveNews(
  { database, clock }: FollowOrdersDeps,
  { caller, orderId, after }: { caller: Caller; orderId: string; after: number | undefined },
): Promise<boolean> {
  const order = await findOrder(database.db, orderId)
  if (!order || viewersFor(caller, order).length === 0) throw orderProblems.notFound()
  if (!hasEnded(order.status) || after === undefined) return true
  const last = (await readOrderNews(database, new Map([[orderId, 0]]))).at(-1)
  return last?.id !== after || !isLast(last, clock.now())
}

/** Resolves for those who work in a store. @throws request.forbidden, order.no_such_store */
export async function requireStoreStaff(
  { database, stores }: FollowOrdersDeps,
  { caller, storeId }: { caller: Caller; storeId: string },
): Promise<void> {
  if (!mayActIn(caller, storeId, ['storeManager', 'picker', 'rider'])) throw httpProblems.forbidden()
  if (!(await stores.findStore(database.db, storeId))) throw orderProblems.noSuchStore()
}
