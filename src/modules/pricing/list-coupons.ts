import type { Database } from '../../platform/database/database.ts'
import { type PageRequest, pageOf } from '../../platform/http/pagination.ts'
import { type Coupon, normalizeCode } from './coupon.ts'
import { type CouponFilter, listCoupons as listRows, readCoupon } from './coupon-queries.ts'
import { couponProblems } from './pricing-problems.ts'

/** By code, page by page. */
export async function listCoupons(
  { database }: { database: Pick<Database, 'db'> },
  { filter, page }: { filter: CouponFilter; page: PageRequest },
): Promise<{ items: readonly Coupon[]; nextCursor: string | null }> {
  const { code } = filter
  const place = { limit: page.limit + 1, ...(page.after && { after: page.after }) }
  const coupons = await listRows(
    database.db,
    { ...filter, ...(code !== undefined && { code: normalizeCode(code) }) },
    place,
  )
  return pageOf(coupons, page, ({ code, id }) => [code, id])
}

/** An archived one too. @throws coupon.not_found */
export async function seeCoupon(
  { database }: { database: Pick<Database, 'db'> },
  { id }: { id: string },
): Promise<Coupon> {
  const coupon = await readCoupon(database.db, id)
  if (!coupon) throw couponProblems.notFound()
  return coupon
}
