import { type Expression, type SqlBool, sql } from 'kysely'
import type { Database, Db, Queryable, Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import { constraintOf } from '../../platform/database/statement-error.ts'
import type { Role } from './permissions.ts'
import type { Locale, User, UserView } from './user.ts'

const columns = [
  'id',
  'phone',
  'email',
  'name',
  'locale',
  'roles',
  'store_ids as storeIds',
  'version',
  'blocked_at as blockedAt',
  'block_reason as blockReason',
  'created_at as createdAt',
  'last_active_at as lastActiveAt',
] as const

/** A user with `createdAt` as a date, as `GET /api/me` needs it. */
export type OwnRow = Omit<UserView, 'createdAt'> & { createdAt: Date }

export async function readOwnAccount(database: Pick<Database, 'lookUp'>, userId: string): Promise<OwnRow | undefined> {
  const { rows } = await database.lookUp(
    `select id, phone, email, name, locale, roles, store_ids as "storeIds", created_at as "createdAt"
     from users where id = $1 and erased_at is null`,
    [userId],
    'read-own-account',
  )
  return rows[0] as OwnRow | undefined
}

/** Where somebody is reached, and how they are spoken to. An e-mail address is one that they have proved is theirs. */
export type Contact = Pick<User, 'phone' | 'email' | 'name' | 'locale'>

const contact = 'select phone, email, name, locale from users where id = $1 and erased_at is null'

export async function readContact(on: Queryable, userId: string): Promise<Contact | undefined> {
  const [found] = await prepared<Contact>(on, 'read-contact', contact, [userId])
  return found
}

/** As what somebody works, and where; nothing once the account was erased, or while it is blocked. */
export type Staff = Pick<User, 'roles' | 'storeIds'>

export const readStaff = (on: Queryable, userId: string): Promise<Staff | undefined> =>
  on
    .selectFrom('users')
    .select(['roles', 'store_ids as storeIds'])
    .where('id', '=', userId)
    .where('erased_at', 'is', null)
    .where('blocked_at', 'is', null)
    .executeTakeFirst()

export async function readUser(db: Queryable, userId: string): Promise<User | undefined> {
  return db
    .selectFrom('users')
    .select(columns)
    .where('id', '=', userId)
    .where('erased_at', 'is', null)
    .executeTakeFirst()
}

/** Reads an account and keeps others from changing it until the transaction ends. */
export async function lockUser(tx: Tx, userId: string): Promise<User | undefined> {
  return tx
    .selectFrom('users')
    .select(columns)
    .where('id', '=', userId)
    .where('erased_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
}

const hold = 'select id from users where id = $1 and erased_at is null for key share'

/** Whether an account is still there. If so, it is not erased until the transaction ends; others may do the same. */
export async function holdAccount(tx: Tx, userId: string): Promise<boolean> {
  const rows = await prepared(tx, 'hold-account', hold, [userId])
  return rows.length > 0
}

/** The ids of all admins who are not blocked; who they are stays so until the transaction ends. */
export async function lockAdmins(tx: Tx): Promise<string[]> {
  const rows = await tx
    .selectFrom('users')
    .select(['id', 'blocked_at'])
    .where(sql<SqlBool>`roles @> '{admin}'`)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.filter(({ blocked_at }) => blocked_at === null).map(({ id }) => id)
}

export async function readByIdentity(
  db: Queryable,
  by: 'phone' | 'email',
  identity: string,
): Promise<Pick<User, 'id' | 'blockedAt'> | undefined> {
  return db.selectFrom('users').select(['id', 'blocked_at as blockedAt']).where(by, '=', identity).executeTakeFirst()
}

/** The account of a number, made when there is none. */
export async function ensureByPhone(tx: Tx, id: string, phone: string, now: Date): Promise<string> {
  const { id: found } = await tx
    .insertInto('users')
    .values({
      id,
      phone,
      created_at: now,
      last_active_at: now,
      phone_active_at: now,
      name: null,
      email: null,
      locale: null,
    })
    .onConflict((conflict) => conflict.column('phone').doUpdateSet({ phone }))
    .returning('id')
    .executeTakeFirstOrThrow()
  return found
}

/**
 * Takes a number that slept too long to be sure that it is still the same person's from its account, unless that knows
 * the device. The account's id, when it lost its number now.
 */
export async function releaseIdleNumber(
  tx: Tx,
  phone: string,
  { idleSince, clientKeyHash }: { idleSince: Date; clientKeyHash: Buffer | null },
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    update users set phone = null, phone_active_at = null
    where phone = ${phone} and blocked_at is null and phone_active_at < ${idleSince} and not exists (
      select from devices where devices.user_id = users.id and devices.client_key_hash = ${clientKeyHash})
    returning id`.execute(tx)
  return rows[0]?.id
}

export async function updateProfile(
  db: Db,
  userId: string,
  profile: { name?: string | null; locale?: Locale | null },
): Promise<OwnRow | undefined> {
  return db
    .updateTable('users')
    .set(profile)
    .where('id', '=', userId)
    .where('erased_at', 'is', null)
    .returning(['id', 'phone', 'email', 'name', 'locale', 'roles', 'store_ids as storeIds', 'created_at as createdAt'])
    .executeTakeFirst()
}

/** Gives an account a phone or e-mail. Of several accounts that want one, one gets it; for the others see `isTaken`. `false` when it was erased or blocked. */
export async function updateIdentity(
  tx: Tx,
  userId: string,
  identity: { phone: string; phone_active_at: Date } | { email: string },
): Promise<boolean> {
  const updated = await tx
    .updateTable('users')
    .set(identity)
    .where('id', '=', userId)
    .where('erased_at', 'is', null)
    .where('blocked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return updated !== undefined
}

const identityConstraints: unknown[] = ['users_phone_key', 'users_email_key']

/** Whether a transaction failed because another account has the phone or e-mail. */
export const isTaken = (error: unknown): boolean => identityConstraints.includes(constraintOf(error))

export interface AccessChange {
  roles: readonly Role[]
  storeIds: readonly string[]
  blockedAt: Date | null
  blockReason: string | null
}

/** Changes what an account may do; the new version makes its older access tokens stale. */
export async function updateAccess(tx: Tx, userId: string, change: AccessChange): Promise<User> {
  return tx
    .updateTable('users')
    .set((value) => ({
      roles: [...change.roles],
      store_ids: [...change.storeIds],
      blocked_at: change.blockedAt,
      block_reason: change.blockReason,
      version: value('version', '+', 1),
    }))
    .where('id', '=', userId)
    .returning(columns)
    .executeTakeFirstOrThrow()
}

/** Takes everything personal out of an account and everything that hangs on it. Its new version. */
export async function eraseUser(tx: Tx, userId: string, now: Date): Promise<number> {
  const { version } = await tx
    .updateTable('users')
    .set((value) => ({
      phone: null,
      phone_active_at: null,
      email: null,
      name: null,
      locale: null,
      block_reason: null,
      roles: ['customer' as Role],
      store_ids: [],
      erased_at: now,
      version: value('version', '+', 1),
    }))
    .where('id', '=', userId)
    .returning('version')
    .executeTakeFirstOrThrow()
  await tx.deleteFrom('addresses').where('user_id', '=', userId).execute()
  await tx.deleteFrom('sessions').where('user_id', '=', userId).execute()
  await tx.deleteFrom('devices').where('user_id', '=', userId).execute()
  return version
}

export interface UserPage {
  /** A whole number found in the search text; then nothing else is looked for. */
  phone?: string
  /** The beginning of a name or an e-mail address, in lower case. */
  beginning?: string
  role?: Role
  /** Users before this id. */
  before?: string
  limit: number
}

const asPattern = (beginning: string): string => `${beginning.replace(/[\\%_]/g, '\\$&')}%`

/** The newest accounts first. */
export async function listUsers(db: Db, { phone, beginning, role, before, limit }: UserPage): Promise<User[]> {
  return db
    .selectFrom('users')
    .select(columns)
    .where('erased_at', 'is', null)
    .where((where) => {
      const wanted: Expression<SqlBool>[] = []
      if (phone !== undefined) wanted.push(where('phone', '=', phone))
      if (beginning !== undefined) {
        const pattern = asPattern(beginning)
        const name = sql<string>`lower(name) collate "C"`
        wanted.push(where.or([where('email', 'like', pattern), where(name, 'like', pattern)]))
      }
      if (role !== undefined) wanted.push(sql<SqlBool>`roles @> array[${role}]`)
      if (before !== undefined) wanted.push(where('id', '<', before))
      return where.and(wanted)
    })
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}
