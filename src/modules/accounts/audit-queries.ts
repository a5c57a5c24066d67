import { sql } from 'kysely'
import type { Db, Queryable } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { AuditEvent, AuditKind } from './audit.ts'

export interface ListedEvent {
  id: string
  at: Date
  kind: string
  userId: string | null
  actorId: string | null
  source: string | null
  details: Record<string, unknown>
}

export async function insertAuditEvents(db: Queryable, at: Date, events: readonly AuditEvent[]): Promise<void> {
  const rows = events.map(({ kind, userId = null, actorId = null, source = null, details = {} }) => ({
    id: newId('aud'),
    at,
    kind,
    user_id: userId,
    actor_id: actorId,
    source,
    details: JSON.stringify(details) as never, // the column is jsonb; the driver wants text
  }))
  await db.insertInto('audit_events').values(rows).execute()
}

/** A sign-in that failed, for an identity that may be somebody's account or nobody's. */
export interface FailedSignIn {
  at: Date
  phone: string | null
  email: string | null
  source: string
  /** What the identity is called as long as it is nobody's. */
  pseudonym: string
  reason: string
}

/** Writes many failures as one statement. Those of an account are filed under it, the others under a keyed hash. */
export async function insertFailedSignIns(db: Db, failures: readonly FailedSignIn[]): Promise<void> {
  const rows = JSON.stringify(failures.map((failure) => ({ id: newId('aud'), ...failure })))
  await sql`
    insert into audit_events (id, at, kind, user_id, source, details)
    select failure.id, failure.at, 'sign_in.failed', users.id, failure.source,
      case when users.id is null
        then jsonb_build_object('reason', failure.reason, 'identity', failure.pseudonym)
        else jsonb_build_object('reason', failure.reason) end
    from jsonb_to_recordset(${rows}::jsonb) as failure
      (id text, at timestamptz, phone text, email text, source text, pseudonym text, reason text)
    left join users on users.phone = failure.phone or users.email = failure.email`.execute(db)
}

export interface AuditPage {
  userId?: string
  kind?: AuditKind
  /** Events before this id. */
  before?: string
  limit: number
}

/** The newest events first. */
export async function listAuditEvents(db: Db, { userId, kind, before, limit }: AuditPage): Promise<ListedEvent[]> {
  return db
    .selectFrom('audit_events')
    .select(['id', 'at', 'kind', 'user_id as userId', 'actor_id as actorId', 'source', 'details'])
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId as string))
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind as string))
    .$if(before !== undefined, (query) => query.where('id', '<', before as string))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}
