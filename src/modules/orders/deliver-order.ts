import type { Database, Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import type { Problem } from '../../platform/http/problem.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { sameText } from '../../platform/same-text.ts'
import type { Caller } from '../accounts/index.ts'
import type { Payments } from '../payments/index.ts'
import { addCodeTry } from './delivery-queries.ts'
import { onTheWay } from './move-order.ts'
import type { Actor } from './order.ts'
import { orderProblems } from './order-problems.ts'
import type { StoredOrder } from './order-queries.ts'
import type { OrdersTelemetry } from './orders-telemetry.ts'
import { bindRider, lockFor, planStep } from './plan-step.ts'
import { type StepOrderDeps, stepOrder } from './step-order.ts'

export interface DeliverOrderDeps extends StepOrderDeps {
  database: Pick<Database, 'db'>
  payments: Pick<Payments, 'collectCash' | 'paymentsOf'>
  telemetry: Pick<OrdersTelemetry, 'stepped' | 'wrongCode'>
}

export interface DeliverInput {
  caller: Caller
  orderId: string
  code?: string
  cashCollectedPaise?: number
  /** Of a store manager, where nobody has the code. */
  overrideReason?: string
  log: Logger
}

const mostTries = 5

/** What stands against handing over by this code. A wrong one is counted, and stays so. */
async function checkCode(
  { telemetry }: DeliverOrderDeps,
  tx: Tx,
  { id: orderId, deliveryCode, codeTries }: StoredOrder,
  { code, overrideReason, log }: DeliverInput,
  actor: Actor,
): Promise<Problem | undefined> {
  if (deliveryCode === null || (actor !== 'rider' && overrideReason !== undefined)) return undefined
  if (codeTries >= mostTries) return orderProblems.codeLocked()
  if (code !== undefined && sameText(code, deliveryCode)) return undefined
  if (code === undefined) {
    const message = 'Ask the customer for the delivery code of the order. Only the store can do without it'
    return orderProblems.codeWrong({ triesLeft: mostTries - codeTries, message })
  }
  await addCodeTry(tx, orderId)
  const triesLeft = mostTries - codeTries - 1
  telemetry.wrongCode(log, { orderId, triesLeft })
  return orderProblems.codeWrong({ triesLeft })
}

/** What stands against it about the money: at the door exactly what is due is taken, and of what was paid nothing. */
async function takeCash(
  { payments }: DeliverOrderDeps,
  tx: Tx,
  { id: orderId, riderId }: StoredOrder,
  { caller, cashCollectedPaise }: DeliverInput,
): Promise<Problem | undefined> {
  const due = (await payments.paymentsOf(tx, orderId)).find(({ status }) => status === 'due')
  const duePaise = due?.amountPaise ?? 0
  if ((cashCollectedPaise ?? 0) !== duePaise) return orderProblems.cashDiffers({ duePaise })
  if (!due) return undefined
  const cash = { orderId, amountPaise: duePaise, riderId: riderId ?? caller.userId }
  return (await payments.collectCash(tx, cash)) ? undefined : orderProblems.cashDiffers({ duePaise })
}

async function deliver(deps: DeliverOrderDeps, tx: Tx, input: DeliverInput): Promise<StoredOrder | Problem> {
  const { caller, orderId, overrideReason } = input
  const order = await lockFor(tx, caller, orderId)
  const plan = await planStep(tx, order, caller, { to: 'delivered', as: onTheWay, byItsRider: true })
  if (plan.outcome === 'repeated') return order
  const { actor } = plan
  const refusal = (await checkCode(deps, tx, order, input, actor)) ?? (await takeCash(deps, tx, order, input))
  if (refusal) return refusal
  const isOverridden = order.deliveryCode !== null && actor !== 'rider' && overrideReason !== undefined
  return stepOrder(deps, tx, order, {
    to: 'delivered',
    actor,
    actorId: caller.userId,
    details: isOverridden ? { withoutCode: true, reason: overrideReason } : {},
    change: bindRider(order, caller, actor),
  })
}

/**
 * An order is handed over: against its code where it has one, and the cash that is due. Of wrong codes at most five are
 * tried, however many come at once; then it is the store manager's to complete it, with a reason.
 * @throws order.code_wrong, order.code_locked, order.cash_differs, order.not_found, request.forbidden, order.not_in_state
 */
export async function deliverOrder(deps: DeliverOrderDeps, input: DeliverInput): Promise<StoredOrder> {
  // What stands against it is thrown after the commit: a wrong code must not be forgotten with the transaction.
  const delivered = await inTransaction(deps.database.db, (tx) => deliver(deps, tx, input))
  if (delivered instanceof Error) throw delivered
  return delivered
}
