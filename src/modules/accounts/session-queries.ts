import { sql } from 'kysely'
import type { Database, Db, Queryable } from '../../platform/database/database.ts'
import type { EndReason, Platform } from './accounts-tables.ts'
import type { Role } from './permissions.ts'
import type { Locale } from './user.ts'

export interface NewSession {
  /** The column that knows the identity, and what it says. */
  by: 'phone' | 'email'
  identity: string
  /** Of the account, should there be none yet. */
  userId: string
  deviceId: string
  sessionId: string
  auditId: string
  clientKeyHash: Buffer | null
  deviceName: string | null
  platform: Platform | null
  refreshDigest: Buffer
  userAgent: string | null
  source: string
  now: Date
  expiresAt: Date
  /** A number that was last active before this belongs to it only on a device that the account knows. */
  idleSince: Date
}

export interface SessionUser {
  id: string
  phone: string | null
  email: string | null
  name: string | null
  locale: Locale | null
  roles: Role[]
  storeIds: string[]
  version: number
  createdAt: Date
}

const userColumns = 'id, phone, email, name, locale, roles, store_ids as "storeIds", version, created_at as "createdAt"'

/** Numbers are handed on to other people; e-mail addresses are not. */
const isStillTheirs = {
  phone: `and (users.phone_active_at >= $14 or exists (
      select from devices where devices.user_id = users.id and devices.client_key_hash = $6))`,
  email: '',
}

/** The upsert is where two first sign-ins of one identity meet: the second waits, and then finds the first one's account. */
const openSession = (by: 'phone' | 'email') => `
  with account as (
    insert into users (id, ${by}, created_at, last_active_at, phone_active_at)
    values ($1, $2, $12::timestamptz, $12, ${by === 'phone' ? '$12' : 'null'})
    on conflict (${by}) do update set last_active_at = excluded.last_active_at,
      phone_active_at = coalesce(excluded.phone_active_at, users.phone_active_at)
      where users.blocked_at is null ${isStillTheirs[by]}
    returning ${userColumns}
  ), device as (
    insert into devices (id, user_id, client_key_hash, name, platform, created_at, last_seen_at)
    select $3, account.id, $6::bytea, $7, $8, $12, $12 from account
    on conflict (user_id, client_key_hash) do update set last_seen_at = excluded.last_seen_at,
      name = coalesce(excluded.name, devices.name), platform = coalesce(excluded.platform, devices.platform)
    returning id
  ), session as (
    insert into sessions (id, user_id, device_id, by_phone, refresh_digest, user_agent, rotated_at, created_at, last_used_at, expires_at)
    select $4, account.id, device.id, ${by === 'phone'}, $9::bytea, $10, $12, $12, $12, $13::timestamptz from account, device
  ), audit as (
    insert into audit_events (id, at, kind, user_id, source, details)
    select $5, $12, 'sign_in.succeeded', account.id, $11, jsonb_build_object('by', '${by}', 'isNewUser', account.id = $1)
    from account
  )
  select * from account`

const openSessionBy = { phone: openSession('phone'), email: openSession('email') }

/**
 * Opens a session in the account of an identity, which is made when there is none: all of it in one statement. Nothing
 * happens, and `undefined` comes back, when that account is blocked or its number may have become another person's.
 */
export async function insertSession(
  database: Pick<Database, 'raw'>,
  session: NewSession,
): Promise<SessionUser | undefined> {
  const values = [
    session.userId,
    session.identity,
    session.deviceId,
    session.sessionId,
    session.auditId,
    session.clientKeyHash,
    session.deviceName,
    session.platform,
    session.refreshDigest,
    session.userAgent,
    session.source,
    session.now,
    session.expiresAt,
  ]
  if (session.by === 'phone') values.push(session.idleSince)
  const { rows } = await database.raw(openSessionBy[session.by], values, `open-session-by-${session.by}`)
  return rows[0] as SessionUser | undefined
}

/** Sessions are found by digest as well, so that a token of a restored or foreign database renews nothing. */
const renewSession = `
  with renewed as (
    update sessions set generation = generation + 1, refresh_digest = $4, rotated_at = $5, last_used_at = $5, expires_at = $6
    where id = $1 and generation = $2 and refresh_digest = $3 and ended_at is null and expires_at > $5
    returning user_id, by_phone
  ), active as (
    update users set last_active_at = $5,
      phone_active_at = case when by_phone and phone is not null then $5 else phone_active_at end
    from renewed
    where users.id = renewed.user_id and users.last_active_at < $7
  )
  select ${userColumns} from users where id = (select user_id from renewed)`

export interface Renewal {
  sessionId: string
  generation: number
  digest: Buffer
  nextDigest: Buffer
  now: Date
  expiresAt: Date
}

const dayMs = 86_400_000

/** Moves a session on to its next refresh token. Of callers with one token at once the first gets the row, the others nothing. */
export async function rotateSession(
  database: Pick<Database, 'raw'>,
  { sessionId, generation, digest, nextDigest, now, expiresAt }: Renewal,
): Promise<SessionUser | undefined> {
  const dayBefore = new Date(now.getTime() - dayMs)
  const values = [sessionId, generation, digest, nextDigest, now, expiresAt, dayBefore]
  const { rows } = await database.raw(renewSession, values, 'renew-session')
  return rows[0] as SessionUser | undefined
}

export interface SessionStanding extends SessionUser {
  generation: number
  refreshDigest: Buffer
  rotatedAt: Date
  expiresAt: Date
  endedAt: Date | null
}

/** How a session stands, with its user. */
export async function readSession(db: Queryable, sessionId: string): Promise<SessionStanding | undefined> {
  return db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select([
      'users.id',
      'phone',
      'email',
      'users.name',
      'locale',
      'roles',
      'store_ids as storeIds',
      'version',
      'users.created_at as createdAt',
      'generation',
      'refresh_digest as refreshDigest',
      'rotated_at as rotatedAt',
      'expires_at as expiresAt',
      'ended_at as endedAt',
    ])
    .where('sessions.id', '=', sessionId)
    .executeTakeFirst()
}

export interface LiveSession {
  id: string
  deviceId: string
  deviceName: string | null
  platform: Platform | null
  userAgent: string | null
  createdAt: Date
  lastUsedAt: Date
  expiresAt: Date
}

/** More than anybody has; the newest ones count. */
const mostListed = 100

export async function listLiveSessions(db: Db, userId: string, now: Date): Promise<LiveSession[]> {
  return db
    .selectFrom('sessions')
    .innerJoin('devices', 'devices.id', 'sessions.device_id')
    .select([
      'sessions.id',
      'device_id as deviceId',
      'devices.name as deviceName',
      'platform',
      'user_agent as userAgent',
      'sessions.created_at as createdAt',
      'last_used_at as lastUsedAt',
      'expires_at as expiresAt',
    ])
    .where('sessions.user_id', '=', userId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('sessions.id', 'desc')
    .limit(mostListed)
    .execute()
}

/** Which of a user's sessions; with neither, all. */
export interface SessionChoice {
  only?: string
  except?: string
}

/**
 * Ends sessions, and in the same statement revokes their access tokens. Each session ends once: the ids of those that
 * ended now.
 */
export async function endSessions(
  db: Queryable,
  userId: string,
  { only, except }: SessionChoice,
  { reason, now }: { reason: EndReason; now: Date },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with ended as (
      update sessions set ended_at = ${now}, end_reason = ${reason}
      where user_id = ${userId} and ended_at is null
        and (${only ?? null}::text is null or id = ${only ?? null})
        and (${except ?? null}::text is null or id <> ${except ?? null})
      returning id
    ), revoked as (
      insert into revocations (kind, subject) select 'session', id from ended
    )
    select id from ended`.execute(db)
  return rows.map(({ id }) => id)
}
