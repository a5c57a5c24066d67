import { createHmac, randomBytes } from 'node:crypto'
import {
  type GatewayAnswer,
  type GatewayRequest,
  type GatewayServer,
  gatewayServer,
  type Play,
  type WebhookCall,
  type WebhookSender,
  webhookSender,
} from './fake-gateway.ts'

export const stripeKeys = {
  secretKey: 'sk_test_stripe_secret_4711',
  publishableKey: 'pk_test_0815',
  webhookSecret: 'whsec_stripe_webhook_secret',
}

/** Stripe set up, at a stand-in. */
export const stripeEnv = (baseUrl: string): Record<string, string> => ({
  STRIPE_SECRET_KEY: stripeKeys.secretKey,
  STRIPE_PUBLISHABLE_KEY: stripeKeys.publishableKey,
  STRIPE_WEBHOOK_SECRET: stripeKeys.webhookSecret,
  STRIPE_BASE_URL: baseUrl,
})

export interface StripeIntent {
  id: string
  object: 'payment_intent'
  amount: number
  amount_received: number
  amount_capturable: number
  currency: string
  status: string
  client_secret: string
  last_payment_error: { code: string; decline_code?: string; charge: string } | null
  metadata: Record<string, string>
  livemode: boolean
}

export interface StripeRefund {
  id: string
  object: 'refund'
  amount: number
  currency: string
  payment_intent: string
  status: string
  metadata: Record<string, string>
}

export type StripeOperation =
  | 'createIntent'
  | 'listIntents'
  | 'readIntent'
  | 'cancelIntent'
  | 'createRefund'
  | 'listRefunds'
  | 'readRefund'

export interface FakeStripe extends Pick<GatewayServer, 'baseUrl' | 'requests' | 'close'> {
  intents: Map<string, StripeIntent>
  refunds: Map<string, StripeRefund>
  webhooks: WebhookSender
  play(plays: { [operation in StripeOperation]?: Play | readonly Play[] }): void
  refundsBecome(status: string): void
  /** Somebody pays, or is declined. */
  pay(intentId: string, paying?: { amount?: number; isSilent?: boolean; isDeclined?: boolean }): StripeIntent
  endRefund(refundId: string, status: 'succeeded' | 'failed'): void
  /** Somebody gives it back at the dashboard. */
  refundByHand(intentId: string, amount: number): void
  dispute(intentId: string): void
  /** An event, signed now, or so many seconds ago. */
  sign(
    type: string,
    object: object,
    options?: { secret?: string; ageSeconds?: number; livemode?: boolean },
  ): WebhookCall
}

const paths: [operation: StripeOperation, method: string, path: RegExp][] = [
  ['createIntent', 'POST', /^\/v1\/payment_intents$/],
  ['listIntents', 'GET', /^\/v1\/payment_intents$/],
  ['cancelIntent', 'POST', /^\/v1\/payment_intents\/[^/]+\/cancel$/],
  ['readIntent', 'GET', /^\/v1\/payment_intents\/[^/]+$/],
  ['createRefund', 'POST', /^\/v1\/refunds$/],
  ['listRefunds', 'GET', /^\/v1\/refunds$/],
  ['readRefund', 'GET', /^\/v1\/refunds\/[^/]+$/],
]

const done = (body: unknown): GatewayAnswer => ({ status: 200, body })
const refuse = (status: number, code: string): GatewayAnswer => ({
  status,
  body: { error: { type: 'invalid_request_error', code, message: `Refused asha@example.com: ${code}` } },
})
const list = (data: unknown[]) => done({ object: 'list', data, has_more: false, url: '/v1/x' })

/** `metadata[a]=b` of a form. */
const metadataOf = (fields: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const key = /^metadata\[(\w+)\]$/.exec(name)?.[1]
      return key === undefined ? [] : [[key, String(value)]]
    }),
  )

/**
 * As much of Stripe's wire as we use, with a memory, on a free port of this machine. Close it after use.
 *
 * @param clock what events are signed with
 */
export async function fakeStripe({
  send = async () => 204,
  clock = { now: () => Date.now() },
}: {
  send?: (call: WebhookCall) => Promise<number>
  clock?: { now(): number }
} = {}): Promise<FakeStripe> {
  const intents = new Map<string, StripeIntent>()
  const refunds = new Map<string, StripeRefund>()
  const answers = new Map<string, { fields: string; answer: GatewayAnswer }>()
  const webhooks = webhookSender(send)
  let refundStatus = 'succeeded'
  const newId = (prefix: string) => `${prefix}_${randomBytes(12).toString('hex')}`

  const sign: FakeStripe['sign'] = (
    type,
    object,
    { secret = stripeKeys.webhookSecret, ageSeconds = 0, livemode = false } = {},
  ) => {
    const at = Math.floor(clock.now() / 1000) - ageSeconds
    const event = { id: newId('evt'), object: 'event', type, created: at, livemode, data: { object } }
    const body = JSON.stringify(event)
    const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
    return { headers: { 'stripe-signature': `t=${at},v1=${signature}` }, body }
  }
  const tell = (type: string, object: object) => webhooks.tell(sign(type, object))

  function createIntent({ fields }: GatewayRequest): GatewayAnswer {
    const intent: StripeIntent = {
      id: newId('pi'),
      object: 'payment_intent',
      amount: Number(fields['amount']),
      amount_received: 0,
      amount_capturable: 0,
      currency: String(fields['currency']),
      status: 'requires_payment_method',
      client_secret: newId('pi_secret'),
      last_payment_error: null,
      metadata: metadataOf(fields),
      livemode: false,
    }
    intents.set(intent.id, intent)
    return done(intent)
  }

  function cancel(intent: StripeIntent): GatewayAnswer {
    if (intent.status === 'succeeded' || intent.status === 'canceled')
      return refuse(400, 'payment_intent_unexpected_state')
    intent.status = 'canceled'
    tell('payment_intent.canceled', intent)
    return done(intent)
  }

  const wentBack = ({ id }: StripeIntent) =>
    [...refunds.values()]
      .filter((each) => each.payment_intent === id && each.status !== 'failed')
      .reduce((sum, { amount }) => sum + amount, 0)
  const unfolded = (intent: StripeIntent) => ({
    ...intent,
    latest_charge: intent.amount_received === 0 ? null : { object: 'charge', amount_refunded: wentBack(intent) },
  })

  function createRefund({ fields }: Pick<GatewayRequest, 'fields'>): GatewayAnswer {
    const intent = intents.get(String(fields['payment_intent']))
    const amount = Number(fields['amount'])
    if (!intent || amount > intent.amount_received - wentBack(intent)) return refuse(400, 'charge_already_refunded')
    const refund: StripeRefund = {
      id: newId('re'),
      object: 'refund',
      amount,
      currency: intent.currency,
      payment_intent: intent.id,
      status: refundStatus,
      metadata: metadataOf(fields),
    }
    refunds.set(refund.id, refund)
    tell('refund.created', refund)
    return done(refund)
  }

  function work(request: GatewayRequest): GatewayAnswer {
    const { operation, headers, path, fields, query } = request
    if (headers.authorization !== `Bearer ${stripeKeys.secretKey}`) return refuse(401, 'api_key_invalid')
    const id = path.split('/')[3] ?? ''
    const key = headers['idempotency-key']
    const known = typeof key === 'string' ? answers.get(key) : undefined
    const asked = JSON.stringify(fields)
    if (known) return known.fields === asked ? known.answer : refuse(400, 'idempotency_key_in_use')
    const intent = intents.get(id)
    const answer = (() => {
      if (operation === 'createIntent') return createIntent(request)
      if (operation === 'listIntents') return list([...intents.values()].reverse())
      if (operation === 'readIntent' && intent) return done(unfolded(intent))
      if (operation === 'cancelIntent' && intent) return cancel(intent)
      if (operation === 'createRefund') return createRefund(request)
      if (operation === 'listRefunds')
        return list([...refunds.values()].filter((each) => each.payment_intent === query.get('payment_intent')))
      const refund = operation === 'readRefund' ? refunds.get(id) : undefined
      return refund ? done(refund) : refuse(404, 'resource_missing')
    })()
    if (typeof key === 'string' && request.method === 'POST') answers.set(key, { fields: asked, answer })
    return answer
  }

  const operationOf = (method: string, path: string) =>
    paths.find(([, known, form]) => known === method && form.test(path))?.[0] ?? 'unknown'
  const server = await gatewayServer({ operationOf, work })
  const { baseUrl, requests, close, play } = server
  return {
    ...{ baseUrl, requests, close, intents, refunds, webhooks, sign },
    play: (plays) => play(plays as Record<string, Play>),
    refundsBecome(status) {
      refundStatus = status
    },
    pay(intentId, { amount, isSilent, isDeclined } = {}) {
      const intent = intents.get(intentId)
      if (!intent) throw new Error('no such intent')
      if (isDeclined) {
        intent.last_payment_error = { code: 'card_declined', decline_code: 'insufficient_funds', charge: newId('ch') }
      } else {
        intent.status = 'succeeded'
        intent.amount_received = amount ?? intent.amount
      }
      if (!isSilent) tell(isDeclined ? 'payment_intent.payment_failed' : 'payment_intent.succeeded', intent)
      return intent
    },
    endRefund(refundId, status) {
      const refund = refunds.get(refundId)
      if (!refund) throw new Error('no such refund')
      refund.status = status
      tell(status === 'failed' ? 'refund.failed' : 'refund.updated', refund)
    },
    refundByHand(intentId, amount) {
      createRefund({ fields: { payment_intent: intentId, amount } })
    },
    dispute(intentId) {
      const dispute = {
        id: newId('dp'),
        object: 'dispute',
        payment_intent: intentId,
        status: 'needs_response',
        amount: 1,
      }
      tell('charge.dispute.created', dispute)
    },
  }
}
