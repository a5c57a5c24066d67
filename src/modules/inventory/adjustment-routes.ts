import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { problems } from '../../platform/http/problem.ts'
import { given } from '../../platform/http/shapes.ts'
import { idempotencyProblems } from '../../platform/idempotency/idempotently.ts'
import type { Accounts } from '../accounts/index.ts'
import { type AdjustStockDeps, adjustStock, transferStock } from './adjust-stock.ts'
import { kindsForPickers } from './adjustment.ts'
import { stockProblems } from './stock-problems.ts'
import { Adjusted, AdjustmentBody, IdempotencyHeaders, StoreParams, TransferBody } from './stock-schemas.ts'
import { requireStore, type StoreAccessDeps } from './store-access.ts'

const tags = ['stock']
const { malformed, unauthorized, forbidden } = httpProblems
const { keyInvalid, inProgress, keyReused } = idempotencyProblems
const { linesInvalid, noSuchStore, sameStore, short, belowReserved } = stockProblems
const refusals = [malformed, linesInvalid, keyInvalid, unauthorized, forbidden, noSuchStore]
const conflicts = [short, inProgress, keyReused, serverProblems.unavailable]

/** Brings what is written down to what is there. */
export const adjustmentRoutes =
  (deps: AdjustStockDeps & StoreAccessDeps & { authenticate: Accounts['authenticate'] }): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { authenticate } = deps

    app.post(
      '/stores/:storeId/stock-adjustments',
      {
        onRequest: authenticate({ anyRole: ['admin', 'storeManager', 'picker'] }),
        schema: {
          summary: 'Goods come in or back, are spoilt, past their date, or counted',
          description: 'All lines or none. Lines of one variant are added up; a count names each variant once.',
          tags,
          params: StoreParams,
          headers: IdempotencyHeaders,
          body: AdjustmentBody,
          response: { 201: Adjusted, ...problems(...refusals, belowReserved, ...conflicts) },
        },
      },
      async ({ caller, params: { storeId }, headers, body: { kind, reason, lines } }, reply) => {
        const roles = kindsForPickers.includes(kind) ? (['storeManager', 'picker'] as const) : undefined
        await requireStore(deps, caller, storeId, roles)
        const { status, body, isReplayed } = await adjustStock(deps, {
          storeId,
          kind,
          reason,
          lines: lines.map((line) => ({ quantity: line.quantity, ...given(line) })),
          actorId: caller.userId,
          key: headers['idempotency-key'],
        })
        if (isReplayed) reply.header('idempotency-replayed', 'true')
        return reply.code(status as 201).send(body)
      },
    )

    app.post(
      '/stores/:storeId/stock-transfers',
      {
        onRequest: authenticate({ anyRole: ['admin', 'storeManager'] }),
        schema: {
          summary: 'Goods go from one store to another',
          description: 'All lines or none.',
          tags,
          params: StoreParams,
          headers: IdempotencyHeaders,
          body: TransferBody,
          response: { 201: Adjusted, ...problems(...refusals, sameStore, ...conflicts) },
        },
      },
      async ({ caller, params: { storeId }, headers, body: { toStoreId, reason, lines } }, reply) => {
        await requireStore(deps, caller, storeId)
        await requireStore(deps, caller, toStoreId)
        const { status, body, isReplayed } = await transferStock(deps, {
          storeId,
          toStoreId,
          reason,
          lines: lines.map((line) => ({ quantity: line.quantity, ...given(line) })),
          actorId: caller.userId,
          key: headers['idempotency-key'],
        })
        if (isReplayed) reply.header('idempotency-replayed', 'true')
        return reply.code(status as 201).send(body)
      },
    )
  }
