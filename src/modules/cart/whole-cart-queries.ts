import type { Queryable, Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import { type CartContents, type CartDetails, type CartLine, toStored } from './cart-contents.ts'
import { columns, contentValues, dayOf, one, type Row } from './cart-rows.ts'

const empty = `
  update carts set lines = '{}', coupon_code = null, tip_paise = 0, instructions = null where id = $1
  returning ${columns}`

/** Takes out everything but store and place; nothing when the cart is gone. */
export const emptyCart = async (on: Queryable, cartId: string): Promise<CartContents | undefined> =>
  one(await prepared<Row>(on, 'empty-cart', empty, [cartId]))

const lock = `select ${columns} from carts where user_id = $1 for no key update`

/** An account's cart, which nobody changes until the transaction ends. */
export const lockCart = async (tx: Tx, userId: string): Promise<CartContents | undefined> =>
  one(await prepared<Row>(tx, 'lock-cart', lock, [userId]))

const lockOrBegin = `
  insert into carts (id, user_id, created_at, touched_on) values ($1, $2, $3::timestamptz, $4::date)
  on conflict (user_id) do update set touched_on = excluded.touched_on returning ${columns}`

/** The same; with this id when there is none yet. */
export async function lockOrBeginCart(tx: Tx, id: string, userId: string, now: Date): Promise<CartContents> {
  const cart = one(await prepared<Row>(tx, 'lock-or-begin-cart', lockOrBegin, [id, userId, now, dayOf(now)]))
  if (!cart) throw new Error('a cart was neither there nor made')
  return cart
}

const take = `delete from carts where id = $1 and user_id is null returning ${columns}`

/** Takes a guest's cart away. Of several at once the first gets it; the others nothing, once that is committed. */
export const takeGuestCart = async (tx: Tx, id: string): Promise<CartContents | undefined> =>
  one(await prepared<Row>(tx, 'take-guest-cart', take, [id]))

/** Writes all of a cart that is locked. */
export const rewriteCart = async (tx: Tx, { id, point, lines, ...cart }: CartContents): Promise<void> => {
  await tx
    .updateTable('carts')
    .set({
      store_id: cart.storeId,
      address_id: cart.addressId,
      latitude: point?.lat ?? null,
      longitude: point?.lng ?? null,
      pincode: cart.pincode,
      lines: JSON.stringify(toStored(lines)),
      coupon_code: cart.couponCode,
      tip_paise: cart.tipPaise,
      instructions: cart.instructions,
    })
    .where('id', '=', id)
    .execute()
}

/** A detail that was said takes its value, another stays. */
const detail = (name: keyof CartDetails, column: string, value: string): string =>
  `${column} = case when '${name}' = any ($12::text[]) then ${value} else carts.${column} end`

const replaced = [
  detail('storeId', 'store_id', '$2::text'),
  detail('addressId', 'address_id', '$3::text'),
  detail('point', 'latitude', '$4::double precision'),
  detail('point', 'longitude', '$5::double precision'),
  detail('pincode', 'pincode', '$6::text'),
  'lines = $7::jsonb',
  detail('couponCode', 'coupon_code', '$8::text'),
  detail('tipPaise', 'tip_paise', '$9::integer'),
  detail('instructions', 'instructions', '$10::text'),
  'touched_on = $11::date',
].join(', ')

const replaceGuests = `update carts set ${replaced} where id = $1 and user_id is null returning ${columns}`

const replaceAccounts = `
  insert into carts (id, store_id, address_id, latitude, longitude, pincode, lines, coupon_code, tip_paise, instructions,
    touched_on, user_id, created_at)
  values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11::date, $13, $14::timestamptz)
  on conflict (user_id) do update set ${replaced} returning ${columns}`

interface Replacing {
  /** The details that replace others; those that are not said stay. */
  said: Partial<CartDetails>
  now: Date
}

const replacement = (cart: CartContents, { said, now }: Replacing): unknown[] => [
  cart.id,
  ...contentValues(cart),
  dayOf(now),
  Object.keys(said),
]

/** Replaces a guest's cart, all lines at once; nothing when it is gone. */
export const replaceGuestCart = async (
  on: Queryable,
  cart: CartContents,
  replacing: Replacing,
): Promise<CartContents | undefined> =>
  one(await prepared<Row>(on, 'replace-guest-cart', replaceGuests, replacement(cart, replacing)))

/** The same of an account's cart; it has this id, and all that it says, when there is none yet. */
export async function replaceAccountCart(
  on: Queryable,
  cart: CartContents,
  replacing: Replacing,
): Promise<CartContents> {
  const values = [...replacement(cart, replacing), cart.userId, replacing.now]
  const written = one(await prepared<Row>(on, 'replace-account-cart', replaceAccounts, values))
  if (!written) throw new Error('a cart was neither there nor made')
  return written
}

const refill = `
  insert into carts (id, user_id, store_id, lines, created_at, touched_on)
  values ($1, $2, $3, $4::jsonb, $5::timestamptz, $6::date)
  on conflict (user_id) do update set lines = excluded.lines, touched_on = excluded.touched_on,
    store_id = case when carts.address_id is null and carts.latitude is null then excluded.store_id
      else coalesce(carts.store_id, excluded.store_id) end
  where carts.lines = '{}'`

/** Puts lines into an account's cart that has none, in its place's store if it has a place; else does nothing. */
export const refillCart = async (
  tx: Tx,
  { id, userId, storeId, lines }: { id: string; userId: string; storeId: string; lines: readonly CartLine[] },
  now: Date,
): Promise<void> => {
  const values = [id, userId, storeId, JSON.stringify(toStored(lines)), now, dayOf(now)]
  await prepared(tx, 'refill-cart', refill, values)
}
