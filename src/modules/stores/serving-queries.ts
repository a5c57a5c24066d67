import type { Queryable } from '../../platform/database/database.ts'
import type { AreaCells } from './area-cells.ts'
import type { ServingStore } from './serviceability.ts'
import './stores-tables.ts'

/** Of every store that is not archived. */
export const readVersions = (on: Queryable): Promise<{ id: string; version: number }[]> =>
  on.selectFrom('stores').select(['id', 'version']).where('archived_at', 'is', null).execute()

/** These stores, without those that are archived by now. */
export async function readServing(
  on: Queryable,
  ids: readonly string[],
): Promise<{ store: ServingStore; cells: AreaCells }[]> {
  if (ids.length === 0) return []
  const rows = await on
    .selectFrom('stores')
    .select(['id', 'version', 'code', 'name', 'latitude', 'longitude', 'status', 'hours'])
    .select(['pause_reason as pauseReason', 'minimum_order_paise as minimumOrderPaise', 'pick_minutes as pickMinutes'])
    .select(['handover_minutes as handoverMinutes', 'pick_capacity as pickCapacity', 'service_area as area'])
    .select(['inner_cells as inner', 'border_cells as border'])
    .where('id', 'in', ids)
    .where('archived_at', 'is', null)
    .execute()
  return rows.map(({ latitude, longitude, inner, border, ...row }) => ({
    store: { ...row, point: { lat: latitude, lng: longitude } },
    cells: { inner, border },
  }))
}

/** By their codes; archived ones and codes that are nobody's are left out. */
export async function findStoreIdsByCode(on: Queryable, codes: readonly string[]): Promise<Map<string, string>> {
  if (codes.length === 0) return new Map()
  const rows = await on
    .selectFrom('stores')
    .select(['id', 'code'])
    .where('code', 'in', codes)
    .where('archived_at', 'is', null)
    .execute()
  return new Map(rows.map(({ id, code }) => [code, id]))
}

/** The code of every store that is not archived, by its id. */
export async function readStoreCodes(on: Queryable): Promise<Map<string, string>> {
  const rows = await on.selectFrom('stores').select(['id', 'code']).where('archived_at', 'is', null).execute()
  return new Map(rows.map(({ id, code }) => [id, code]))
}
