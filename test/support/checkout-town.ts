import { pino } from 'pino'
import { signAccessToken } from '../../src/modules/accounts/access-token.ts'
import { deriveAccountKeys } from '../../src/modules/accounts/account-keys.ts'
import type { Role } from '../../src/modules/accounts/index.ts'
import { unsealPrivateKey } from '../../src/modules/accounts/sealed-key.ts'
import { connectDatabase } from '../../src/platform/database/connect-database.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { newId } from '../../src/platform/ids.ts'
import { publicUrl, secretKey } from './accounts.ts'
import { settingsFor } from './databases.ts'
import { aSquare, aStore } from './shop.ts'
import { startOrders } from './started-orders.ts'
import { stockUp } from './stock.ts'

export interface Shop {
  id: string
  /** The first two are what everybody wants. */
  variantIds: string[]
}

export type Line = readonly [variantId: string, quantity: number]

export interface Townsman {
  userId: string
  addressId: string
  shop: Shop
}

/** Stores, what they sell, and all who shop and work there. */
export interface Town {
  database: Database
  shops: Shop[]
  customers: Townsman[]
  couponCode: string
  /** Puts this into the cart of a customer, straight into the table, in the place of whatever is in it. */
  fill(customer: Townsman, lines: readonly Line[], couponCode: string | null): Promise<void>
  /** Works in all stores. */
  managerId: string
  /** Good for a quarter of an hour, without a sign-in. */
  tokenOf(userId: string, roles?: readonly Role[]): string
  /** What must be in no log. */
  secrets: string[]
  end(): Promise<void>
}

export interface TownPlan {
  customers: number
  /** Units of each of the two variants that everybody wants, and of each of the others. */
  hotUnits: number
  units: number
  couponUses: number
}

const patient = {
  DATABASE_CONNECT_TIMEOUT_MS: '5000',
  DATABASE_STATEMENT_TIMEOUT_MS: '10000',
  DATABASE_POOL_SIZE: '6',
}
const variants = 6
const tokenLifeMs = 300_000
const phoneOf = (at: number) => `+9197${String(10_000_000 + at)}`

/** Everybody lives where his store is, 0.1 degrees from the next. */
const addPeople = `
  with person as (select * from unnest($1::text[], $2::text[], $3::text[], $4::float[]) as p (user_id, address_id, phone, lat)),
  added as (
    insert into users (id, phone, name, roles, created_at, last_active_at, phone_active_at)
    select user_id, phone, 'Shopper ' || right(phone, 6), '{customer}', now(), now(), now() from person returning id
  )
  insert into addresses (id, user_id, label, lines, pincode, latitude, longitude, is_default, created_at, updated_at)
  select address_id, user_id, 'Home', array['Flat ' || right(phone, 6), 'Quiet Lane'], '560038', lat, $5, true, now(), now()
  from person where exists (select from added)`

const putCart = `
  insert into carts (id, user_id, store_id, address_id, lines, coupon_code, tip_paise, created_at, touched_on)
  values ($1, $2, $3, $4, $5::jsonb, $6, 0, now(), current_date)
  on conflict (user_id) do update set store_id = excluded.store_id, address_id = excluded.address_id,
    lines = excluded.lines, coupon_code = excluded.coupon_code`

export async function makeTown(url: string, plan: TownPlan): Promise<Town> {
  const database = await connectDatabase(settingsFor({ DATABASE_URL: url, ...patient }), {
    log: pino({ level: 'silent' }),
  })
  const maker = await startOrders(database)
  const { lat, lng } = aStore().point
  const points = [lat, lat + 0.1].map((each) => ({ lat: each, lng }))
  const shops: Shop[] = []
  for (const point of points) {
    const fields = { point, serviceArea: aSquare(point), minimumOrderPaise: 5000, pickCapacity: 200 }
    const { id, variantIds } = await maker.aShop({ count: variants, quantity: 0, fields })
    await stockUp(database, id, variantIds.slice(0, 2), plan.hotUnits)
    await stockUp(database, id, variantIds.slice(2), plan.units)
    shops.push({ id, variantIds })
  }
  const couponCode = await maker.addCoupon({ totalLimit: plan.couponUses, customerLimit: 2 })
  await maker.end()

  const at = Array.from({ length: plan.customers + 1 }, (_, number) => number)
  const people = at.map((number) => ({
    userId: newId('usr'),
    addressId: newId('adr'),
    shop: shops[number % shops.length] as Shop,
  }))
  const userIds = people.map(({ userId }) => userId)
  const addressIds = people.map(({ addressId }) => addressId)
  const lats = at.map((number) => (points[number % points.length] as { lat: number }).lat)
  await database.raw(addPeople, [userIds, addressIds, at.map(phoneOf), lats, lng])

  const [stored] = (
    await database.raw(
      'select id, sealed_private_key as "sealedPrivateKey" from signing_keys where retired_at is null',
      [],
    )
  ).rows as { id: string; sealedPrivateKey: Buffer }[]
  const { signingKeys } = deriveAccountKeys(secretKey)
  const privateKey = stored && unsealPrivateKey(stored.sealedPrivateKey, stored.id, signingKeys)
  if (!stored || !privateKey) throw new Error('there is no signing key')
  const tokens = new Map<string, { token: string; madeAt: number }>()
  const [manager, ...customers] = people as [Townsman, ...Townsman[]]
  return {
    database,
    shops,
    customers,
    couponCode,
    async fill({ userId, addressId, shop }, lines, code) {
      const content = lines.map(([variantId, quantity], addedAt) => {
        const pricePaise = 2500 * (shop.variantIds.indexOf(variantId) + 1)
        return [variantId, { quantity, pricePaise, addedAt }]
      })
      const values = [newId('crt'), userId, shop.id, addressId, JSON.stringify(Object.fromEntries(content)), code]
      await database.raw(putCart, values)
    },
    managerId: manager.userId,
    tokenOf(userId, roles = ['customer']) {
      const known = tokens.get(userId)
      if (known && Date.now() - known.madeAt < tokenLifeMs) return known.token
      const storeIds = roles.includes('storeManager') ? shops.map(({ id }) => id) : []
      const claims = { userId, sessionId: newId('ses'), roles, storeIds, version: 1 }
      const made = { issuer: publicUrl, now: Date.now() }
      const token = signAccessToken({ id: stored.id, privateKey }, claims, made)
      tokens.set(userId, { token, madeAt: made.now })
      return token
    },
    get secrets() {
      return ['Quiet Lane', ...[...tokens.values()].map(({ token }) => token.slice(-40))]
    },
    end: () => database.close(),
  }
}
