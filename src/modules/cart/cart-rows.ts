import { type CartContents, type StoredLine, toLines, toStored } from './cart-contents.ts'
import './cart-tables.ts'

export const columns = `id, user_id as "userId", store_id as "storeId", address_id as "addressId", latitude, longitude, pincode,
  lines, coupon_code as "couponCode", tip_paise as "tipPaise", instructions`

/** A cart as those columns say it. */
export type Row = Omit<CartContents, 'lines' | 'point'> & {
  latitude: number | null
  longitude: number | null
  lines: Record<string, StoredLine>
}

export const toContents = ({ latitude, longitude, lines, ...row }: Row): CartContents => ({
  ...row,
  point: latitude === null || longitude === null ? null : { lat: latitude, lng: longitude },
  lines: toLines(lines),
})

export const one = ([row]: Row[]): CartContents | undefined => row && toContents(row)

/** What a cart holds, for store_id, address_id, latitude, longitude, pincode, lines, coupon_code, tip_paise, instructions. */
export const contentValues = ({ point, lines, ...cart }: CartContents): unknown[] => [
  cart.storeId,
  cart.addressId,
  point?.lat ?? null,
  point?.lng ?? null,
  cart.pincode,
  JSON.stringify(toStored(lines)),
  cart.couponCode,
  cart.tipPaise,
  cart.instructions,
]

/** The day of a moment, in UTC. */
export const dayOf = (now: Date): string => now.toISOString().slice(0, 10)
