import type { Generated } from 'kysely'
import type { FeeKind } from './bill.ts'

interface FeeRuleTable {
  id: string
  store_id: string | null
  kind: FeeKind
  amount_paise: number
  items_from_paise: number | null
  items_below_paise: number | null
  /** Minutes since midnight in India. */
  window_from: number | null
  window_to: number | null
  explanation: string | null
  position: number
  is_active: boolean
  version: Generated<number>
  created_at: Date
  updated_at: Date
  archived_at: Date | null
}

interface CouponTable {
  id: string
  code: string
  store_id: string | null
  discount_basis_points: number | null
  discount_paise: number | null
  maximum_discount_paise: number | null
  minimum_items_paise: number
  starts_at: Date | null
  ends_at: Date | null
  is_for_first_order: boolean
  total_limit: number | null
  customer_limit: number | null
  explanation: string | null
  is_active: boolean
  uses: Generated<number>
  version: Generated<number>
  created_at: Date
  updated_at: Date
  archived_at: Date | null
}

interface CountedOrderTable {
  order_id: string
  user_id: string
}

interface CouponUseTable {
  order_id: string
  coupon_id: string
  user_id: string
  nth_use: number | null
  is_first_order: boolean
  discount_paise: number
  used_at: Date
}

declare module '../../platform/database/database.ts' {
  interface Tables {
    fee_rules: FeeRuleTable
    coupons: CouponTable
    counted_orders: CountedOrderTable
    coupon_uses: CouponUseTable
  }
}
