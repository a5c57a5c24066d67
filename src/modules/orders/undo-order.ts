import type { Tx } from '../../platform/database/database.ts'
import type { Inventory } from '../inventory/index.ts'
import type { Payments } from '../payments/index.ts'
import type { Pricing } from '../pricing/index.ts'
import type { StoredOrder } from './order-queries.ts'

export interface UndoOrderDeps {
  payments: Pick<Payments, 'close' | 'refund' | 'refundsOf'>
  pricing: Pick<Pricing, 'forgetOrder'>
  inventory: Pick<Inventory, 'release'>
}

/** A refund that failed waits for a person. */
const isOnItsWay: ReadonlySet<string> = new Set(['requested', 'pending'])

/** What the step that ends an order says of it besides. */
export type Undone = {
  /** Money that is on its way back, which another event will tell of. Absent when nothing is. */
  refundPaise?: number
}

/**
 * What follows when an order comes to nothing: nobody waits for its money, what was paid goes back in full, its coupon may be
 * used again, and its stock is sold again. In the transaction that notes why, with the order's row held; the order of the
 * four is the one in which everybody takes locks.
 */
export async function undoOrder(
  { payments, pricing, inventory }: UndoOrderDeps,
  tx: Tx,
  { id, reservationId }: StoredOrder,
  { reason, actorId }: { reason: string; actorId: string | null },
): Promise<Undone> {
  await payments.close(tx, id)
  await payments.refund(tx, {
    orderId: id,
    reason,
    reference: reason,
    ...(actorId !== null && { actorId }),
  })
  await pricing.forgetOrder(tx, id)
  await inventory.release(tx, reservationId, reason)
  const onTheirWay = (await payments.refundsOf(tx, id)).filter(({ status }) => isOnItsWay.has(status))
  const refundPaise = onTheirWay.reduce((sum, { amountPaise }) => sum + amountPaise, 0)
  return refundPaise > 0 ? { refundPaise } : {}
}
