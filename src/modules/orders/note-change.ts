import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { Tx } from '../../platform/database/database.ts'
import type { Events } from '../../platform/events/events.ts'
import type { AddedEvent } from './order-event-queries.ts'
import { orderChanged } from './order-events.ts'

/** The topic of orders to which something happened, under `<storeId> <orderId> <userId>`. */
export const ordersTopic = 'orders'

export interface NoteChangeDeps {
  events: Pick<Events, 'emit'>
  changes: Pick<ChangeFeed, 'note'>
}

/** Tells of an order's event in the transaction that added it: other modules by a job, open streams by the change feed. */
export async function noteChange({ events, changes }: NoteChangeDeps, tx: Tx, added: AddedEvent): Promise<void> {
  const { orderId, storeId, userId, eventId, type } = added
  await Promise.all([
    events.emit(tx, orderChanged, { orderId, storeId, userId, eventId, type }),
    changes.note(tx, ordersTopic, [`${storeId} ${orderId} ${userId}`]),
  ])
}
