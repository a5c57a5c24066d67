import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Caller } from '../accounts/index.ts'
import type { PaymentRecord, Payments } from '../payments/index.ts'
import { isUnpaid } from './order.ts'
import { orderProblems } from './order-problems.ts'
import { lockOrder, type StoredOrder } from './order-queries.ts'
import { toPaymentView } from './order-view.ts'
import { findMethod, methodUnavailable } from './payment-method.ts'
import type { PlacedAnswer } from './place-order.ts'
import { setPayment } from './set-payment-queries.ts'
import { type StepOrderDeps, stepOrder } from './step-order.ts'

export interface PayOrderDeps extends StepOrderDeps {
  database: Pick<Database, 'db'>
  clock: Clock
  payments: Pick<Payments, 'methodsFor' | 'open' | 'start' | 'close' | 'paymentsOf'>
}

interface PayInput {
  caller: Caller
  orderId: string
  /** Another than before. */
  paymentMethod?: string
  log: Logger
}

/** Can still be paid, as it is or by another try. */
const isOpen = ({ status }: PaymentRecord): boolean =>
  status === 'created' || status === 'pending' || status === 'failed'

/** The payment by a method that is open, or a new one in the place of others. */
async function openPayment(deps: PayOrderDeps, tx: Tx, order: StoredOrder, method: string): Promise<PaymentRecord> {
  const { id: orderId, userId, storeId, totalPaise: amountPaise } = order
  const { payments } = deps
  const known = (await payments.paymentsOf(tx, orderId)).find((each) => isOpen(each) && each.method === method)
  if (known) return known
  await payments.close(tx, orderId)
  return payments.open(tx, { orderId, userId, storeId, method, amountPaise })
}

async function pay(deps: PayOrderDeps, tx: Tx, { caller, orderId, paymentMethod }: PayInput): Promise<PaymentRecord> {
  const order = await lockOrder(tx, orderId)
  if (order?.userId !== caller.userId) throw orderProblems.notFound()
  if (!isUnpaid(order.status)) throw orderProblems.notInState({ status: order.status })
  if (order.payUntil && order.payUntil.getTime() <= deps.clock.now()) throw orderProblems.payTimeOver()
  const wanted = paymentMethod ?? order.paymentMethod
  const methods = deps.payments.methodsFor(order.totalPaise).filter(({ kind }) => kind === 'online')
  const method = findMethod(methods, wanted)
  if (!method) throw methodUnavailable(methods, wanted)
  const payment = await openPayment(deps, tx, order, method.id)
  const change = { paymentId: payment.id, paymentMethod: payment.method }
  if (order.status === 'payment_failed')
    await stepOrder(deps, tx, order, { to: 'pending_payment', actor: 'customer', actorId: caller.userId, change })
  else if (payment.id !== order.paymentId) await setPayment(tx, orderId, change)
  return payment
}

/**
 * Lets a customer pay for an order that waits for money: once more in the same way, or in another, as long as its stock is held.
 * Only the latest way is open; money that comes by an earlier one all the same counts.
 * @throws order.not_found, order.not_in_state, order.pay_time_over, order.payment_method_unavailable
 */
export async function payOrder(deps: PayOrderDeps, input: PayInput): Promise<PlacedAnswer['payment']> {
  const { id } = await inTransaction(deps.database.db, (tx) => pay(deps, tx, input))
  const { payment, client } = await deps.payments.start(id, { log: input.log })
  return { ...toPaymentView(payment), client }
}
