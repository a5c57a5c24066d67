import type { FastifyPluginAsync } from 'fastify'
import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Events } from '../../platform/events/events.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import type { Seal } from '../../platform/seal.ts'
import type { Accounts } from '../accounts/index.ts'
import type { Orders } from '../orders/index.ts'
import type { EndpointCall } from './call-endpoint.ts'

/** What the program sees of this module. */
export interface Webhooks {
  /** `/webhook-endpoints*` and `/webhook-deliveries*`, for the prefix `/api`. */
  routes: FastifyPluginAsync
  /** Reads what endpoints want. After the change feed, before requests. @throws Unavailable */
  start(): Promise<void>
}

export interface WebhooksDeps {
  database: Database
  queue: Pick<Queue, 'define' | 'schedule' | 'enqueue'>
  events: Pick<Events, 'when'>
  changes: ChangeFeed
  orders: Pick<Orders, 'findOrder' | 'findEvent'>
  authenticate: Accounts['authenticate']
  /** For secrets, where they rest. */
  seal: Seal
  /** Lets messages go to this machine and to private networks. */
  development: boolean
  clock: Clock
  metrics: Pick<Metrics, 'counter'>
  /** Resolves names; the system's own when absent. */
  resolve?: NonNullable<EndpointCall['resolve']>
}
