import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { TSchema } from 'typebox'
import { takeNoBodyAsEmpty } from '../../platform/http/empty-body.ts'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { readPage } from '../../platform/http/pagination.ts'
import { type ProblemFactory, problems } from '../../platform/http/problem.ts'
import { given } from '../../platform/http/shapes.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Accounts, Role } from '../accounts/index.ts'
import { type DeliverOrderDeps, deliverOrder } from './deliver-order.ts'
import { type DispatchOrderDeps, dispatchOrder } from './dispatch-order.ts'
import { type ListOrdersDeps, listStoreOrders } from './list-orders.ts'
import { arriveWithOrder, failDelivery, type MoveOrderDeps, pickOrder } from './move-order.ts'
import type { StatusFilter } from './order.ts'
import { orderProblems } from './order-problems.ts'
import {
  DeliverBody,
  DispatchBody,
  FailBody,
  OneOrder,
  OrderParams,
  Orders,
  PackBody,
  StoreOrdersQuery,
  StoreParams,
} from './order-schemas.ts'
import { toView } from './order-view.ts'
import type { Order } from './orders.ts'
import { type PackOrderDeps, packOrder } from './pack-order.ts'
import { type ReturnOrderDeps, returnOrder } from './return-order.ts'

const { malformed, unauthorized, forbidden } = httpProblems
const { unavailable } = serverProblems
const { notFound, noSuchStore, notInState, foundInvalid, noSuchRider, codeWrong, codeLocked, cashDiffers } =
  orderProblems

const tags = ['orders']
const inStore: readonly Role[] = ['picker', 'storeManager', 'admin']
const onTheWay: readonly Role[] = ['rider', 'storeManager', 'admin']
const staff: readonly Role[] = ['rider', ...inStore]

export type StepRoutesDeps = MoveOrderDeps &
  PackOrderDeps &
  DispatchOrderDeps &
  DeliverOrderDeps &
  ReturnOrderDeps &
  ListOrdersDeps & { authenticate: Accounts['authenticate'] }

const answer = (order: Order) => ({ success: true as const, order: toView(order) })

/**
 * What those who pick, pack and bring orders say of them. Each step is taken once: who says the same again gets the same
 * answer, and another learns where the order is.
 */
export const stepRoutes =
  (deps: StepRoutesDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { authenticate } = deps
    takeNoBodyAsEmpty(app) // nothing has to be said with most of these
    const step = <Body extends TSchema | undefined = undefined>(
      summary: string,
      anyRole: readonly Role[],
      body?: Body,
      ...more: ProblemFactory[]
    ) => ({
      onRequest: authenticate({ anyRole }),
      schema: {
        summary,
        tags,
        params: OrderParams,
        ...((body && { body }) as Body extends TSchema ? { body: Body } : object),
        response: {
          200: OneOrder,
          ...problems(malformed, ...more, unauthorized, forbidden, notFound, notInState, unavailable),
        },
      },
    })

    app.get(
      '/stores/:storeId/orders',
      {
        onRequest: authenticate({ anyRole: staff }),
        schema: {
          summary: 'The orders of a store, the latest first',
          tags,
          params: StoreParams,
          querystring: StoreOrdersQuery,
          response: { 200: Orders, ...problems(malformed, unauthorized, forbidden, noSuchStore, unavailable) },
        },
      },
      async (request) => {
        const { caller, params, query } = request
        const status = query.status as StatusFilter | undefined
        const page = readPage(request)
        const wanted = { caller, ...params, page, ...(status !== undefined && { status }) }
        const { items, nextCursor } = await listStoreOrders(deps, wanted)
        return { success: true as const, orders: items.map(toView), nextCursor }
      },
    )

    app.post('/orders/:orderId/picking', step('Begin to pick an order', inStore), async ({ caller, params }) =>
      answer(await pickOrder(deps, { caller, ...params })),
    )

    app.post(
      '/orders/:orderId/packing',
      step('An order is packed, with what was found of it', inStore, PackBody, foundInvalid),
      async ({ caller, params, body: { lines = [] } }) => answer(await packOrder(deps, { caller, ...params, lines })),
    )

    app.post(
      '/orders/:orderId/dispatch',
      step('An order leaves the store', staff, DispatchBody, noSuchRider),
      async ({ caller, params, body }) => answer(await dispatchOrder(deps, { caller, ...params, ...given(body) })),
    )

    app.post('/orders/:orderId/arrival', step('The rider is at the door', onTheWay), async ({ caller, params }) =>
      answer(await arriveWithOrder(deps, { caller, ...params })),
    )

    app.post(
      '/orders/:orderId/delivery',
      step('An order is handed over', onTheWay, DeliverBody, codeWrong, codeLocked, cashDiffers),
      async ({ caller, params, body, log }) =>
        answer(await deliverOrder(deps, { caller, ...params, ...given(body), log: log as Logger })),
    )

    app.post(
      '/orders/:orderId/delivery-failure',
      step('An order could not be handed over', onTheWay, FailBody),
      async ({ caller, params, body }) => answer(await failDelivery(deps, { caller, ...params, ...body })),
    )

    app.post('/orders/:orderId/return', step('An order is in the store again', inStore), async ({ caller, params }) =>
      answer(await returnOrder(deps, { caller, ...params })),
    )
  }
