import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { problems } from '../../platform/http/problem.ts'
import { Done } from '../../platform/http/shapes.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Accounts } from '../accounts/index.ts'
import { paymentProblems } from './payment-problems.ts'
import {
  Methods,
  OnePayment,
  PaymentParams,
  PaymentWithRefunds,
  ReturnBody,
  SimulationBody,
} from './payment-schemas.ts'
import { toPaymentView, toRefundView } from './payment-views.ts'
import type { PaymentMethod } from './payments.ts'
import type { ReceiveEventDeps } from './receive-event.ts'
import { type ShowPaymentDeps, showPayment } from './show-payment.ts'
import { simulatePayment } from './simulate-payment.ts'
import { type VerifyPaymentDeps, verifyPayment } from './verify-payment.ts'

const tags = ['payments']
const { malformed, unauthorized, forbidden } = httpProblems
const { notFound, notGenuine, notSimulated } = paymentProblems
const { unavailable } = serverProblems

export interface PaymentRoutesDeps extends VerifyPaymentDeps, ShowPaymentDeps, ReceiveEventDeps {
  methods(): readonly PaymentMethod[]
  authenticate: Accounts['authenticate']
  development: boolean
}

/** How one can pay, and what became of a payment. */
export const paymentRoutes =
  (deps: PaymentRoutesDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = deps.authenticate()

    app.get(
      '/payment-methods',
      { schema: { summary: 'How an order can be paid', tags, security: [], response: { 200: Methods } } },
      async () => ({ success: true as const, methods: [...deps.methods()] }),
    )

    app.get(
      '/payments/:paymentId',
      {
        onRequest,
        schema: {
          summary: 'A payment, and what was given back of it',
          description: 'For whoever pays it, and who manages its store.',
          tags,
          params: PaymentParams,
          response: { 200: PaymentWithRefunds, ...problems(malformed, unauthorized, notFound, unavailable) },
        },
      },
      async ({ caller, params: { paymentId } }) => {
        const { payment, refunds } = await showPayment(deps, paymentId, caller)
        return { success: true as const, payment: toPaymentView(payment), refunds: refunds.map(toRefundView) }
      },
    )

    app.post(
      '/payments/:paymentId/verification',
      {
        onRequest,
        schema: {
          summary: 'The customer comes back from the checkout',
          description:
            '200 when there is nothing to wait for: the money is in, or is to be collected at the door (of cash the `status` is `due` until then). 202 while the money is not known to be in: the order tells when it is, whether this is asked again or not.',
          tags,
          params: PaymentParams,
          body: ReturnBody,
          response: {
            200: OnePayment,
            202: OnePayment,
            ...problems(malformed, notGenuine, unauthorized, forbidden, notFound, unavailable),
          },
        },
      },
      async ({ caller, params: { paymentId }, body, log }, reply) => {
        const payment = await verifyPayment(deps, { paymentId, caller, returned: body, log: log as Logger })
        const isIn = payment.status === 'captured' || payment.kind === 'cash'
        return reply.code(isIn ? 200 : 202).send({ success: true, payment: toPaymentView(payment) })
      },
    )

    if (!deps.development) return
    app.post(
      '/payments/:paymentId/simulation',
      {
        onRequest,
        schema: {
          summary: 'Pay a test payment, or fail to',
          description: 'In development mode only. It goes the way of a webhook: the order knows it a moment later.',
          tags,
          params: PaymentParams,
          body: SimulationBody,
          response: { 202: Done, ...problems(malformed, unauthorized, forbidden, notFound, notSimulated, unavailable) },
        },
      },
      async ({ caller, params: { paymentId }, body: { outcome }, log }, reply) => {
        await simulatePayment(deps, { paymentId, caller, outcome, log: log as Logger })
        return reply.code(202).send({ success: true })
      },
    )
  }
