import type { FastifyPluginAsync } from 'fastify'
import type { Section } from '../../platform/config/section.ts'
import { createSeal } from '../../platform/seal.ts'
import { listVendors } from '../../platform/vendors/vendor.ts'
import { isFailure } from './call-gateway.ts'
import { closePayments } from './close-payments.ts'
import { collectCash, lowerCashDue } from './collect-cash.ts'
import { openPayment } from './open-payment.ts'
import { takes } from './payment.ts'
import { definePaymentJobs } from './payment-jobs.ts'
import { readPaymentsOfOrder } from './payment-queries.ts'
import { paymentRoutes } from './payment-routes.ts'
import { toPaymentRecord, toRefundRecord } from './payment-views.ts'
import type { PaymentListener, PaymentMethod, Payments, PaymentsDeps } from './payments.ts'
import { paymentsSettings } from './payments-settings.ts'
import { refundRoutes } from './refund-routes.ts'
import './payments-tables.ts'
import { createPaymentsTelemetry } from './payments-telemetry.ts'
import { paymentProviders } from './providers/index.ts'
import { createRecentAnswers } from './recent-answers.ts'
import { refundPayments } from './refund-payments.ts'
import { readRefundsOfOrder } from './refund-queries.ts'
import { startPayment } from './start-payment.ts'
import { webhookRoutes } from './webhook-routes.ts'

export type {
  Capture,
  MethodForAmount,
  PaymentListener,
  PaymentMethod,
  PaymentRecord,
  Payments,
  RefundRecord,
} from './payments.ts'
export { paymentProviders, paymentsSettings }

/** The module's own settings and every provider's. */
export const paymentsSections: readonly Section[] = [
  paymentsSettings,
  ...paymentProviders.map(({ settings }) => settings),
]

const lines = {
  incomplete: 'payment provider is not used: settings are missing',
  circuitChanged: 'circuit of a payment provider changed',
}

/**
 * Owns what is to be paid for orders, what came in and what went back, and the providers that move it. Promises that
 * money counts once, however often, late or out of order it is told; that whoever owns the order learns of it in the
 * transaction that takes note of it, and so owes either the goods or a refund; and that nothing is given back twice or
 * more than came in, which the database refuses. Nothing that it logs, counts or throws holds a key, a signature or
 * whatever a provider says about a person. It knows no orders: whoever owns them listens.
 */
export function createPayments(deps: PaymentsDeps): Payments {
  const { settings, clock } = deps
  const telemetry = createPaymentsTelemetry(deps.metrics)
  const vendors = listVendors({ ...deps, providers: paymentProviders, lines, metrics: telemetry }, isFailure)
  let listening: PaymentListener | undefined
  const listener = (): PaymentListener => {
    if (!listening) throw new Error('Nobody listens to payments.')
    return listening
  }
  const methods = (): PaymentMethod[] =>
    [...vendors.values()]
      .filter(({ configured }) => configured)
      .map(({ id, provider: { title, kind, leastPaise, mostPaise }, settings: values }) => ({
        id,
        title,
        kind,
        leastPaise,
        mostPaise: mostPaise(values),
      }))
  const methodsFor: Payments['methodsFor'] = (amountPaise) =>
    methods().map((method) => ({ ...method, isOpen: takes(method, amountPaise) }))
  const gatewayOf = (id: string) => vendors.get(id)?.provider.gateway
  const seal = createSeal('payment events', deps.secretKey, deps.previousSecretKey)
  const working = {
    ...deps,
    ...settings,
    telemetry,
    vendors,
    listener,
    methods,
    methodsFor,
    seal,
    recent: createRecentAnswers(deps),
  }
  const parts = {
    ...working,
    ...definePaymentJobs(working),
    leastRefundOf: (id: string) => gatewayOf(id)?.leastRefundPaise,
    canCancel: (id: string) => gatewayOf(id)?.cancel !== undefined,
  }

  const routes: FastifyPluginAsync = async (app) => {
    for (const each of [paymentRoutes, refundRoutes]) await app.register(each(parts))
  }

  return {
    methods,
    methodsFor,
    open: (tx, payment) => openPayment(parts, tx, payment),
    start: (paymentId, options) => startPayment(parts, paymentId, options),
    close: (tx, orderId) => closePayments(parts, tx, orderId),
    refund: (tx, refund) => refundPayments(parts, tx, refund),
    lowerCashDue: (tx, orderId, duePaise) => lowerCashDue({ clock }, tx, orderId, duePaise),
    collectCash: (tx, cash) => collectCash(parts, tx, cash),
    paymentsOf: async (on, orderId) => (await readPaymentsOfOrder(on, orderId)).map(toPaymentRecord),
    refundsOf: async (on, orderId) => (await readRefundsOfOrder(on, orderId)).map(toRefundRecord),
    listen(next) {
      if (listening) throw new Error('Somebody listens to payments already.')
      listening = next
    },
    routes,
    webhookRoutes: webhookRoutes(parts),
  }
}
