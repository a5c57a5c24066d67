import type { Queryable } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import { type CartContents, type CartDetails, mostLines } from './cart-contents.ts'
import { columns, contentValues, dayOf, one, type Row, toContents } from './cart-rows.ts'

const ofAccount = `select ${columns} from carts where user_id = $1`
const ofGuest = (id: string) => `select ${columns} from carts where id = ${id} and user_id is null`

/** Whose cart is asked for: of an account, of a guest's handle, or of both. */
export interface CartOwner {
  userId: string | null
  guestCartId: string | null
}

/** An account's cart and a guest's, as far as they are there. */
export async function readCarts(on: Queryable, { userId, guestCartId }: CartOwner): Promise<CartContents[]> {
  if (userId === null && guestCartId === null) return []
  const rows =
    guestCartId === null
      ? await prepared<Row>(on, 'read-account-cart', ofAccount, [userId])
      : userId === null
        ? await prepared<Row>(on, 'read-guest-cart', ofGuest('$1'), [guestCartId])
        : await prepared<Row>(on, 'read-carts', `${ofAccount} union all ${ofGuest('$2')}`, [userId, guestCartId])
  return rows.map(toContents)
}

const insert = `
  insert into carts (id, user_id, store_id, address_id, latitude, longitude, pincode, lines, coupon_code, tip_paise,
    instructions, created_at, touched_on)
  values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10, $11, $12::timestamptz, $13::date)
  on conflict (user_id) do nothing returning id`

/** Adds a cart. Whether it did: an account has one, and of several at once the first is it. */
export async function insertCart(on: Queryable, cart: CartContents, now: Date): Promise<boolean> {
  const values = [cart.id, cart.userId, ...contentValues(cart), now, dayOf(now)]
  const rows = await prepared(on, 'insert-cart', insert, values)
  return rows.length > 0
}

/** The conditions hold for the row as it is under its lock: whoever waited for another sees what that one left. */
const setLine = (isIt: string) => `
  update carts set store_id = $2, touched_on = $7::date,
    lines = lines || jsonb_build_object($3::text, jsonb_build_object('quantity', $4::integer, 'pricePaise', $5::integer,
      'addedAt', coalesce(lines -> $3 -> 'addedAt', to_jsonb($6::bigint))))
  where ${isIt}
    and (store_id is null or store_id = $2 or (lines = '{}' and address_id is null and latitude is null))
    and (lines ? $3 or jsonb_array_length(jsonb_path_query_array(lines, '$.*')) < ${mostLines})
  returning ${columns}`

const setLineOf = {
  cart: { name: 'set-cart-line', text: setLine('id = $1') },
  guest: { name: 'set-guest-line', text: setLine('id = $1 and user_id is null') },
  account: { name: 'set-account-line', text: setLine('user_id = $1') },
}

/**
 * Sets a line of a cart, or of an account's or guest's by the id of that one, whatever other lines are set at the same time.
 * Nothing is changed, and nothing comes back, when there is no such cart or it is bound to another store or full.
 */
export async function updateLine(
  on: Queryable,
  [whose, id]: readonly [keyof typeof setLineOf, string],
  line: { storeId: string; variantId: string; quantity: number; pricePaise: number },
  now: Date,
): Promise<CartContents | undefined> {
  const { storeId, variantId, quantity, pricePaise } = line
  const { name, text } = setLineOf[whose]
  const values = [id, storeId, variantId, quantity, pricePaise, now.getTime(), dayOf(now)]
  return one(await prepared<Row>(on, name, text, values))
}

const dropLine = `update carts set lines = lines - $2::text, touched_on = $3::date where id = $1 returning ${columns}`

/** The cart without a line; nothing when the cart is gone. */
export const deleteLine = async (
  on: Queryable,
  cartId: string,
  variantId: string,
  now: Date,
): Promise<CartContents | undefined> =>
  one(await prepared<Row>(on, 'drop-cart-line', dropLine, [cartId, variantId, dayOf(now)]))

const setPlace = `
  update carts set store_id = $3, address_id = $4, latitude = $5, longitude = $6, pincode = $7, touched_on = $8::date
  where id = $1 and store_id is not distinct from $2 returning ${columns}`

export type Place = Pick<CartDetails, 'storeId' | 'addressId' | 'point' | 'pincode'>

/** Binds a cart that had this store until now to a place. Nothing comes back when it is gone, or has another store. */
export const updatePlace = async (
  on: Queryable,
  { cartId, fromStoreId }: { cartId: string; fromStoreId: string | null },
  { storeId, addressId, point, pincode }: Place,
  now: Date,
): Promise<CartContents | undefined> =>
  one(
    await prepared<Row>(on, 'set-cart-place', setPlace, [
      cartId,
      fromStoreId,
      storeId,
      addressId,
      point?.lat ?? null,
      point?.lng ?? null,
      pincode,
      dayOf(now),
    ]),
  )

/** What goes with the lines, each with its column. */
const extraColumns = { couponCode: 'coupon_code', tipPaise: 'tip_paise', instructions: 'instructions' } as const
export type Extra = keyof typeof extraColumns

/** Sets one of them; nothing when the cart is gone. */
export async function updateExtra<Name extends Extra>(
  on: Queryable,
  cartId: string,
  [name, value]: readonly [Name, CartDetails[Name]],
  now: Date,
): Promise<CartContents | undefined> {
  const column = extraColumns[name]
  const text = `update carts set ${column} = $2, touched_on = $3::date where id = $1 returning ${columns}`
  return one(await prepared<Row>(on, `set-cart-${column}`, text, [cartId, value, dayOf(now)]))
}
