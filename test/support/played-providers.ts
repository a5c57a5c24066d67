import type { GatewayRequest, Play, WebhookCall, WebhookSender } from './fake-gateway.ts'
import { fakeRazorpay, type RazorpayOperation, razorpayEnv, razorpayKeys } from './fake-razorpay.ts'
import { fakeStripe, type StripeOperation, stripeEnv, stripeKeys } from './fake-stripe.ts'

/** What every provider is asked for, by whatever name. */
type Step = 'begin' | 'find' | 'look' | 'refund'
type Plays = { [step in Step]?: Play | readonly Play[] }

/** A provider's stand-in, by the same face for all. */
export interface PlayedProvider {
  env: Record<string, string>
  requests: GatewayRequest[]
  secrets: string[]
  /** What it knows of people. */
  personal: string[]
  clientFields: string[]
  refuses: Play
  rejects: Play
  play(plays: Plays): void
  pay(reference: string, paying?: { isSilent?: boolean; isDeclined?: boolean }): void
  lastReference(): string
  /** Somebody gives back at the dashboard of what was paid. */
  giveBack(reference: string, amountPaise: number): void
  webhooks: Pick<WebhookSender, 'told' | 'set'>
  told(request: GatewayRequest | undefined): { amountPaise: number; currency: string; paymentId: string }
  refundCount(): number
  /** That all was paid, in a webhook. */
  event(reference: string, secret?: string): WebhookCall
  /** Signed, and of no interest, or not as described. */
  oddities(): WebhookCall[]
  arrived(): Promise<void>
  close(): Promise<void>
}

interface Surroundings {
  send: (call: WebhookCall) => Promise<number>
  clock: { now(): number }
}

/** Named by one side, played by the other. */
const renamed = <T extends string>(plays: Plays, names: Record<Step, T>): { [name in T]?: Play | readonly Play[] } =>
  Object.fromEntries(Object.entries(plays).map(([step, play]) => [names[step as Step], play])) as never

async function playedRazorpay({ send }: Surroundings): Promise<PlayedProvider> {
  const fake = await fakeRazorpay({ webhooks: send })
  const names: Record<Step, RazorpayOperation> = {
    begin: 'createOrder',
    find: 'listOrders',
    look: 'orderPayments',
    refund: 'refund',
  }
  const { keySecret, webhookSecret } = razorpayKeys
  const paymentOf = (reference: string) => ({ id: 'pay_x', order_id: reference, amount: 25_000, currency: 'INR' })
  return {
    env: razorpayEnv(fake.baseUrl),
    requests: fake.requests,
    secrets: [keySecret, webhookSecret],
    personal: ['asha@example.com', '9876543210', 'asha@upi'],
    clientFields: ['amountPaise', 'currency', 'keyId', 'orderId'],
    refuses: { status: 401, body: { error: { code: 'BAD_REQUEST_ERROR', description: 'Authentication failed' } } },
    rejects: { status: 400, body: { error: { code: 'BAD_REQUEST_ERROR', description: 'No asha@example.com' } } },
    play: (plays) => fake.play(renamed(plays, names)),
    pay: (reference, { isDeclined, ...paying } = {}) =>
      void fake.pay(reference, { ...paying, state: isDeclined ? 'failed' : 'captured' }),
    lastReference: () => [...fake.orders.keys()].at(-1) ?? '',
    giveBack(reference, amountPaise) {
      const paid = [...fake.payments.values()].find(({ order_id }) => order_id === reference)
      fake.refundByHand(paid?.id ?? '', amountPaise)
    },
    webhooks: fake.webhooks,
    told: (request) => {
      const { amount, currency, receipt } = request?.fields ?? {}
      return { amountPaise: Number(amount), currency: String(currency), paymentId: String(receipt) }
    },
    refundCount: () => fake.refunds.size,
    event: (reference, secret) => fake.sign('payment.captured', { payment: paymentOf(reference) }, secret),
    oddities: () => [
      fake.sign('payment.downtime.started', { 'payment.downtime': { id: 'down_x' } }),
      fake.sign('payment.captured', {}),
      fake.sign('payment.captured', { payment: [] }),
      fake.sign('refund.processed', { refund: { id: null } }),
      fake.sign('', {}),
    ],
    arrived: fake.webhooks.arrived,
    close: fake.close,
  }
}

async function playedStripe(surroundings: Surroundings): Promise<PlayedProvider> {
  const fake = await fakeStripe(surroundings)
  const names: Record<Step, StripeOperation> = {
    begin: 'createIntent',
    find: 'listIntents',
    look: 'readIntent',
    refund: 'createRefund',
  }
  const { secretKey, webhookSecret } = stripeKeys
  return {
    env: stripeEnv(fake.baseUrl),
    requests: fake.requests,
    secrets: [secretKey, webhookSecret],
    personal: ['asha@example.com'],
    clientFields: ['clientSecret', 'publishableKey'],
    refuses: { status: 401, body: { error: { type: 'invalid_request_error', message: 'Invalid API Key sk_test_x' } } },
    rejects: { status: 400, body: { error: { type: 'invalid_request_error', message: 'No asha@example.com' } } },
    play: (plays) => fake.play(renamed(plays, names)),
    pay: (reference, paying) => void fake.pay(reference, paying),
    lastReference: () => [...fake.intents.keys()].at(-1) ?? '',
    giveBack: fake.refundByHand,
    webhooks: fake.webhooks,
    told: (request) => {
      const { amount, currency, 'metadata[payment]': paymentId } = request?.fields ?? {}
      return { amountPaise: Number(amount), currency: String(currency).toUpperCase(), paymentId: String(paymentId) }
    },
    refundCount: () => fake.refunds.size,
    event: (reference, secret) => {
      const { metadata = {} } = fake.intents.get(reference) ?? {}
      const intent = { id: reference, status: 'succeeded', amount: 25_000, amount_received: 25_000, currency: 'inr' }
      return fake.sign('payment_intent.succeeded', { ...intent, metadata }, { ...(secret && { secret }) })
    },
    oddities: () => [
      fake.sign('payment_intent.created', { id: 'pi_x' }),
      fake.sign('payment_intent.succeeded', { id: 'pi_x', metadata: {} }, { livemode: true }),
      fake.sign('radar.early_fraud_warning.created', {}),
    ],
    arrived: fake.webhooks.arrived,
    close: fake.close,
  }
}

const played = { razorpay: playedRazorpay, stripe: playedStripe }
export type ProviderName = keyof typeof played
export const providerNames = Object.keys(played) as ProviderName[]

/** The stand-in of a provider. A new provider needs an entry above. Close it after use. */
export const playProvider = (id: ProviderName, surroundings: Surroundings): Promise<PlayedProvider> =>
  played[id](surroundings)
