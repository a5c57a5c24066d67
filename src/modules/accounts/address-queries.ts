import { sql } from 'kysely'
import type { Db, Queryable, Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { Address, AddressContent } from './address.ts'

const columns = [
  'id',
  'label',
  'lines',
  'landmark',
  'pincode',
  'latitude',
  'longitude',
  'instructions',
  'is_default as isDefault',
] as const

type Row = Omit<Address, 'point'> & { latitude: number | null; longitude: number | null }

const toAddress = ({ latitude, longitude, ...row }: Row): Address => ({
  ...row,
  point: latitude === null || longitude === null ? null : { lat: latitude, lng: longitude },
})

/** Named one by one: whatever else a client sends names no column. What is absent stays as it is. */
const toColumns = ({ label, lines, landmark, pincode, point, instructions }: Partial<AddressContent>) => ({
  ...(label !== undefined && { label }),
  ...(lines !== undefined && { lines }),
  ...(landmark !== undefined && { landmark }),
  ...(pincode !== undefined && { pincode }),
  ...(instructions !== undefined && { instructions }),
  ...(point !== undefined && { latitude: point?.lat ?? null, longitude: point?.lng ?? null }),
})

/** The default first, then the latest. */
export async function listAddresses(db: Db, userId: string): Promise<Address[]> {
  const rows = await db
    .selectFrom('addresses')
    .select(columns)
    .where('user_id', '=', userId)
    .orderBy('is_default', 'desc')
    .orderBy('id', 'desc')
    .execute()
  return rows.map(toAddress)
}

const one = `
  select id, label, lines, landmark, pincode, latitude, longitude, instructions, is_default as "isDefault"
  from addresses where id = $1 and user_id = $2`

/** An address, when it is this user's. */
export async function readAddress(on: Queryable, userId: string, id: string): Promise<Address | undefined> {
  const [row] = await prepared<Row>(on, 'read-address', one, [id, userId])
  return row && toAddress(row)
}

/** To be called with the account locked: then nobody adds another meanwhile. */
export async function countAddresses(tx: Tx, userId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('addresses')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  return count
}

export interface NewAddress {
  id: string
  userId: string
  now: Date
  isDefault: boolean
  content: AddressContent
}

export async function insertAddress(tx: Tx, { id, userId, now, isDefault, content }: NewAddress): Promise<Address> {
  const { label, lines, landmark, pincode, point, instructions } = content
  const row = await tx
    .insertInto('addresses')
    .values({
      label,
      lines,
      landmark,
      pincode,
      instructions,
      id,
      user_id: userId,
      latitude: point?.lat ?? null,
      longitude: point?.lng ?? null,
      is_default: isDefault,
      created_at: now,
      updated_at: now,
    })
    .returning(columns)
    .executeTakeFirstOrThrow()
  return toAddress(row)
}

export async function updateAddress(
  tx: Tx,
  { id, userId, now, content }: { id: string; userId: string; now: Date; content: Partial<AddressContent> },
): Promise<Address | undefined> {
  const row = await tx
    .updateTable('addresses')
    .set({ ...toColumns(content), updated_at: now })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .returning(columns)
    .executeTakeFirst()
  return row && toAddress(row)
}

/** Makes one address of a user the default and no other, in one statement; nothing when it is not the user's. */
export async function makeDefault(tx: Tx, userId: string, id: string): Promise<void> {
  await sql`
    with chosen as (
      select id from addresses where id = ${id} and user_id = ${userId}
    ), cleared as (
      update addresses set is_default = false
      where user_id = ${userId} and is_default and id <> ${id} and exists (select from chosen)
      returning id
    )
    update addresses set is_default = true
    where id = (select id from chosen) and (select count(*) from cleared) >= 0`.execute(tx) // cleared first: the index allows one
}

/** Deletes an address of a user; when it was the default, the latest of the others becomes it. Whether there was one. */
export async function deleteAddress(tx: Tx, userId: string, id: string): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    with gone as (
      delete from addresses where id = ${id} and user_id = ${userId} returning id, is_default
    ), heir as (
      update addresses set is_default = true
      where (select is_default from gone)
        and id = (select max(id) from addresses where user_id = ${userId} and id <> ${id})
      returning id
    )
    select id from gone`.execute(tx)
  return rows.length > 0
}
