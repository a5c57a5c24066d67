import type { Db, Queryable, Tx } from '../../platform/database/database.ts'
import type { AreaCells } from './area-cells.ts'
import type { DarkStore, DetailedStore, ServiceArea, StoreContent, StoreStatus } from './dark-store.ts'
import './stores-tables.ts'

const columns = [
  'id',
  'code',
  'name',
  'city',
  'address_lines as addressLines',
  'pincode',
  'latitude',
  'longitude',
  'status',
  'pause_reason as pauseReason',
  'hours',
  'minimum_order_paise as minimumOrderPaise',
  'pick_minutes as pickMinutes',
  'handover_minutes as handoverMinutes',
  'pick_capacity as pickCapacity',
  'version',
  'created_at as createdAt',
  'updated_at as updatedAt',
  'archived_at as archivedAt',
] as const

const detailed = [...columns, 'service_area as serviceArea'] as const

const toStore = <Row extends { latitude: number; longitude: number }>({ latitude, longitude, ...row }: Row) => ({
  ...row,
  point: { lat: latitude, lng: longitude },
})

/** Where a store delivers, as it was submitted and in cells. */
export interface PreparedArea {
  area: ServiceArea
  cells: AreaCells
}

/** The columns are jsonb; the driver wants text. */
const asJson = (value: unknown) => JSON.stringify(value) as never

const areaColumns = ({ area, cells }: PreparedArea) => ({
  service_area: asJson(area),
  inner_cells: cells.inner,
  border_cells: cells.border,
})

const contentColumns = (content: StoreContent) => ({
  code: content.code,
  name: content.name,
  city: content.city,
  address_lines: content.addressLines,
  pincode: content.pincode,
  latitude: content.point.lat,
  longitude: content.point.lng,
  status: content.status,
  pause_reason: content.pauseReason,
  hours: asJson(content.hours),
  minimum_order_paise: content.minimumOrderPaise,
  pick_minutes: content.pickMinutes,
  handover_minutes: content.handoverMinutes,
  pick_capacity: content.pickCapacity,
})

export interface StoreFilter {
  /** None others. */
  ids?: readonly string[]
  city?: string
  status?: StoreStatus
  isArchived: boolean
}

/** In the order of their codes. */
export async function listStores(
  db: Db,
  { ids, city, status, isArchived }: StoreFilter,
  { after, limit }: { after?: string; limit: number },
): Promise<DarkStore[]> {
  let query = db
    .selectFrom('stores')
    .select(columns)
    .where('archived_at', isArchived ? 'is not' : 'is', null)
    .orderBy('code')
    .limit(limit)
  if (ids) query = query.where('id', 'in', [...ids, ''])
  if (city !== undefined) query = query.where('city', '=', city)
  if (status !== undefined) query = query.where('status', '=', status)
  if (after !== undefined) query = query.where('code', '>', after)
  return (await query.execute()).map(toStore)
}

/** Archived ones too. */
export async function readStore(on: Queryable, id: string): Promise<DetailedStore | undefined> {
  const row = await on.selectFrom('stores').select(detailed).where('id', '=', id).executeTakeFirst()
  return row && toStore(row)
}

/** Reads a store, an archived one too, and keeps others from changing it until the transaction ends. */
export async function lockStore(tx: Tx, id: string): Promise<DarkStore | undefined> {
  const row = await tx.selectFrom('stores').select(columns).where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
  return row && toStore(row)
}

/** A store that is not archived, without its area. */
export async function findStore(on: Queryable, id: string): Promise<DarkStore | undefined> {
  const query = on.selectFrom('stores').select(columns).where('id', '=', id).where('archived_at', 'is', null)
  const row = await query.executeTakeFirst()
  return row && toStore(row)
}

export async function insertStore(
  tx: Tx,
  { id, now, content, prepared }: { id: string; now: Date; content: StoreContent; prepared: PreparedArea },
): Promise<DetailedStore> {
  const row = await tx
    .insertInto('stores')
    .values({
      id,
      ...contentColumns(content),
      ...areaColumns(prepared),
      created_at: now,
      updated_at: now,
      archived_at: null,
    })
    .returning(detailed)
    .executeTakeFirstOrThrow()
  return toStore(row)
}

/** The next version of a store that is locked. */
export async function updateStore(
  tx: Tx,
  { id, version, now, content, prepared, archivedAt }: StoreUpdate,
): Promise<DetailedStore> {
  const row = await tx
    .updateTable('stores')
    .set({
      ...contentColumns(content),
      ...(prepared && areaColumns(prepared)),
      version: version + 1,
      updated_at: now,
      archived_at: archivedAt,
    })
    .where('id', '=', id)
    .returning(detailed)
    .executeTakeFirstOrThrow()
  return toStore(row)
}

export interface StoreUpdate {
  id: string
  /** The one before. */
  version: number
  now: Date
  content: StoreContent
  /** Without it the area stays. */
  prepared?: PreparedArea
  archivedAt: Date | null
}
