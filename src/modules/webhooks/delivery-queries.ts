import { type SqlBool, sql } from 'kysely'
import type { Queryable, Tx } from '../../platform/database/database.ts'
import type { DeliveryStatus } from './endpoint.ts'

/** A message on its way to one endpoint. Its id is the `webhook-id` of each attempt. */
export interface Delivery {
  id: string
  endpointId: string
  type: string
  orderId: string | null
  eventId: number | null
  status: DeliveryStatus
  attempts: number
  failures: number
  dueAt: Date | null
  attemptedAt: Date | null
  statusCode: number | null
  responseMs: number | null
  failure: string | null
  createdAt: Date
}

const columns = [
  'id',
  'endpoint_id as endpointId',
  'type',
  'order_id as orderId',
  'event_id as eventId',
  'status',
  'attempts',
  'failures',
  'due_at as dueAt',
  'attempted_at as attemptedAt',
  'status_code as statusCode',
  'response_ms as responseMs',
  'failure',
  'created_at as createdAt',
] as const

export type NewDelivery = Pick<Delivery, 'id' | 'endpointId' | 'type' | 'orderId' | 'eventId'>

/** Due at once. Those that were not there: of one event an endpoint gets one message. */
export async function insertDeliveries(tx: Tx, deliveries: readonly NewDelivery[], now: Date): Promise<Delivery[]> {
  if (deliveries.length === 0) return []
  return tx
    .insertInto('webhook_deliveries')
    .values(
      deliveries.map(({ id, endpointId, type, orderId, eventId }) => ({
        id,
        endpoint_id: endpointId,
        type,
        order_id: orderId,
        event_id: eventId,
        due_at: now,
        created_at: now,
      })),
    )
    .onConflict((conflict) => conflict.constraint('webhook_deliveries_once').doNothing())
    .returning(columns)
    .execute()
}

/** Takes messages that are due; while they are `until` another time nobody else does. Each counts as an attempt. */
export function takeDue(
  on: Queryable,
  { endpointId, now, until, limit }: { endpointId: string; now: Date; until: Date; limit: number },
): Promise<Delivery[]> {
  return on
    .updateTable('webhook_deliveries')
    .set(({ eb }) => ({ due_at: until, attempts: eb('attempts', '+', 1), attempted_at: now }))
    .where('id', 'in', (query) =>
      query
        .selectFrom('webhook_deliveries')
        .select('id')
        .where('endpoint_id', '=', endpointId)
        .where('status', '=', 'waiting')
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning(columns)
    .execute()
}

export interface AttemptResult extends Pick<Delivery, 'status' | 'failures' | 'dueAt' | 'statusCode' | 'failure'> {
  responseMs: number | null
}

/** Writes down how an attempt went, unless there was another since. */
export async function settleAttempt(
  on: Queryable,
  { id, attempts }: Pick<Delivery, 'id' | 'attempts'>,
  { status, failures, dueAt, statusCode, responseMs, failure }: AttemptResult,
): Promise<void> {
  await on
    .updateTable('webhook_deliveries')
    .set({ status, failures, due_at: dueAt, status_code: statusCode, response_ms: responseMs, failure })
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .where('status', '=', 'waiting')
    .execute()
}

/** Gives up what waits, for a reason. */
export async function giveUp(tx: Tx, endpointId: string, failure: string): Promise<void> {
  await tx
    .updateTable('webhook_deliveries')
    .set({ status: 'failed', due_at: null, failure })
    .where('endpoint_id', '=', endpointId)
    .where('status', '=', 'waiting')
    .execute()
}

export const readDelivery = (on: Queryable, id: string): Promise<Delivery | undefined> =>
  on.selectFrom('webhook_deliveries').select(columns).where('id', '=', id).executeTakeFirst()

/** The newest first. */
export function readDeliveries(
  on: Queryable,
  {
    endpointId,
    status,
    before,
    limit,
  }: { endpointId: string; status?: DeliveryStatus; before?: string; limit: number },
): Promise<Delivery[]> {
  let query = on.selectFrom('webhook_deliveries').select(columns).where('endpoint_id', '=', endpointId)
  if (status) query = query.where('status', '=', status)
  if (before !== undefined) query = query.where('id', '<', before)
  return query.orderBy('id', 'desc').limit(limit).execute()
}

const again = (now: Date) => ({ status: 'waiting' as const, failures: 0, due_at: now })

/** Has a message sent again, with all attempts before it. One that waits comes now. */
export const replayDelivery = (tx: Tx, id: string, now: Date): Promise<Delivery> =>
  tx.updateTable('webhook_deliveries').set(again(now)).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()

/** The same of all that were made since a time, the oldest first. How many. */
export async function replayDeliveries(
  tx: Tx,
  {
    endpointId,
    since,
    statuses,
    limit,
  }: { endpointId: string; since: Date; statuses: readonly DeliveryStatus[]; limit: number },
  now: Date,
): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('webhook_deliveries')
    .set(again(now))
    .where('id', 'in', (query) =>
      query
        .selectFrom('webhook_deliveries')
        .select('id')
        .where('endpoint_id', '=', endpointId)
        .where('created_at', '>=', since)
        .where(sql<SqlBool>`status = any (${statuses}::text[])`)
        .orderBy('id')
        .limit(limit),
    )
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}

/** How many were. */
export async function deleteOldDeliveries(
  on: Queryable,
  { before, limit }: { before: Date; limit: number },
): Promise<number> {
  const { numDeletedRows } = await on
    .deleteFrom('webhook_deliveries')
    .where('id', 'in', (query) =>
      query
        .selectFrom('webhook_deliveries')
        .select('id')
        .where('created_at', '<', before)
        .orderBy('created_at')
        .limit(limit),
    )
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
