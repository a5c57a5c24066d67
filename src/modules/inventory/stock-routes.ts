import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { readPage } from '../../platform/http/pagination.ts'
import { problems } from '../../platform/http/problem.ts'
import { given } from '../../platform/http/shapes.ts'
import type { Accounts, Role } from '../accounts/index.ts'
import { findStock, type ListStockDeps, listMovements, listStock, type NamedLevel } from './list-stock.ts'
import { type MarkStockDeps, markStock } from './mark-stock.ts'
import { stockProblems } from './stock-problems.ts'
import {
  LevelParams,
  Levels,
  MarksBody,
  Movements,
  MovementsQuery,
  OneLevel,
  StockQuery,
  StoreParams,
} from './stock-schemas.ts'
import { requireStore, type StoreAccessDeps } from './store-access.ts'

const tags = ['stock']
const { malformed, unauthorized, forbidden } = httpProblems
const { noSuchStore, noSuchVariant, notFound } = stockProblems
const { unavailable } = serverProblems
const readers: readonly Role[] = ['storeManager', 'picker']

function toView({ updatedAt, onHand, reserved, buffer, lowStockAt, sku, name, pack, variantId }: NamedLevel) {
  const available = onHand - reserved - buffer
  const isLow = lowStockAt !== null && available <= lowStockAt
  const words = { variantId, sku, name, pack }
  return { ...words, onHand, reserved, buffer, available, lowStockAt, isLow, updatedAt: updatedAt.toISOString() }
}

/** What a store has, for those who work there. */
export const stockRoutes =
  (
    deps: ListStockDeps & MarkStockDeps & StoreAccessDeps & { authenticate: Accounts['authenticate'] },
  ): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = deps.authenticate({ anyRole: ['admin', ...readers] })

    app.get(
      '/stores/:storeId/stock',
      {
        onRequest,
        schema: {
          summary: 'What a store has, by variant or by urgency',
          tags,
          params: StoreParams,
          querystring: StockQuery,
          response: { 200: Levels, ...problems(malformed, unauthorized, forbidden, noSuchStore, unavailable) },
        },
      },
      async (request) => {
        const {
          caller,
          params: { storeId },
          query,
        } = request
        await requireStore(deps, caller, storeId, readers)
        const isLow = query.low === 'true'
        const page = readPage(request, isLow ? 2 : 1)
        const { items, nextCursor } = await listStock(deps, {
          storeId,
          isLow,
          page,
          ...(query.sku !== undefined && { sku: query.sku }),
        })
        return { success: true as const, levels: items.map(toView), nextCursor }
      },
    )

    app.get(
      '/stores/:storeId/stock/:variantId',
      {
        onRequest,
        schema: {
          summary: 'What a store has of a variant',
          tags,
          params: LevelParams,
          response: { 200: OneLevel, ...problems(unauthorized, forbidden, noSuchStore, notFound, unavailable) },
        },
      },
      async ({ caller, params }) => {
        await requireStore(deps, caller, params.storeId, readers)
        return { success: true as const, level: toView(await findStock(deps, params)) }
      },
    )

    app.patch(
      '/stores/:storeId/stock/:variantId',
      {
        onRequest,
        schema: {
          summary: 'Set what is kept back, and when stock counts as low',
          tags,
          params: LevelParams,
          body: MarksBody,
          response: {
            200: OneLevel,
            ...problems(malformed, unauthorized, forbidden, noSuchStore, noSuchVariant, notFound, unavailable),
          },
        },
      },
      async ({ caller, params, body }) => {
        await requireStore(deps, caller, params.storeId)
        await markStock(deps, params, given(body))
        return { success: true as const, level: toView(await findStock(deps, params)) }
      },
    )

    app.get(
      '/stores/:storeId/stock/:variantId/movements',
      {
        onRequest,
        schema: {
          summary: 'What became of the stock of a variant, the latest first',
          tags,
          params: LevelParams,
          querystring: MovementsQuery,
          response: {
            200: Movements,
            ...problems(malformed, unauthorized, forbidden, noSuchStore, notFound, unavailable),
          },
        },
      },
      async (request) => {
        const { caller, params } = request
        await requireStore(deps, caller, params.storeId, readers)
        const { items, nextCursor } = await listMovements(deps, params, readPage(request))
        const movements = items.map(({ at, ...movement }) => ({ ...movement, at: at.toISOString() }))
        return { success: true as const, movements, nextCursor }
      },
    )
  }
