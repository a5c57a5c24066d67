import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { newId } from '../../platform/ids.ts'
import type { Job } from '../../platform/queue/job.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import type { OrderEvent } from '../orders/index.ts'
import { insertDeliveries } from './delivery-queries.ts'
import { eventTypeOf, wantsEvent } from './endpoint.ts'
import { readEnabledEndpoints } from './endpoint-queries.ts'

export interface WhenOrderChangedDeps {
  database: Pick<Database, 'background'>
  queue: Pick<Queue, 'enqueue'>
  /** Sends what is due to an endpoint. */
  deliverJob: Job<{ endpointId: string }>
  clock: Clock
}

/** A message of it for each endpoint that wants it, once, and somebody to send them. */
export async function whenOrderChanged(
  { database, queue, deliverJob, clock }: WhenOrderChangedDeps,
  event: { orderId: string; storeId: string; eventId: number; type: OrderEvent['type'] },
): Promise<void> {
  const { orderId, eventId } = event
  const type = eventTypeOf(event.type)
  await inTransaction(database.background, async (tx) => {
    const wanting = (await readEnabledEndpoints(tx)).filter((endpoint) => wantsEvent(endpoint, event))
    const deliveries = wanting.map(({ id }) => ({ id: newId('whm'), endpointId: id, type, orderId, eventId }))
    for (const { endpointId } of await insertDeliveries(tx, deliveries, new Date(clock.now())))
      await queue.enqueue(tx, deliverJob, { endpointId })
  })
}
