import { sql } from 'kysely'
import type { Queryable, Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { Coupon, CouponContent } from './coupon.ts'
import './pricing-tables.ts'

const columns = [
  'id',
  'code',
  'store_id as storeId',
  'discount_basis_points as discountBasisPoints',
  'discount_paise as discountPaise',
  'maximum_discount_paise as maximumDiscountPaise',
  'minimum_items_paise as minimumItemsPaise',
  'starts_at as startsAt',
  'ends_at as endsAt',
  'is_for_first_order as isForFirstOrder',
  'total_limit as totalLimit',
  'customer_limit as customerLimit',
  'explanation',
  'is_active as isActive',
  'uses',
  'version',
  'created_at as createdAt',
  'updated_at as updatedAt',
  'archived_at as archivedAt',
] as const

const contentColumns = (content: CouponContent) => ({
  code: content.code,
  store_id: content.storeId,
  discount_basis_points: content.discountBasisPoints,
  discount_paise: content.discountPaise,
  maximum_discount_paise: content.maximumDiscountPaise,
  minimum_items_paise: content.minimumItemsPaise,
  starts_at: content.startsAt,
  ends_at: content.endsAt,
  is_for_first_order: content.isForFirstOrder,
  total_limit: content.totalLimit,
  customer_limit: content.customerLimit,
  explanation: content.explanation,
  is_active: content.isActive,
})

const selected = columns.map((column) => column.replace(/^(\w+) as (\w+)$/, '$1 as "$2"')).join(', ')

const find = `
  select ${selected}, exists (select from counted_orders where user_id = $2) as "hasOrdered",
    (select count(*) from coupon_uses where coupon_id = coupons.id and user_id = $2) as "customerUses"
  from coupons where code = $1 and archived_at is null`

/** The coupon of a code, one that is switched off too, and what of a customer decides whether it counts. */
export const findCoupon = async (
  on: Queryable,
  code: string,
  userId: string,
): Promise<(Coupon & { hasOrdered: boolean; customerUses: number }) | undefined> =>
  (await prepared<Coupon & { hasOrdered: boolean; customerUses: number }>(on, 'find-coupon', find, [code, userId]))[0]

export interface CouponFilter {
  code?: string
  storeId?: string
  isArchived: boolean
}

/** By code. */
export async function listCoupons(
  on: Queryable,
  { code, storeId, isArchived }: CouponFilter,
  { after, limit }: { after?: readonly string[]; limit: number },
): Promise<Coupon[]> {
  let query = on
    .selectFrom('coupons')
    .select(columns)
    .where('archived_at', isArchived ? 'is not' : 'is', null)
    .orderBy('code')
    .orderBy('id')
    .limit(limit)
  if (code !== undefined) query = query.where('code', '=', code)
  if (storeId !== undefined) query = query.where('store_id', '=', storeId)
  if (after) query = query.where(sql<boolean>`(code, id) > (${after[0]}, ${after[1]})`)
  return query.execute()
}

/** An archived one too. */
export const readCoupon = (on: Queryable, id: string): Promise<Coupon | undefined> =>
  on.selectFrom('coupons').select(columns).where('id', '=', id).executeTakeFirst()

/** Reads a coupon, an archived one too, and keeps others from changing or using it until the transaction ends. */
export const lockCoupon = (tx: Tx, id: string): Promise<Coupon | undefined> =>
  tx.selectFrom('coupons').select(columns).where('id', '=', id).forNoKeyUpdate().executeTakeFirst()

export const insertCoupon = (
  tx: Tx,
  { id, now, content }: { id: string; now: Date; content: CouponContent },
): Promise<Coupon> =>
  tx
    .insertInto('coupons')
    .values({ id, ...contentColumns(content), created_at: now, updated_at: now, archived_at: null })
    .returning(columns)
    .executeTakeFirstOrThrow()

export interface CouponUpdate {
  id: string
  now: Date
  content: CouponContent
  archivedAt: Date | null
}

/** The next version of a coupon that is locked. */
export const updateCoupon = (tx: Tx, { id, now, content, archivedAt }: CouponUpdate): Promise<Coupon> =>
  tx
    .updateTable('coupons')
    .set(({ eb }) => ({
      ...contentColumns(content),
      archived_at: archivedAt,
      updated_at: now,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirstOrThrow()

/** Archived ones count. */
export const hasCoupons = async (on: Queryable): Promise<boolean> =>
  (await on.selectFrom('coupons').select('id').limit(1).executeTakeFirst()) !== undefined
