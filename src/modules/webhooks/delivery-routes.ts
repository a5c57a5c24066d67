import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { readPage } from '../../platform/http/pagination.ts'
import { problems } from '../../platform/http/problem.ts'
import type { Accounts } from '../accounts/index.ts'
import type { DeliveryStatus } from './endpoint.ts'
import { listDeliveries, type ReplayDeps, replayOne, replaySince, sendTest } from './replay-deliveries.ts'
import { webhookProblems } from './webhook-problems.ts'
import {
  Deliveries,
  DeliveriesQuery,
  DeliveryParams,
  EndpointParams,
  OneDelivery,
  Replayed,
  ReplaysBody,
} from './webhook-schemas.ts'

const tags = ['webhooks']
const guarded = [httpProblems.malformed, httpProblems.unauthorized, httpProblems.forbidden, serverProblems.unavailable]
const { noSuchEndpoint, noSuchDelivery, disabled } = webhookProblems

type Listed = Awaited<ReturnType<typeof listDeliveries>>['items'][number]

const toView = ({ id, type, orderId, status, attempts, statusCode, responseMs, failure, ...times }: Listed) => ({
  id,
  type,
  orderId,
  status,
  attempts,
  nextAttemptAt: times.dueAt?.toISOString() ?? null,
  lastAttemptAt: times.attemptedAt?.toISOString() ?? null,
  lastStatusCode: statusCode,
  lastResponseMs: responseMs,
  lastFailure: failure,
  createdAt: times.createdAt.toISOString(),
})

/** What became of the messages, and how they are sent once more. */
export const deliveryRoutes =
  (deps: ReplayDeps & { authenticate: Accounts['authenticate'] }): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = deps.authenticate({ anyRole: ['admin', 'storeManager'] })

    app.get(
      '/webhook-endpoints/:endpointId/deliveries',
      {
        onRequest,
        schema: {
          summary: 'What was sent to an endpoint in the last 30 days, or is to be, the newest first',
          tags,
          params: EndpointParams,
          querystring: DeliveriesQuery,
          response: { 200: Deliveries, ...problems(...guarded, noSuchEndpoint) },
        },
      },
      async (request) => {
        const { caller, params, query } = request
        const status = query.status as DeliveryStatus | undefined
        const { items, nextCursor } = await listDeliveries(deps, {
          caller,
          endpointId: params.endpointId,
          ...(status !== undefined && { status }),
          page: readPage(request),
        })
        return { success: true as const, deliveries: items.map(toView), nextCursor }
      },
    )

    app.post(
      '/webhook-endpoints/:endpointId/test',
      {
        onRequest,
        schema: {
          summary: 'Have a message of no order sent',
          tags,
          params: EndpointParams,
          response: { 202: OneDelivery, ...problems(...guarded, noSuchEndpoint, disabled) },
        },
      },
      async ({ caller, params: { endpointId } }, reply) => {
        const delivery = await sendTest(deps, { caller, endpointId })
        return reply.code(202).send({ success: true, delivery: toView(delivery) })
      },
    )

    app.post(
      '/webhook-endpoints/:endpointId/replays',
      {
        onRequest,
        schema: {
          summary: 'Have what failed since a time sent once more',
          tags,
          params: EndpointParams,
          body: ReplaysBody,
          response: { 202: Replayed, ...problems(...guarded, noSuchEndpoint, disabled) },
        },
      },
      async ({ caller, params: { endpointId }, body: { since, includesDelivered = false } }, reply) => {
        const count = await replaySince(deps, { caller, endpointId, since: new Date(since), includesDelivered })
        return reply.code(202).send({ success: true, count })
      },
    )

    app.post(
      '/webhook-deliveries/:deliveryId/replay',
      {
        onRequest,
        schema: {
          summary: 'Have one message sent once more, under the same `webhook-id`',
          tags,
          params: DeliveryParams,
          response: { 202: OneDelivery, ...problems(...guarded, noSuchDelivery, disabled) },
        },
      },
      async ({ caller, params: { deliveryId } }, reply) => {
        const delivery = await replayOne(deps, { caller, deliveryId })
        return reply.code(202).send({ success: true, delivery: toView(delivery) })
      },
    )
  }
