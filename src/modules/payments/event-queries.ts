import type { Queryable, Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'

export interface NewEvent {
  provider: string
  eventId: string
  kind: string
  /** Sealed; absent for what is not to be processed. */
  body?: string
  bodyHash: Buffer
  /** When it is processed, should its job not have done so. */
  lookAt: Date | null
  now: Date
}

const insert = `
  insert into provider_events (provider, event_id, kind, body, body_hash, received_at, look_at, processed_at, outcome)
  values ($1, $2, $3, $4, $5, $6::timestamptz, $7::timestamptz,
    case when $4::text is null then $6::timestamptz end, case when $4::text is null then 'ignored' end)
  on conflict (provider, event_id) do nothing returning event_id`

/** Writes down what a provider says. `false` when it said so before. */
export async function insertEvent(tx: Tx, event: NewEvent): Promise<boolean> {
  const { provider, eventId, kind, body = null, bodyHash, now, lookAt } = event
  const values = [provider, eventId, kind, body, bodyHash, now, lookAt]
  return (await prepared(tx, 'add-provider-event', insert, values)).length > 0
}

export interface EventKey {
  provider: string
  eventId: string
}

/** An event that waits to be processed. */
export interface WaitingEvent extends EventKey {
  /** Sealed. */
  body: string
  /** This one included. */
  tries: number
}

const take = `
  update provider_events set tries = tries + 1,
    look_at = $3::timestamptz + greatest(interval '1 minute', ($3::timestamptz - received_at) / 2)
  where provider = $1 and event_id = $2 and processed_at is null
  returning provider, event_id as "eventId", body, tries`

/**
 * Counts a try to process an event; the next is after half of the time that has passed since it came, should this one
 * fail. `undefined` when it was processed.
 */
export const takeEvent = async (on: Queryable, { provider, eventId }: EventKey, now: Date) =>
  (await prepared<WaitingEvent>(on, 'take-provider-event', take, [provider, eventId, now]))[0]

const mark = `
  update provider_events set processed_at = $3::timestamptz, outcome = $4, look_at = null
  where provider = $1 and event_id = $2 and processed_at is null`

/** Marks an event as processed, in the transaction of what it led to. */
export const markProcessed = (on: Queryable, { provider, eventId }: EventKey, outcome: string, now: Date) =>
  prepared(on, 'mark-provider-event', mark, [provider, eventId, now, outcome])

/** Events that their jobs did not process in time, the longest waiting first. */
export const readDueEvents = (on: Queryable, now: Date, limit: number): Promise<EventKey[]> =>
  on
    .selectFrom('provider_events')
    .select(['provider', 'event_id as eventId'])
    .where('look_at', '<=', now)
    .orderBy('look_at')
    .limit(limit)
    .execute()

/** Forgets what processed events said, all but their kind and hash. How many. */
export async function forgetBodies(on: Queryable, before: Date): Promise<number> {
  const { numUpdatedRows } = await on
    .updateTable('provider_events')
    .set({ body: null })
    .where('body', 'is not', null)
    .where('received_at', '<', before)
    .where('processed_at', 'is not', null)
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}
