import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { readPage } from '../../platform/http/pagination.ts'
import { problems } from '../../platform/http/problem.ts'
import { Done, given } from '../../platform/http/shapes.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Accounts } from '../accounts/index.ts'
import type { Endpoint } from './endpoint.ts'
import { findEndpoint, listEndpoints } from './find-endpoint.ts'
import {
  type Asking,
  addEndpoint,
  changeEndpoint,
  removeEndpoint,
  rotateSecret,
  type SaveEndpointDeps,
} from './save-endpoint.ts'
import { webhookProblems } from './webhook-problems.ts'
import {
  EndpointBody,
  EndpointChanges,
  EndpointParams,
  Endpoints,
  EndpointsQuery,
  NewEndpoint,
  NewSecret,
  OneEndpoint,
} from './webhook-schemas.ts'

const tags = ['webhooks']
const guarded = [httpProblems.malformed, httpProblems.unauthorized, httpProblems.forbidden, serverProblems.unavailable]
const { noSuchEndpoint, urlRefused, tooMany } = webhookProblems

function toView({ failingSince, createdAt, updatedAt, eventTypes, storeIds, ...endpoint }: Endpoint) {
  const { id, url, description, isEnabled, disabledReason } = endpoint
  return {
    id,
    url,
    description,
    eventTypes: eventTypes && [...eventTypes],
    storeIds: storeIds && [...storeIds],
    isEnabled,
    disabledReason,
    failingSince: failingSince?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}

const askingOf = ({ caller, log }: Pick<FastifyRequest, 'caller' | 'log'>): Asking => ({ caller, log: log as Logger })

/** Where operators have messages about orders sent. */
export const webhookRoutes =
  (deps: SaveEndpointDeps & { authenticate: Accounts['authenticate'] }): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = deps.authenticate({ anyRole: ['admin', 'storeManager'] })

    app.get(
      '/webhook-endpoints',
      {
        onRequest,
        schema: {
          summary: 'Where messages about orders are sent, the newest first',
          tags,
          querystring: EndpointsQuery,
          response: { 200: Endpoints, ...problems(...guarded) },
        },
      },
      async (request) => {
        const { items, nextCursor } = await listEndpoints(deps, request.caller, readPage(request))
        return { success: true as const, endpoints: items.map(toView), nextCursor }
      },
    )

    app.post(
      '/webhook-endpoints',
      {
        onRequest,
        schema: {
          summary: 'Have messages about orders sent to an address',
          description:
            'Signed by Standard Webhooks, at least once each, in no promised order. What is not answered 2xx within 10 s is sent again under the same `webhook-id`, ten times in three days.',
          tags,
          body: EndpointBody,
          response: { 201: NewEndpoint, ...problems(...guarded, urlRefused, tooMany) },
        },
      },
      async (request, reply) => {
        const { url, description = null, eventTypes = null, storeIds = null, isEnabled = true } = request.body
        const fields = { url, description, eventTypes, storeIds, isEnabled }
        const { endpoint, secret } = await addEndpoint(deps, fields, askingOf(request))
        return reply.code(201).send({ success: true, endpoint: toView(endpoint), secret })
      },
    )

    app.get(
      '/webhook-endpoints/:endpointId',
      {
        onRequest,
        schema: {
          summary: 'One of them',
          tags,
          params: EndpointParams,
          response: { 200: OneEndpoint, ...problems(...guarded, noSuchEndpoint) },
        },
      },
      async ({ caller, params: { endpointId } }) => ({
        success: true as const,
        endpoint: toView(await findEndpoint(deps.database.db, caller, endpointId)),
      }),
    )

    app.patch(
      '/webhook-endpoints/:endpointId',
      {
        onRequest,
        schema: {
          summary: 'Change one, or switch it on or off',
          description: 'What waits for one that is switched off has failed, and can be replayed.',
          tags,
          params: EndpointParams,
          body: EndpointChanges,
          response: { 200: OneEndpoint, ...problems(...guarded, noSuchEndpoint, urlRefused) },
        },
      },
      async (request) => ({
        success: true as const,
        endpoint: toView(await changeEndpoint(deps, request.params.endpointId, given(request.body), askingOf(request))),
      }),
    )

    app.delete(
      '/webhook-endpoints/:endpointId',
      {
        onRequest,
        schema: {
          summary: 'Delete one, with the log of what was sent there',
          tags,
          params: EndpointParams,
          response: { 200: Done, ...problems(...guarded, noSuchEndpoint) },
        },
      },
      async (request) => {
        await removeEndpoint(deps, request.params.endpointId, askingOf(request))
        return { success: true as const }
      },
    )

    app.post(
      '/webhook-endpoints/:endpointId/secret-rotation',
      {
        onRequest,
        schema: {
          summary: 'Replace the secret',
          description: 'The one before signs beside it for 24 hours.',
          tags,
          params: EndpointParams,
          response: { 200: NewSecret, ...problems(...guarded, noSuchEndpoint) },
        },
      },
      async (request) => {
        const { secret, previousUntil } = await rotateSecret(deps, request.params.endpointId, askingOf(request))
        return { success: true as const, secret, previousUntil: previousUntil.toISOString() }
      },
    )
  }
