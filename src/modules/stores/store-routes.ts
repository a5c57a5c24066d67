import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { editProblems, etagOf, readIfMatch } from '../../platform/http/etag.ts'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { readPage } from '../../platform/http/pagination.ts'
import { problems } from '../../platform/http/problem.ts'
import { Done } from '../../platform/http/shapes.ts'
import { keyProblems } from '../../platform/idempotency/idempotently.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Accounts } from '../accounts/index.ts'
import { type AddStoreDeps, addStore, type NewStore } from './add-store.ts'
import { archiveStore, changeStore, type StoreChange } from './change-store.ts'
import type { StoreStatus } from './dark-store.ts'
import { explainNewStore, explainStoreChange } from './explain-store.ts'
import { listStores, seeStore } from './list-stores.ts'
import { storeProblems } from './store-problems.ts'
import {
  ChangeStoreBody,
  IdempotencyHeaders,
  IfMatchHeaders,
  NewStoreBody,
  OneStore,
  StoreParams,
  Stores,
  StoresQuery,
} from './store-schemas.ts'
import { toStoreView } from './store-view.ts'

const tags = ['stores']
const { malformed, unauthorized, forbidden } = httpProblems
const { unavailable } = serverProblems
const { notFound, codeTaken, invalid, hoursInvalid, areaInvalid, pauseReasonRequired, notPaused, tooLarge } =
  storeProblems
const { versionRequired, conflict } = editProblems
const refusals = [malformed, invalid, hoursInvalid, areaInvalid, pauseReasonRequired, notPaused, codeTaken, tooLarge]

/** 2,000 positions are some 80 KB, and three times that when they are written for people to read. */
const longestBody = 256 * 1024

/** Says of a body that is too long what a store may have. */
function explainLength(error: Error & { statusCode?: number }): never {
  throw error.statusCode === 413 ? tooLarge() : error
}

/** A body that may hold a service area. */
const withArea = { bodyLimit: longestBody, errorHandler: explainLength }

/** Of a body, what a store has. */
const knownFields = (body: object): StoreChange =>
  Object.fromEntries(Object.entries(body).filter(([field]) => field in ChangeStoreBody.properties))

/** Stores as admins manage them, and their managers run them. */
export const storeRoutes =
  (deps: AddStoreDeps & { authenticate: Accounts['authenticate'] }): FastifyPluginAsyncTypebox =>
  async (app) => {
    const forAdmins = deps.authenticate({ anyRole: ['admin'] })
    const forOperators = deps.authenticate({ anyRole: ['admin', 'storeManager'] })

    app.get(
      '/stores',
      {
        onRequest: forOperators,
        schema: {
          summary: 'Stores by their codes: all for admins, their own for managers',
          tags,
          querystring: StoresQuery,
          response: { 200: Stores, ...problems(malformed, unauthorized, forbidden, unavailable) },
        },
      },
      async (request) => {
        const { caller, query } = request
        const { city, status, archived } = query
        const filter = {
          ...(city !== undefined && { city }),
          ...(status !== undefined && { status: status as StoreStatus }),
          isArchived: archived === 'true',
        }
        const { items, nextCursor } = await listStores(deps, { caller, filter, page: readPage(request) })
        return { success: true as const, stores: items.map(toStoreView) as never, nextCursor }
      },
    )

    app.post(
      '/stores',
      {
        ...withArea,
        onRequest: forAdmins,
        config: { invalidBody: explainNewStore },
        schema: {
          summary: 'Add a store',
          tags,
          headers: IdempotencyHeaders,
          body: NewStoreBody,
          response: {
            201: OneStore,
            ...problems(unauthorized, forbidden, ...refusals, ...keyProblems, unavailable),
          },
        },
      },
      async ({ caller: { userId }, body, headers, log }, reply) => {
        const store = body as NewStore
        const once = { principal: userId, key: headers['idempotency-key'], request: ['POST', '/stores', body] }
        const answer = await addStore(deps, { store, once, actorId: userId, log: log as Logger })
        if (answer.isReplayed) reply.header('idempotency-replayed', 'true')
        return reply
          .code(201)
          .header('etag', etagOf(1))
          .send(answer.body as never)
      },
    )

    app.get(
      '/stores/:id',
      {
        onRequest: forOperators,
        schema: {
          summary: 'One store, with its service area',
          description: 'The `ETag` is the version that a change names in `If-Match`.',
          tags,
          params: StoreParams,
          response: { 200: OneStore, ...problems(malformed, unauthorized, forbidden, notFound, unavailable) },
        },
      },
      async ({ caller, params: { id } }, reply) => {
        const store = await seeStore(deps, { caller, id })
        return reply.header('etag', etagOf(store.version)).send({ success: true, store: toStoreView(store) } as never)
      },
    )

    app.patch(
      '/stores/:id',
      {
        ...withArea,
        onRequest: forOperators,
        config: { invalidBody: explainStoreChange },
        schema: {
          summary: 'Change a store, pause it, bring it back from the archive',
          description: 'A manager of the store may change `status`, `pauseReason` and `hours`; the rest is for admins.',
          tags,
          headers: IfMatchHeaders,
          params: StoreParams,
          body: ChangeStoreBody,
          response: {
            200: OneStore,
            ...problems(unauthorized, forbidden, notFound, ...refusals, versionRequired, conflict, unavailable),
          },
        },
      },
      async ({ caller, params: { id }, headers, body, log }, reply) => {
        const version = readIfMatch(headers['if-match'])
        const change = knownFields(body)
        const store = await changeStore(deps, { id, version, caller, change, log: log as Logger })
        return reply.header('etag', etagOf(store.version)).send({ success: true, store: toStoreView(store) } as never)
      },
    )

    app.delete(
      '/stores/:id',
      {
        onRequest: forAdmins,
        schema: {
          summary: 'Archive a store',
          description: 'Nobody is served from it any more. `PATCH` with `{"archived": false}` brings it back.',
          tags,
          headers: IfMatchHeaders,
          params: StoreParams,
          response: {
            200: Done,
            ...problems(malformed, unauthorized, forbidden, notFound, versionRequired, conflict, unavailable),
          },
        },
      },
      async ({ caller, params: { id }, headers, log }) => {
        await archiveStore(deps, { id, version: readIfMatch(headers['if-match']), caller, log: log as Logger })
        return { success: true as const }
      },
    )
  }
