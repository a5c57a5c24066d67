import type { Database } from '../../platform/database/database.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import { type PageRequest, pageOf } from '../../platform/http/pagination.ts'
import { type Caller, hasAnyRole, mayActIn } from '../accounts/index.ts'
import type { DarkStore, DetailedStore } from './dark-store.ts'
import { storeProblems } from './store-problems.ts'
import { readStore, listStores as readStores, type StoreFilter } from './store-queries.ts'

export interface ListStoresInput {
  caller: Caller
  filter: Omit<StoreFilter, 'ids'>
  page: PageRequest
}

/** Stores in the order of their codes, without their areas: all for an admin, for others those of their account. */
export async function listStores(
  { database }: { database: Pick<Database, 'db'> },
  { caller, filter, page }: ListStoresInput,
): Promise<{ items: readonly DarkStore[]; nextCursor: string | null }> {
  const ids = hasAnyRole(caller, ['admin']) ? undefined : caller.storeIds
  const after = page.after?.[0]
  const stores = await readStores(
    database.db,
    { ...filter, ...(ids && { ids }) },
    { limit: page.limit + 1, ...(after !== undefined && { after }) },
  )
  return pageOf(stores, page, ({ code }) => [code])
}

/** A store, an archived one too, for an admin or one of its managers. @throws request.forbidden, store.not_found */
export async function seeStore(
  { database }: { database: Pick<Database, 'db'> },
  { caller, id }: { caller: Caller; id: string },
): Promise<DetailedStore> {
  if (!mayActIn(caller, id)) throw httpProblems.forbidden()
  const store = await readStore(database.db, id)
  if (!store) throw storeProblems.notFound()
  return store
}
