import type Stripe from 'stripe'
import { defineSection, headerText, setting, type Values } from '../../../platform/config/section.ts'
import { isSafeBaseUrl, safeBaseUrl } from '../../../platform/http/client.ts'
import { type Answer, definePaymentProvider, type SeenRefund } from '../payment-provider.ts'
import { clientSecretOf, toPayment, toRefund, toTries } from './stripe-entity.ts'
import { checkStripeEvent, readStripeEvent } from './stripe-event.ts'
import { refusalOf } from './stripe-failure.ts'

const settings = defineSection({
  title: 'Stripe',
  settings: {
    secretKey: setting.secret({
      env: 'STRIPE_SECRET_KEY',
      ...headerText,
      description: 'Secret or restricted key (sk_… or rk_…), from the Stripe dashboard.',
    }),
    publishableKey: setting.optionalText({
      env: 'STRIPE_PUBLISHABLE_KEY',
      pattern: '^pk_(test|live)_\\w+$',
      form: 'a publishable key such as pk_test_ and letters and digits',
      description: 'Publishable key. Clients get to see it.',
    }),
    webhookSecret: setting.secret({
      env: 'STRIPE_WEBHOOK_SECRET',
      minLength: 8,
      description: 'Signing secret (whsec_…) of the webhook endpoint PUBLIC_URL/api/webhooks/stripe.',
    }),
    baseUrl: setting.text({
      env: 'STRIPE_BASE_URL',
      default: 'https://api.stripe.com',
      description: 'Address of the API. Must be https, unless it is on this machine.',
    }),
  },
  check: ({ baseUrl }) => (isSafeBaseUrl(baseUrl) ? [] : [`STRIPE_BASE_URL must be ${safeBaseUrl}.`]),
})

type Line = { connection: Stripe; timeoutMs: number }

/**
 * A call that is made once and ends in time; what it fails with is an outcome. To the SDK an answer without an `error` in
 * it is a good one, whatever its status and content.
 */
async function ask<T extends object>(
  wire: Line,
  call: (stripe: Stripe, options: Stripe.RequestOptions) => Promise<Stripe.Response<T>>,
): Promise<Answer<T>> {
  try {
    const value = await call(wire.connection, { timeout: wire.timeoutMs, maxNetworkRetries: 0 })
    if (value && 'object' in value) return { outcome: 'done', value }
    return { outcome: 'unavailable', reason: 'stripe said nothing', alarm: false }
  } catch (error) {
    return refusalOf(error)
  }
}

const map = <T, U>(answer: Answer<T>, convert: (value: T) => U): Answer<U> =>
  answer.outcome === 'done' ? { outcome: 'done', value: convert(answer.value) } : answer

/** With its charge, which says what went back of it. */
const readIntent = (wire: Line, reference: string) =>
  ask(wire, (stripe, options) => stripe.paymentIntents.retrieve(reference, { expand: ['latest_charge'] }, options))

async function readRefunds(wire: Line, captureReference: string): Promise<Answer<SeenRefund[]>> {
  const page = await ask(wire, (stripe, options) =>
    stripe.refunds.list({ payment_intent: captureReference, limit: 100 }, options),
  )
  return map(page, ({ data }) => data.map(toRefund))
}

const clientOf = (intent: Stripe.PaymentIntent, { publishableKey }: Values<typeof settings>) => {
  const clientSecret = clientSecretOf(intent)
  return clientSecret === undefined ? null : { publishableKey, clientSecret }
}

/** @see https://docs.stripe.com/api/payment_intents */
export const stripe = definePaymentProvider({
  id: 'stripe',
  kind: 'online',
  title: 'Cards',
  settings,
  missing: ({ secretKey, publishableKey, webhookSecret }) => [
    ...(secretKey ? [] : ['STRIPE_SECRET_KEY']),
    ...(publishableKey ? [] : ['STRIPE_PUBLISHABLE_KEY']),
    ...(webhookSecret ? [] : ['STRIPE_WEBHOOK_SECRET']),
  ],
  leastPaise: 5000, // what 50 US cents are, with something to spare
  mostPaise: () => 99_999_999,

  // 0.3 s to load, so that only who uses it pays for it.
  async connect({ secretKey, baseUrl }) {
    const { default: StripeClient } = await import('stripe')
    const { hostname, port, protocol } = new URL(baseUrl)
    return new StripeClient(secretKey?.reveal() ?? '', {
      host: hostname,
      ...(port !== '' && { port }),
      protocol: protocol === 'http:' ? 'http' : 'https',
      telemetry: false,
      maxNetworkRetries: 0,
    })
  },

  gateway: {
    leastRefundPaise: 1,

    // It repeats an answer to the same key for a day, a 500 too.
    async begin({ id, orderId, amountPaise: amount, currency, starts }, wire) {
      const intent = await ask(wire, (stripe, options) =>
        stripe.paymentIntents.create(
          {
            amount,
            currency: currency.toLowerCase(),
            automatic_payment_methods: { enabled: true },
            metadata: { payment: id, order: orderId },
          },
          { ...options, idempotencyKey: `pi:${id}:${starts}` },
        ),
      )
      return map(intent, (made) => ({ reference: made.id, client: clientOf(made, wire.settings) ?? {} }))
    },

    // Nobody can have paid what no client was told of; the search is for order, and looks at the latest only.
    async find({ id }, wire) {
      const page = await ask(wire, (stripe, options) => stripe.paymentIntents.list({ limit: 100 }, options))
      return map(page, ({ data }) => data.find(({ metadata }) => metadata['payment'] === id)?.id)
    },

    async look({ reference }, wire) {
      const intent = await readIntent(wire, reference)
      return map(intent, (seen) => ({ tries: toTries(seen), client: clientOf(seen, wire.settings) }))
    },

    async cancel(reference, wire) {
      const intent = await ask(wire, (stripe, options) =>
        stripe.paymentIntents.cancel(reference, { cancellation_reason: 'abandoned' }, options),
      )
      return map(intent, () => undefined)
    },

    async refund({ id, captureReference, amountPaise: amount }, wire) {
      const refund = await ask(wire, (stripe, options) =>
        stripe.refunds.create(
          { payment_intent: captureReference, amount, metadata: { refund: id } },
          { ...options, idempotencyKey: `rf:${id}` },
        ),
      )
      return map(refund, toRefund)
    },

    findMoney: async (captureReference, wire) => map(await readIntent(wire, captureReference), toPayment),

    refundsOf: (captureReference, wire) => readRefunds(wire, captureReference),

    async findRefund({ id, captureReference, reference }, wire): Promise<Answer<SeenRefund | undefined>> {
      if (reference !== null)
        return map(await ask(wire, (stripe, options) => stripe.refunds.retrieve(reference, {}, options)), toRefund)
      return map(await readRefunds(wire, captureReference), (all) => all.find(({ refundId }) => refundId === id))
    },

    checkEvent: (call, { connection, settings: { webhookSecret } }) =>
      webhookSecret ? checkStripeEvent(call, connection, webhookSecret) : 'forged',
    readEvent: (body, { secretKey }) => readStripeEvent(body, /^[sr]k_live_/.test(secretKey?.reveal() ?? '')),
  },
})
