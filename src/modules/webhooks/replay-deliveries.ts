import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { type PageRequest, pageOf } from '../../platform/http/pagination.ts'
import { newId } from '../../platform/ids.ts'
import type { Job } from '../../platform/queue/job.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import type { Caller } from '../accounts/index.ts'
import {
  type Delivery,
  insertDeliveries,
  readDeliveries,
  readDelivery,
  replayDeliveries,
  replayDelivery,
} from './delivery-queries.ts'
import { type DeliveryStatus, testType } from './endpoint.ts'
import { readEndpoint } from './endpoint-queries.ts'
import { findEndpoint, mayManage } from './find-endpoint.ts'
import { webhookProblems } from './webhook-problems.ts'

export interface ReplayDeps {
  database: Pick<Database, 'db'>
  queue: Pick<Queue, 'enqueue'>
  deliverJob: Job<{ endpointId: string }>
  clock: Clock
}

const mostReplays = 10_000

async function requireEnabled(tx: Tx, caller: Caller, endpointId: string): Promise<void> {
  const { isEnabled } = await findEndpoint(tx, caller, endpointId)
  if (!isEnabled) throw webhookProblems.disabled()
}

/** What was sent to an endpoint, or is to be, the newest first. @throws webhook.no_such_endpoint */
export async function listDeliveries(
  { database }: Pick<ReplayDeps, 'database'>,
  {
    caller,
    endpointId,
    status,
    page,
  }: { caller: Caller; endpointId: string; status?: DeliveryStatus; page: PageRequest },
) {
  await findEndpoint(database.db, caller, endpointId)
  const before = page.after?.[0]
  const found = await readDeliveries(database.db, {
    endpointId,
    ...(status !== undefined && { status }),
    ...(before !== undefined && { before }),
    limit: page.limit + 1,
  })
  return pageOf(found, page, ({ id }) => [id])
}

/** Has a message of no order sent, so that an operator sees it arrive. @throws webhook.no_such_endpoint, webhook.disabled */
export function sendTest(
  deps: ReplayDeps,
  { caller, endpointId }: { caller: Caller; endpointId: string },
): Promise<Delivery> {
  return inTransaction(deps.database.db, async (tx) => {
    await requireEnabled(tx, caller, endpointId)
    const test = { id: newId('whm'), endpointId, type: testType, orderId: null, eventId: null }
    const [delivery] = await insertDeliveries(tx, [test], new Date(deps.clock.now()))
    await deps.queue.enqueue(tx, deps.deliverJob, { endpointId })
    return delivery as Delivery
  })
}

/** Has one message sent once more, under its own id. @throws webhook.no_such_delivery, webhook.disabled */
export function replayOne(
  deps: ReplayDeps,
  { caller, deliveryId }: { caller: Caller; deliveryId: string },
): Promise<Delivery> {
  return inTransaction(deps.database.db, async (tx) => {
    const found = await readDelivery(tx, deliveryId)
    const endpoint = found && (await readEndpoint(tx, found.endpointId))
    if (!endpoint || !mayManage(caller, endpoint)) throw webhookProblems.noSuchDelivery()
    if (!endpoint.isEnabled) throw webhookProblems.disabled()
    const delivery = await replayDelivery(tx, deliveryId, new Date(deps.clock.now()))
    await deps.queue.enqueue(tx, deps.deliverJob, { endpointId: endpoint.id })
    return delivery
  })
}

/**
 * Has what was made since a time sent once more: what failed, or that and what was delivered. How many messages, 10,000
 * at most, the oldest first. @throws webhook.no_such_endpoint, webhook.disabled
 */
export function replaySince(
  deps: ReplayDeps,
  {
    caller,
    endpointId,
    since,
    includesDelivered,
  }: { caller: Caller; endpointId: string; since: Date; includesDelivered: boolean },
): Promise<number> {
  return inTransaction(deps.database.db, async (tx) => {
    await requireEnabled(tx, caller, endpointId)
    const statuses: DeliveryStatus[] = includesDelivered ? ['failed', 'delivered'] : ['failed']
    const now = new Date(deps.clock.now())
    const count = await replayDeliveries(tx, { endpointId, since, statuses, limit: mostReplays }, now)
    if (count > 0) await deps.queue.enqueue(tx, deps.deliverJob, { endpointId })
    return count
  })
}
