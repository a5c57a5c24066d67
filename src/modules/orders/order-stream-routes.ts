import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { problems } from '../../platform/http/problem.ts'
import { idOf } from '../../platform/http/shapes.ts'
import type { Accounts } from '../accounts/index.ts'
import { type FollowOrdersDeps, mayHaveNews, requireStoreStaff } from './follow-orders.ts'
import { orderProblems } from './order-problems.ts'
import { orderStreamProblems } from './order-stream-problems.ts'
import type { OrderStreams } from './order-streams.ts'
import { readOrderPosition, readStorePosition } from './stream-position.ts'

const tags = ['orders']
const { malformed, unauthorized, forbidden } = httpProblems
const guarded = [malformed, unauthorized, orderStreamProblems.tooMany, serverProblems.unavailable]

const LastEventId = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({
      description: 'Of the last event that the client has. What came after it is sent, and nothing else.',
    }),
  ),
})
const Stream = {
  description:
    'Server-sent events: `event: order`, its `data` with orderId, type, status, at, details, promisedAt. First how things are. `event: end` with a `reason` before the server ends it.',
  content: { 'text/event-stream': { schema: Type.String() } },
}

/** Hands the answer over to whoever streams: nothing of the framework writes to it any more, and its headers are kept. */
function handOver(reply: FastifyReply) {
  reply.hijack()
  return { response: reply.raw, headers: reply.getHeaders() as Record<string, string> }
}

/** What happens to orders, as it happens. */
export const orderStreamRoutes =
  (
    deps: FollowOrdersDeps & { streams: OrderStreams; authenticate: Accounts['authenticate'] },
  ): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { streams, authenticate } = deps
    const route = { exposeHeadRoute: false, config: { isStream: true as const } }

    app.get(
      '/orders/:orderId/events',
      {
        ...route,
        onRequest: authenticate(),
        schema: {
          summary: 'What happens to an order, as it happens',
          description: 'Ends with the order; then who asks again gets 204, after which browsers ask no more.',
          tags,
          params: Type.Object({ orderId: idOf('ord', 'Of the order.') }),
          headers: LastEventId,
          response: {
            200: Stream,
            204: Type.Null({
              description: 'The order has ended, nothing is on its way back any more, and the client has all of it.',
            }),
            ...problems(...guarded, orderProblems.notFound),
          },
        },
      },
      async ({ caller, params: { orderId }, headers }, reply) => {
        const after = readOrderPosition(headers['last-event-id'])
        if (!(await mayHaveNews(deps, { caller, orderId, after }))) return reply.code(204).send(null)
        streams.requireRoom(caller)
        streams.watchOrder(orderId, { caller, after, ...handOver(reply) })
        return reply
      },
    )

    app.get(
      '/stores/:storeId/orders/events',
      {
        ...route,
        onRequest: authenticate({ anyRole: ['admin', 'storeManager', 'picker', 'rider'] }),
        schema: {
          summary: 'What happens to the orders of a store, as it happens',
          description:
            'First the latest event of each order that is under way. The id of an event says what the client has, and may be more than a number.',
          tags,
          params: Type.Object({ storeId: idOf('sto', 'Of the store.') }),
          headers: LastEventId,
          response: { 200: Stream, ...problems(...guarded, forbidden, orderProblems.noSuchStore) },
        },
      },
      async ({ caller, params: { storeId }, headers }, reply) => {
        await requireStoreStaff(deps, { caller, storeId })
        streams.requireRoom(caller)
        const position = readStorePosition(headers['last-event-id'])
        streams.watchStore(storeId, { caller, position, ...handOver(reply) })
        return reply
      },
    )
  }
