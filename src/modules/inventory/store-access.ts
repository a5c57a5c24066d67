import type { Database, Queryable } from '../../platform/database/database.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import { type Caller, mayActIn, type Role } from '../accounts/index.ts'
import { stockProblems } from './stock-problems.ts'

export interface StoreAccessDeps {
  database: Pick<Database, 'db'>
  stores: { findStore(on: Queryable, id: string): Promise<object | undefined> }
}

/**
 * Resolves when somebody may act in a store with one of the roles, and it is there.
 * @throws request.forbidden, stock.no_such_store
 */
export async function requireStore(
  { database, stores }: StoreAccessDeps,
  caller: Caller,
  storeId: string,
  roles?: readonly Role[],
): Promise<void> {
  if (!mayActIn(caller, storeId, roles)) throw httpProblems.forbidden()
  if (!(await stores.findStore(database.db, storeId))) throw stockProblems.noSuchStore()
}
