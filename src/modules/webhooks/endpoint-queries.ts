import { type SqlBool, sql } from 'kysely'
import type { Queryable, Tx } from '../../platform/database/database.ts'
import type { DisabledReason, Endpoint } from './endpoint.ts'

const columns = [
  'id',
  'url',
  'description',
  'event_types as eventTypes',
  'store_ids as storeIds',
  'is_enabled as isEnabled',
  'disabled_reason as disabledReason',
  'failing_since as failingSince',
  'created_at as createdAt',
  'updated_at as updatedAt',
] as const

const secretColumns = [
  'secret',
  'previous_secret as previousSecret',
  'previous_secret_until as previousSecretUntil',
] as const

/** Sealed, both. */
export interface EndpointSecrets {
  secret: string
  previousSecret: string | null
  previousSecretUntil: Date | null
}

export type SigningEndpoint = Endpoint & EndpointSecrets

export const readEndpoint = (on: Queryable, id: string): Promise<SigningEndpoint | undefined> =>
  on
    .selectFrom('webhook_endpoints')
    .select([...columns, ...secretColumns])
    .where('id', '=', id)
    .executeTakeFirst()

/** Keeps others from changing it until the transaction ends. */
export const lockEndpoint = (tx: Tx, id: string): Promise<SigningEndpoint | undefined> =>
  tx
    .selectFrom('webhook_endpoints')
    .select([...columns, ...secretColumns])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()

/** The newest first; with `within`, those that are about these stores only. */
export function readEndpoints(
  on: Queryable,
  { within, before, limit }: { within?: readonly string[]; before?: string; limit: number },
): Promise<Endpoint[]> {
  let query = on.selectFrom('webhook_endpoints').select(columns)
  if (within) query = query.where(sql<SqlBool>`store_ids <@ ${within}::text[]`)
  if (before !== undefined) query = query.where('id', '<', before)
  return query.orderBy('id', 'desc').limit(limit).execute()
}

export const readEnabledEndpoints = (on: Queryable): Promise<Endpoint[]> =>
  on.selectFrom('webhook_endpoints').select(columns).where('is_enabled', '=', true).execute()

/** Enabled endpoints with a message that is due. */
export async function readDueEndpoints(on: Queryable, now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from webhook_endpoints
    where is_enabled and exists (
      select from webhook_deliveries where endpoint_id = webhook_endpoints.id and status = 'waiting' and due_at <= ${now})`.execute(
    on,
  )
  return rows.map(({ id }) => id)
}

export async function countEndpoints(on: Queryable): Promise<number> {
  const { count } = await on
    .selectFrom('webhook_endpoints')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

export type EndpointFields = Pick<Endpoint, 'url' | 'description' | 'eventTypes' | 'storeIds' | 'isEnabled'>

export const insertEndpoint = (
  tx: Tx,
  { id, url, description, eventTypes, storeIds, isEnabled }: EndpointFields & { id: string },
  { secret, createdBy, now }: { secret: string; createdBy: string; now: Date },
): Promise<Endpoint> =>
  tx
    .insertInto('webhook_endpoints')
    .values({
      id,
      url,
      description,
      event_types: eventTypes && [...eventTypes],
      store_ids: storeIds && [...storeIds],
      is_enabled: isEnabled,
      secret,
      created_by: createdBy,
      created_at: now,
      updated_at: now,
    })
    .returning(columns)
    .executeTakeFirstOrThrow()

/** What was known of its failures is forgotten. */
export const updateEndpoint = (
  tx: Tx,
  id: string,
  { url, description, eventTypes, storeIds, isEnabled }: EndpointFields,
  now: Date,
): Promise<Endpoint> =>
  tx
    .updateTable('webhook_endpoints')
    .set({
      url,
      description,
      event_types: eventTypes && [...eventTypes],
      store_ids: storeIds && [...storeIds],
      is_enabled: isEnabled,
      disabled_reason: null,
      failing_since: null,
      updated_at: now,
    })
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirstOrThrow()

export async function deleteEndpoint(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('webhook_endpoints').where('id', '=', id).execute()
}

export async function replaceSecret(
  tx: Tx,
  id: string,
  { secret, previousUntil, now }: { secret: string; previousUntil: Date; now: Date },
): Promise<void> {
  await tx
    .updateTable('webhook_endpoints')
    .set(({ ref }) => ({
      previous_secret: ref('secret'),
      previous_secret_until: previousUntil,
      secret,
      updated_at: now,
    }))
    .where('id', '=', id)
    .execute()
}

/** Something reached it. */
export async function markReached(on: Queryable, id: string): Promise<void> {
  await on
    .updateTable('webhook_endpoints')
    .set({ failing_since: null })
    .where('id', '=', id)
    .where('failing_since', 'is not', null)
    .execute()
}

/** Nothing did. Since when. */
export async function markFailing(on: Queryable, id: string, now: Date): Promise<Date | null> {
  const row = await on
    .updateTable('webhook_endpoints')
    .set({ failing_since: sql<Date>`coalesce(failing_since, ${now})` })
    .where('id', '=', id)
    .returning('failing_since as since')
    .executeTakeFirst()
  return row?.since ?? null
}

/** `false` when it was disabled already. */
export async function disableEndpoint(
  tx: Tx,
  id: string,
  { reason, now }: { reason: DisabledReason; now: Date },
): Promise<boolean> {
  const row = await tx
    .updateTable('webhook_endpoints')
    .set({ is_enabled: false, disabled_reason: reason, updated_at: now })
    .where('id', '=', id)
    .where('is_enabled', '=', true)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export const readSecrets = (on: Queryable): Promise<(EndpointSecrets & { id: string })[]> =>
  on
    .selectFrom('webhook_endpoints')
    .select(['id', ...secretColumns])
    .execute()

/** Only while the secret is still the one that was read. */
export async function resealSecret(on: Queryable, id: string, { before, after }: { before: string; after: string }) {
  await on
    .updateTable('webhook_endpoints')
    .set({ secret: after })
    .where('id', '=', id)
    .where('secret', '=', before)
    .execute()
}
