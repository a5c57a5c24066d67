import type { FastifyPluginAsync } from 'fastify'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { orderChanged } from '../orders/index.ts'
import { cleanUpWebhooks } from './clean-up-webhooks.ts'
import { createDeliverer } from './deliver-messages.ts'
import { deliveryRoutes } from './delivery-routes.ts'
import { createEndpointBook } from './endpoint-book.ts'
import { readDueEndpoints } from './endpoint-queries.ts'
import { webhookRoutes } from './webhook-routes.ts'
import type { Webhooks, WebhooksDeps } from './webhooks.ts'
import './webhooks-tables.ts'
import { createWebhooksTelemetry } from './webhooks-telemetry.ts'
import { whenOrderChanged } from './when-order-changed.ts'

export type { Webhooks } from './webhooks.ts'

const secondsBetweenLooks = 5
const secondsBetweenCleanUps = 3600

/**
 * Owns where operators have news of orders sent, and what became of each message. Promises that a message is sent at
 * least once for each event that an endpoint wants, under one id however often; signed, so that the receiver knows it for
 * ours; again and again for three days while it is not taken; and never to an address that is not of the internet. It
 * promises no order of messages, and a message says how the order is when it is sent. What it keeps names no person.
 */
export function createWebhooks(deps: WebhooksDeps): Webhooks {
  const { database, queue, events, clock } = deps
  const telemetry = createWebhooksTelemetry(deps.metrics)
  const book = createEndpointBook(deps)
  const deliver = createDeliverer({ ...deps, telemetry })
  const deliverJob = queue.define<{ endpointId: string }>({
    name: 'webhooks/deliver',
    atOnce: 20,
    handle: ({ endpointId }, attempt) => deliver(endpointId, attempt),
  })
  const parts = { ...deps, telemetry, deliverJob }

  events.when(orderChanged, 'send-webhooks', (event) => whenOrderChanged(parts, event), {
    wants: book.mayBeWanted,
  })
  queue.schedule({
    name: 'webhooks/look-for-due',
    everySeconds: secondsBetweenLooks,
    handle: async () => {
      const due = await readDueEndpoints(database.background, new Date(clock.now()))
      for (const endpointId of due)
        await inTransaction(database.background, (tx) =>
          queue.enqueue(tx, deliverJob, { endpointId }, { singletonKey: endpointId }),
        )
    },
  })
  queue.schedule({
    name: 'webhooks/clean-up',
    everySeconds: secondsBetweenCleanUps,
    handle: ({ signal }) => cleanUpWebhooks(parts, signal),
  })

  const routes: FastifyPluginAsync = async (app) => {
    for (const each of [webhookRoutes, deliveryRoutes]) await app.register(each(parts))
  }
  return { routes, start: book.start }
}
