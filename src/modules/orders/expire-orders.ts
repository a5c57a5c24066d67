import type { Database, Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import type { Attempt } from '../../platform/queue/job.ts'
import type { Accounts } from '../accounts/index.ts'
import type { Carts } from '../cart/index.ts'
import { endOverdue } from './end-overdue.ts'
import { lockOverdue, type Overdue, readOverdue } from './expiry-queries.ts'
import { readOrder, type StoredOrder } from './order-queries.ts'
import type { OrdersTelemetry } from './orders-telemetry.ts'
import { type StepOrderDeps, stepOrder } from './step-order.ts'
import { type UndoOrderDeps, undoOrder } from './undo-order.ts'

export interface ExpireOrdersDeps extends StepOrderDeps, UndoOrderDeps {
  database: Pick<Database, 'background'>
  accounts: Pick<Accounts, 'holdAccount'>
  carts: Pick<Carts, 'take' | 'refill'>
  telemetry: Pick<OrdersTelemetry, 'stepped' | 'notEnded'>
}

/** One whose row is held comes to nothing, by time. */
export async function expireOrder(deps: StepOrderDeps & UndoOrderDeps, tx: Tx, order: StoredOrder): Promise<void> {
  const reason = 'expired'
  const details = await undoOrder(deps, tx, order, { reason, actorId: null })
  await stepOrder(deps, tx, order, { to: 'expired', actor: 'system', actorId: null, details })
}

async function expireOne(deps: ExpireOrdersDeps, { id, userId }: Overdue): Promise<boolean> {
  return inTransaction(deps.database.background, async (tx) => {
    await deps.carts.take(tx, userId) // before the order's row, as everybody does
    const order = (await lockOverdue(tx, id, new Date(deps.clock.now()))) && (await readOrder(tx, id))
    if (!order) return false
    await expireOrder(deps, tx, order)
    if (await deps.accounts.holdAccount(tx, userId))
      await deps.carts.refill(tx, { userId, storeId: order.storeId, lines: order.lines })
    return true
  })
}

/**
 * Ends the orders that nobody paid for in time: their stock is sold to others, their coupons may be used again, and what was in
 * them is in the cart again, if its owner is still there. Each in a transaction of its own, and once, however many processes do so. How many.
 * @throws as `endOverdue`
 */
export function expireOrders(deps: ExpireOrdersDeps, attempt: Pick<Attempt, 'log' | 'signal'>): Promise<number> {
  const now = new Date(deps.clock.now())
  return endOverdue(
    deps,
    {
      read: (part) => readOverdue(deps.database.background, { ...part, now }),
      end: (order) => expireOne(deps, order),
    },
    attempt,
  )
}
