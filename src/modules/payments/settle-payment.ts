import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { noteAttempt } from './attempt-queries.ts'
import { insertCapture } from './capture-queries.ts'
import { lookAfterCapture, ourCurrency } from './payment.ts'
import type { SeenTry } from './payment-provider.ts'
import { lockPayment, type Payment, setStatus } from './payment-queries.ts'
import type { PaymentListener } from './payments.ts'
import type { PaymentsTelemetry } from './payments-telemetry.ts'

export interface SettlePaymentDeps {
  database: Pick<Database, 'db'>
  clock: Clock
  listener(): PaymentListener
  telemetry: PaymentsTelemetry
}

/** Where each part of a settlement works. */
interface Settling {
  deps: SettlePaymentDeps
  tx: Tx
  log: Logger
  now: Date
}

/**
 * The one way in for money and for the failure of a try, whoever brings the news: a webhook, the client, a look at the
 * provider. Each piece of money counts once and is told to the listener in the transaction that adds it, however often,
 * late, at once or out of order it is told; what is not exactly what was asked for is told as such. The order is locked
 * before the payment.
 *
 * @param also what has to be committed together with it
 * @returns the payment as it is then
 */
export async function settlePayment(
  deps: SettlePaymentDeps,
  { id, orderId }: Pick<Payment, 'id' | 'orderId'>,
  tries: readonly SeenTry[],
  log: Logger,
  also: (tx: Tx) => Promise<unknown> = async () => undefined,
): Promise<Payment> {
  const { database, clock, listener } = deps
  return inTransaction(database.db, async (tx) => {
    await listener().lock(tx, orderId)
    let payment = await lockPayment(tx, id)
    if (!payment) throw new Error('There is no such payment.')
    const settling = { deps, tx, log, now: new Date(clock.now()) }
    const ofState = (state: SeenTry['state']) => tries.filter((each) => each.state === state)
    for (const seen of ofState('captured')) payment = await addMoney(settling, payment, seen)
    for (const seen of ofState('authorized')) await note(settling, payment, seen, 'authorized')
    for (const seen of ofState('failed')) payment = await addFailure(settling, payment, seen)
    await also(tx)
    return payment
  })
}

const note = (
  { tx, now }: Settling,
  { id, provider }: Payment,
  seen: SeenTry,
  state: 'authorized' | 'captured' | 'failed',
) =>
  noteAttempt(tx, {
    paymentId: id,
    provider,
    reference: seen.reference,
    state,
    ...(seen.reason !== undefined && { reason: seen.reason }),
    now,
  })

async function addMoney(settling: Settling, payment: Payment, seen: SeenTry): Promise<Payment> {
  const { deps, tx, log, now } = settling
  const { id, orderId, provider } = payment
  const { reference, amountPaise, currency } = seen
  const isExact =
    amountPaise === payment.amountPaise &&
    currency === ourCurrency &&
    seen.paymentReference === payment.providerReference
  const status = isExact ? 'captured' : payment.status
  const lookAt = isExact ? lookAfterCapture(now.getTime()) : null
  const captureNumber = await insertCapture(tx, {
    paymentId: id,
    reference,
    amountPaise,
    currency,
    isExact,
    status,
    lookAt,
    now,
  })
  if (captureNumber === undefined) return payment
  await note(settling, payment, seen, 'captured')
  deps.telemetry.captured(provider, isExact)
  if (!isExact) deps.telemetry.alarm(log, 'inexact', { provider, paymentId: id, amountPaise, currency })
  const money = { method: provider, amountPaise, currency, isExact, captureNumber }
  await deps.listener().captured(tx, { orderId, paymentId: id, ...money })
  return (await lockPayment(tx, id)) ?? payment
}

async function addFailure(settling: Settling, payment: Payment, seen: SeenTry): Promise<Payment> {
  const { deps, tx, now } = settling
  const { id, orderId, provider, status } = payment
  if (!(await note(settling, payment, seen, 'failed'))) return payment
  deps.telemetry.failed(provider)
  if (status !== 'created' && status !== 'pending') return payment
  await setStatus(tx, id, 'failed', now)
  await deps.listener().failed(tx, { orderId, paymentId: id, reason: seen.reason ?? `${provider} failed` })
  return { ...payment, status: 'failed' }
}
