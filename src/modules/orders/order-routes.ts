import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { takeNoBodyAsEmpty } from '../../platform/http/empty-body.ts'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { readPage } from '../../platform/http/pagination.ts'
import { problems } from '../../platform/http/problem.ts'
import { given } from '../../platform/http/shapes.ts'
import { idempotencyProblems } from '../../platform/idempotency/idempotently.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Accounts } from '../accounts/index.ts'
import { type CancelOrderDeps, cancelOrder } from './cancel-order.ts'
import { type ListOrdersDeps, listOwnOrders } from './list-orders.ts'
import { orderProblems } from './order-problems.ts'
import {
  CancelBody,
  DetailedOrder,
  KeyHeaders,
  OneOrder,
  OrderParams,
  Orders,
  OrdersQuery,
  PayBody,
  Paying,
  PlaceBody,
  Placed,
} from './order-schemas.ts'
import { toDetailedView, toView } from './order-view.ts'
import { type PayOrderDeps, payOrder } from './pay-order.ts'
import { type PlaceOrderDeps, placeOrder } from './place-order.ts'
import { placeProblems } from './place-problems.ts'
import { type ShowOrderDeps, showOrder } from './show-order.ts'

const tags = ['orders']
const { malformed, unauthorized, forbidden } = httpProblems
const { unavailable } = serverProblems
const { notFound, notInState, payTimeOver } = orderProblems
const { paymentMethodUnavailable } = placeProblems

export type OrderRoutesDeps = PlaceOrderDeps &
  PayOrderDeps &
  CancelOrderDeps &
  ShowOrderDeps &
  ListOrdersDeps & { authenticate: Accounts['authenticate'] }

/** What customers do with their orders. */
export const orderRoutes =
  (deps: OrderRoutesDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = deps.authenticate()
    takeNoBodyAsEmpty(app) // nothing has to be said with most of these

    app.post(
      '/orders',
      {
        onRequest,
        schema: {
          summary: 'Order what is in the cart',
          description:
            'The stock is held, and an online payment is begun: `payment.client` is what the checkout of its provider wants. A repeated key is answered with the order and its payment as both are now.',
          tags,
          headers: KeyHeaders,
          body: PlaceBody,
          response: {
            201: Placed,
            ...problems(
              malformed,
              unauthorized,
              forbidden,
              ...Object.values(placeProblems),
              ...Object.values(idempotencyProblems),
              unavailable,
            ),
          },
        },
      },
      async ({ caller: { userId }, headers, body, log }, reply) => {
        const key = headers['idempotency-key']
        const answer = await placeOrder(deps, { userId, ...body, key, log: log as Logger })
        if (answer.isReplayed) reply.header('idempotency-replayed', 'true')
        return reply.code(answer.status as 201).send(answer.body)
      },
    )

    app.get(
      '/orders',
      {
        onRequest,
        schema: {
          summary: 'Your orders, the latest first',
          tags,
          querystring: OrdersQuery,
          response: { 200: Orders, ...problems(malformed, unauthorized, unavailable) },
        },
      },
      async (request) => {
        const { userId } = request.caller
        const { items, nextCursor } = await listOwnOrders(deps, { userId, page: readPage(request) })
        return { success: true as const, orders: items.map(toView), nextCursor }
      },
    )

    app.get(
      '/orders/:orderId',
      {
        onRequest,
        schema: {
          summary: 'An order with its money and what happened to it',
          description: 'For whose order it is, and for those who work on it. For others it is not there.',
          tags,
          params: OrderParams,
          response: { 200: DetailedOrder, ...problems(malformed, unauthorized, notFound, unavailable) },
        },
      },
      async ({ caller, params }) => ({
        success: true as const,
        order: toDetailedView(await showOrder(deps, { caller, ...params })),
      }),
    )

    app.post(
      '/orders/:orderId/payments',
      {
        onRequest,
        schema: {
          summary: 'Pay for an order that waits for its money, again or in another way',
          tags,
          params: OrderParams,
          body: PayBody,
          response: {
            200: Paying,
            ...problems(
              malformed,
              unauthorized,
              forbidden,
              notFound,
              notInState,
              payTimeOver,
              paymentMethodUnavailable,
              unavailable,
            ),
          },
        },
      },
      async ({ caller, params, body, log }) => ({
        success: true as const,
        payment: await payOrder(deps, { caller, ...params, ...given(body), log: log as Logger }),
      }),
    )

    app.post(
      '/orders/:orderId/cancellation',
      {
        onRequest,
        schema: {
          summary: 'Cancel an order',
          description:
            'By its customer until it is picked; by the store until it is handed over. What was paid goes back in full.',
          tags,
          params: OrderParams,
          body: CancelBody,
          response: {
            200: OneOrder,
            ...problems(malformed, unauthorized, forbidden, notFound, notInState, unavailable),
          },
        },
      },
      async ({ caller, params, body }) => ({
        success: true as const,
        order: toView(await cancelOrder(deps, { caller, ...params, ...given(body) })),
      }),
    )
  }
