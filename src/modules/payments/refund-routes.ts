import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { readPage } from '../../platform/http/pagination.ts'
import { problems } from '../../platform/http/problem.ts'
import { idempotencyProblems } from '../../platform/idempotency/idempotently.ts'
import { type Accounts, mayActIn } from '../accounts/index.ts'
import { type ListRefundsDeps, listRefunds } from './list-refunds.ts'
import { paymentProblems } from './payment-problems.ts'
import {
  MadeRefunds,
  NoteBody,
  OnePayment,
  OneRefund,
  PaymentParams,
  RefundBody,
  RefundParams,
  Refunds,
  RefundsQuery,
  RequiredKey,
  StoreParams,
} from './payment-schemas.ts'
import { toPaymentView, toRefundView } from './payment-views.ts'
import { type RequestRefundDeps, requestRefund } from './request-refund.ts'
import { depositCash, type SettleByHandDeps, settleRefundByHand } from './settle-by-hand.ts'

const tags = ['payments']
const { malformed, unauthorized, forbidden } = httpProblems
const { keyInvalid, inProgress, keyReused } = idempotencyProblems
const { notFound, notRefundable, notCollected, refundNotFound, refundSettled } = paymentProblems
const { unavailable } = serverProblems
const usual = [malformed, unauthorized, forbidden]

/** What those who manage a store do with money. */
export const refundRoutes =
  (
    deps: RequestRefundDeps & SettleByHandDeps & ListRefundsDeps & { authenticate: Accounts['authenticate'] },
  ): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = deps.authenticate({ anyRole: ['admin', 'storeManager'] })

    app.post(
      '/payments/:paymentId/refunds',
      {
        onRequest,
        schema: {
          summary: 'Give money back',
          description: 'What no provider can give back becomes `manual`: somebody has to do it, and to say so.',
          tags,
          params: PaymentParams,
          headers: RequiredKey,
          body: RefundBody,
          response: {
            201: MadeRefunds,
            ...problems(...usual, keyInvalid, notFound, notRefundable, inProgress, keyReused, unavailable),
          },
        },
      },
      async ({ caller, params: { paymentId }, headers, body: { amountPaise, reason } }, reply) => {
        const { status, body, isReplayed } = await requestRefund(deps, {
          paymentId,
          caller,
          ...(amountPaise !== undefined && { amountPaise }),
          reason,
          key: headers['idempotency-key'],
        })
        if (isReplayed) reply.header('idempotency-replayed', 'true')
        return reply.code(status as 201).send(body)
      },
    )

    app.get(
      '/stores/:storeId/refunds',
      {
        onRequest,
        schema: {
          summary: 'Refunds of a store, the latest first',
          tags,
          params: StoreParams,
          querystring: RefundsQuery,
          response: { 200: Refunds, ...problems(...usual, unavailable) },
        },
      },
      async (request) => {
        const { caller, params, query } = request
        if (!mayActIn(caller, params.storeId)) throw forbidden()
        const statuses = query.status === undefined ? (['failed', 'manual'] as const) : [query.status]
        const { items, nextCursor } = await listRefunds(deps, { ...params, statuses, page: readPage(request) })
        return { success: true as const, refunds: items.map(toRefundView), nextCursor }
      },
    )

    app.post(
      '/refunds/:refundId/settlement',
      {
        onRequest,
        schema: {
          summary: 'Somebody has given back what no provider did',
          tags,
          params: RefundParams,
          body: NoteBody,
          response: { 200: OneRefund, ...problems(...usual, refundNotFound, refundSettled, unavailable) },
        },
      },
      async ({ caller, params, body }) => {
        const refund = await settleRefundByHand(deps, { ...params, ...body, caller })
        return { success: true as const, refund: toRefundView(refund) }
      },
    )

    app.post(
      '/payments/:paymentId/deposit',
      {
        onRequest,
        schema: {
          summary: 'The cash that a rider collected is with the store',
          tags,
          params: PaymentParams,
          response: { 200: OnePayment, ...problems(...usual, notFound, notCollected, unavailable) },
        },
      },
      async ({ caller, params }) => {
        const payment = await depositCash(deps, { ...params, caller })
        return { success: true as const, payment: toPaymentView(payment) }
      },
    )
  }
