import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { editProblems } from '../../platform/http/etag.ts'
import { type IdempotentAnswer, type IdempotentRequest, idempotently } from '../../platform/idempotency/idempotently.ts'
import { newId } from '../../platform/ids.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { type Coupon, type CouponContent, type CouponView, toCouponView } from './coupon.ts'
import { insertCoupon, lockCoupon, updateCoupon } from './coupon-queries.ts'
import { explainRefusal } from './explain-refusal.ts'
import { couponProblems } from './pricing-problems.ts'
import type { PricingTelemetry } from './pricing-telemetry.ts'

export interface SaveCouponDeps {
  database: Pick<Database, 'db'>
  clock: Clock
  telemetry: Pick<PricingTelemetry, 'changed'>
}

export interface AddCouponInput {
  content: CouponContent
  once: IdempotentRequest
  actorId: string
  log: Logger
}

/** @throws coupon.code_taken, pricing.invalid, pricing.store_unknown, idempotency.* */
export async function addCoupon(
  deps: SaveCouponDeps,
  { content, once, actorId, log }: AddCouponInput,
): Promise<IdempotentAnswer<{ success: true; coupon: CouponView }>> {
  const now = new Date(deps.clock.now())
  try {
    const answer = await idempotently(deps, once, async (tx) => {
      const coupon = toCouponView(await insertCoupon(tx, { id: newId('cpn'), now, content }))
      return { status: 201, body: { success: true as const, coupon } }
    })
    const { id } = answer.body.coupon
    if (!answer.isReplayed) deps.telemetry.changed(log, { subject: 'coupon', kind: 'added', id, actorId })
    return answer
  } catch (error) {
    throw explainRefusal(error)
  }
}

/** A coupon that is locked in the version that somebody saw; uses make no version. @throws coupon.not_found, edit.conflict */
async function lockVersion(tx: Tx, { id, version }: { id: string; version: number }): Promise<Coupon> {
  const coupon = await lockCoupon(tx, id)
  if (!coupon) throw couponProblems.notFound()
  if (coupon.version !== version) throw editProblems.conflict()
  return coupon
}

export interface ChangeCouponInput {
  id: string
  /** The version that it is changed from. */
  version: number
  /** What is absent stays. */
  change: Partial<CouponContent>
  /** Brings an archived coupon back. */
  archived?: false
  actorId: string
  log: Logger
}

/**
 * Changes a coupon. Orders that use it keep what it took off.
 * @throws coupon.not_found, edit.conflict, coupon.code_taken, coupon.limit_below_uses, pricing.invalid, pricing.store_unknown
 */
export async function changeCoupon(
  { database, clock, telemetry }: SaveCouponDeps,
  { id, version, change, archived, actorId, log }: ChangeCouponInput,
): Promise<Coupon> {
  const now = new Date(clock.now())
  try {
    const changed = await inTransaction(database.db, async (tx) => {
      const before = await lockVersion(tx, { id, version })
      const archivedAt = archived === false ? null : before.archivedAt
      return updateCoupon(tx, { id, now, content: { ...before, ...change }, archivedAt })
    })
    telemetry.changed(log, { subject: 'coupon', kind: 'changed', id, actorId })
    return changed
  } catch (error) {
    throw explainRefusal(error)
  }
}

/** Archives a coupon: its code is nobody's, and may be another's. One that is archived stays as it is. @throws coupon.not_found, edit.conflict */
export async function archiveCoupon(
  { database, clock, telemetry }: SaveCouponDeps,
  { id, version, actorId, log }: Omit<ChangeCouponInput, 'change' | 'archived'>,
): Promise<void> {
  const now = new Date(clock.now())
  const isNew = await inTransaction(database.db, async (tx) => {
    const before = await lockVersion(tx, { id, version })
    if (before.archivedAt) return false
    await updateCoupon(tx, { id, now, content: before, archivedAt: now })
    return true
  })
  if (isNew) telemetry.changed(log, { subject: 'coupon', kind: 'archived', id, actorId })
}
