import type { Client } from 'pg'
import { makeStores } from '../browse/make-stores.ts'

/** Stores that sell. */
export const storeCount = 3
/** Numbered from 1, and at home around the stores in turn. */
export const customerCount = 100_000

/** Of the store that a customer lives around. */
export const storeNumberOf = (customer: number): number => (customer % storeCount) + 1

/** The tables that `addCustomers` fills. */
export const customerTables = ['users', 'addresses'] as const

const idOf = (prefix: string) => `'${prefix}_' || lpad(number::text, 26, '0')`
const madeAt = '2026-11-01T00:00:00Z'

/** From -1 to 1, always the same for a number. */
const drawn = (salt: string): string => `((hashtextextended('${salt}' || number, 5) & 1048575) / 524288.0 - 1)`

/** Everybody lives within 700 m of a store, so that it is the nearest. */
const insert = `
  with made as (
    insert into users (id, phone, name, created_at, last_active_at, phone_active_at)
    select ${idOf('usr')}, '+919' || lpad(number::text, 9, '0'), 'Customer ' || number, '${madeAt}', '${madeAt}', '${madeAt}'
    from generate_series(1, $1::int) as number
  )
  insert into addresses (id, user_id, label, lines, landmark, pincode, latitude, longitude, is_default, created_at, updated_at)
  select ${idOf('adr')}, ${idOf('usr')}, 'Home', array['Flat ' || number, 'Main Road'], 'Opposite the park', '560001',
    lat + ${drawn('lat')} * 0.0045, lng + ${drawn('lng')} * 0.0045, true, '${madeAt}', '${madeAt}'
  from generate_series(1, $1::int) as number
    join unnest($2::float[], $3::float[]) with ordinality as store (lat, lng, place) on place = number % ${storeCount} + 1`

/** Adds all customers, each with an address. */
export async function addCustomers(client: Client): Promise<void> {
  const points = makeStores(storeCount).map(({ point }) => point)
  await client.query(insert, [customerCount, points.map(({ lat }) => lat), points.map(({ lng }) => lng)])
}
