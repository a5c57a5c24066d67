import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { Platform } from './accounts-tables.ts'

export interface Device {
  id: string
  name: string | null
  platform: Platform | null
  createdAt: Date
  lastSeenAt: Date
  /** Sessions that live on it. */
  sessionCount: number
}

const mostListed = 100

export async function listDevices(db: Db, userId: string, now: Date): Promise<Device[]> {
  return db
    .selectFrom('devices')
    .select((select) => [
      'id',
      'name',
      'platform',
      'created_at as createdAt',
      'last_seen_at as lastSeenAt',
      select
        .selectFrom('sessions')
        .whereRef('device_id', '=', 'devices.id')
        .where('ended_at', 'is', null)
        .where('expires_at', '>', now)
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .$asScalar()
        .$notNull()
        .as('sessionCount'),
    ])
    .where('user_id', '=', userId)
    .orderBy('last_seen_at', 'desc')
    .orderBy('id', 'desc')
    .limit(mostListed)
    .execute()
}

/** Removes a device of a user with its sessions, whose access tokens it revokes. The sessions' ids, or `undefined` when there is no such device. */
export async function deleteDevice(tx: Tx, userId: string, deviceId: string): Promise<string[] | undefined> {
  const locked = await tx
    .selectFrom('devices')
    .select('id')
    .where('id', '=', deviceId)
    .where('user_id', '=', userId)
    .forUpdate() // a sign-in on this device that is under way waits, and makes the device anew
    .executeTakeFirst()
  if (!locked) return undefined
  const { rows } = await sql<{ id: string }>`
    with gone as (delete from sessions where device_id = ${deviceId} returning id, ended_at),
      revoked as (insert into revocations (kind, subject) select 'session', id from gone where ended_at is null)
    select id from gone where ended_at is null`.execute(tx)
  await tx.deleteFrom('devices').where('id', '=', deviceId).execute()
  return rows.map(({ id }) => id)
}
