import type { Logger } from '../../platform/observability/logger.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { Capture } from '../payments/index.ts'
import type { OrderStatus } from './order-status.ts'

/** What became of money that came in for an order. */
export type MoneyOutcome =
  | 'placed'
  | 'placed_again'
  | 'refunded_late'
  | 'refunded_short'
  | 'refunded_cancelled'
  | 'refunded_twice'
  | 'refunded_inexact'

/** One function for each thing worth counting about orders. What a transaction that was rolled back did counts too. */
export type OrdersTelemetry = ReturnType<typeof createOrdersTelemetry>

export function createOrdersTelemetry(metrics: Pick<Metrics, 'counter'>) {
  const asked = metrics.counter('orders_asked_total', 'Orders asked for, by payment method.', ['method'])
  const steps = metrics.counter('order_steps_total', 'Steps of orders, by what they became.', ['to'])
  const money = metrics.counter('order_money_total', 'Money that came in for orders, by what became of it.', [
    'outcome',
  ])
  const codes = metrics.counter('order_wrong_codes_total', 'Wrong delivery codes that riders were told.', [])
  const stuck = metrics.counter('orders_not_ended_total', 'Orders whose time is over and that could not be ended.', [])
  return {
    placed(method: string) {
      asked.inc({ method })
    },
    stepped(to: OrderStatus) {
      steps.inc({ to })
    },
    moneyCame(log: Logger, outcome: MoneyOutcome, { orderId, paymentId, method }: Capture) {
      money.inc({ outcome })
      log.info({ orderId, paymentId, method, outcome }, 'money came in for an order')
    },
    notEnded(log: Logger, error: unknown, orderId: string) {
      stuck.inc({})
      log.error({ err: error, orderId }, 'an order whose time is over cannot be ended')
    },
    wrongCode(log: Logger, facts: { orderId: string; triesLeft: number }) {
      codes.inc({})
      log.warn(facts, 'wrong delivery code')
    },
  }
}
