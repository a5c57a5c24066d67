import type { Database, Queryable } from '../../platform/database/database.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import { type PageRequest, pageOf } from '../../platform/http/pagination.ts'
import { type Caller, mayActIn } from '../accounts/index.ts'
import type { Endpoint } from './endpoint.ts'
import { readEndpoint, readEndpoints } from './endpoint-queries.ts'
import { webhookProblems } from './webhook-problems.ts'

export interface FindEndpointDeps {
  database: Pick<Database, 'db'>
}

type Owned = Pick<Endpoint, 'storeIds'>

/** An admin manages all; others those that are about stores of theirs and no other. */
export const mayManage = (caller: Caller, { storeIds }: Owned): boolean =>
  storeIds === null ? caller.roles.includes('admin') : storeIds.every((storeId) => mayActIn(caller, storeId))

/** @throws request.forbidden when somebody may not manage what is about these stores */
export function requireStores(caller: Caller, endpoint: Owned): void {
  if (!mayManage(caller, endpoint)) throw httpProblems.forbidden()
}

/** The endpoint that was found, as far as it is this caller's business. @throws webhook.no_such_endpoint */
export function requireOwn<E extends Owned>(caller: Caller, endpoint: E | undefined): E {
  if (!endpoint || !mayManage(caller, endpoint)) throw webhookProblems.noSuchEndpoint()
  return endpoint
}

/** @throws webhook.no_such_endpoint */
export async function findEndpoint(on: Queryable, caller: Caller, id: string): Promise<Endpoint> {
  return requireOwn(caller, await readEndpoint(on, id))
}

/** Those that somebody may manage, the newest first. */
export async function listEndpoints({ database }: FindEndpointDeps, caller: Caller, page: PageRequest) {
  const before = page.after?.[0]
  const endpoints = await readEndpoints(database.db, {
    ...(!caller.roles.includes('admin') && { within: caller.storeIds }),
    ...(before !== undefined && { before }),
    limit: page.limit + 1,
  })
  return pageOf(endpoints, page, ({ id }) => [id])
}
