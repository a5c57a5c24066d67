import type { ColumnType, Generated } from 'kysely'
import type { StoredLine } from './cart-contents.ts'

interface CartTable {
  id: string
  user_id: string | null
  store_id: string | null
  address_id: string | null
  latitude: number | null
  longitude: number | null
  pincode: string | null
  /** By variant. Written as JSON text. */
  lines: ColumnType<Record<string, StoredLine>, string, string>
  coupon_code: string | null
  tip_paise: Generated<number>
  instructions: string | null
  created_at: Date
  /** A day, such as `2026-01-15`. */
  touched_on: string
}

declare module '../../platform/database/database.ts' {
  interface Tables {
    carts: CartTable
  }
}
