import { createHmac, randomBytes } from 'node:crypto'
import {
  type Delivery,
  type GatewayAnswer,
  type GatewayRequest,
  type GatewayServer,
  gatewayServer,
  type Play,
  postWebhook,
  type WebhookCall,
  type WebhookSender,
  webhookSender,
} from './fake-gateway.ts'

export const razorpayKeys = {
  keyId: 'rzp_test_1234567890abcd',
  keySecret: 'razorpay-key-secret-4711',
  webhookSecret: 'razorpay-webhook-secret-0815',
}

/** Razorpay set up, at a stand-in. */
export const razorpayEnv = (baseUrl: string): Record<string, string> => ({
  RAZORPAY_KEY_ID: razorpayKeys.keyId,
  RAZORPAY_KEY_SECRET: razorpayKeys.keySecret,
  RAZORPAY_WEBHOOK_SECRET: razorpayKeys.webhookSecret,
  RAZORPAY_BASE_URL: baseUrl,
})

export interface RazorpayOrder {
  id: string
  amount: number
  currency: string
  receipt: string
  status: 'created' | 'attempted' | 'paid'
}

export interface RazorpayPayment {
  id: string
  order_id: string
  amount: number
  currency: string
  status: 'created' | 'authorized' | 'captured' | 'failed' | 'refunded'
  amount_refunded: number
}

export interface RazorpayRefund {
  id: string
  payment_id: string
  amount: number
  status: 'pending' | 'processed' | 'failed'
  receipt: string | null
}

/** How a customer pays. */
export interface Paying {
  state?: 'authorized' | 'captured' | 'failed'
  /** Instead of what the order asks for. */
  amount?: number
  currency?: string
  /** A try there is, which comes to another end: what had failed is captured late. */
  paymentId?: string
  /** Nobody is told. */
  isSilent?: boolean
}

/** Operations whose answers can be played with. */
export type RazorpayOperation =
  | 'createOrder'
  | 'listOrders'
  | 'readOrder'
  | 'orderPayments'
  | 'readPayment'
  | 'capture'
  | 'refund'
  | 'paymentRefunds'
  | 'readRefund'

export interface FakeRazorpay extends Pick<GatewayServer, 'baseUrl' | 'port' | 'requests' | 'close'> {
  orders: Map<string, RazorpayOrder>
  payments: Map<string, RazorpayPayment>
  refunds: Map<string, RazorpayRefund>
  webhooks: WebhookSender
  play(plays: { [operation in RazorpayOperation]?: Play | readonly Play[] }): void
  /** What a refund becomes at once. */
  refundsBecome(status: RazorpayRefund['status']): void
  /** Somebody pays an order, all of it and captured unless said otherwise. */
  pay(orderId: string, paying?: Paying): RazorpayPayment
  /** A refund comes to an end, or somebody makes one at the dashboard. */
  endRefund(refundId: string, status: 'processed' | 'failed'): void
  refundByHand(paymentId: string, amount: number): RazorpayRefund
  dispute(paymentId: string): void
  /** What the checkout hands to its success handler. */
  returned(payment: RazorpayPayment): Record<string, string>
  /** A webhook, signed. */
  sign(event: string, payload: object, secret?: string): WebhookCall
  /** All that was captured, and all that was given back of it, in paise. */
  money(): { in: number; out: number }
}

const paths: [operation: RazorpayOperation | 'control', method: string, path: RegExp][] = [
  ['createOrder', 'POST', /^\/v1\/orders$/],
  ['listOrders', 'GET', /^\/v1\/orders$/],
  ['orderPayments', 'GET', /^\/v1\/orders\/[^/]+\/payments$/],
  ['readOrder', 'GET', /^\/v1\/orders\/[^/]+$/],
  ['capture', 'POST', /^\/v1\/payments\/[^/]+\/capture$/],
  ['refund', 'POST', /^\/v1\/payments\/[^/]+\/refund$/],
  ['paymentRefunds', 'GET', /^\/v1\/payments\/[^/]+\/refunds$/],
  ['readPayment', 'GET', /^\/v1\/payments\/[^/]+$/],
  ['readRefund', 'GET', /^\/v1\/refunds\/[^/]+$/],
  ['control', 'POST', /^\/control\/\w+$/],
  ['control', 'GET', /^\/control\/\w+$/],
]

const done = (body: unknown): GatewayAnswer => ({ status: 200, body })
const refuse = (description: string, status = 400): GatewayAnswer => ({
  status,
  body: { error: { code: 'BAD_REQUEST_ERROR', description, reason: 'input_validation_failed', metadata: {} } },
})
const collection = (items: unknown[]) => done({ entity: 'collection', count: items.length, items })

const hexHmac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex')

/**
 * Razorpay's wire with a memory, on a free port of this machine: orders, payments, captures, refunds, signed webhooks.
 * Customers, the bank and the weather between us and them are up to the test. Close it after use.
 *
 * @param webhooks where they go: an address, or whatever can take one
 */
export async function fakeRazorpay({
  webhooks: target = async () => 204,
}: {
  webhooks?: string | ((call: WebhookCall) => Promise<number>)
} = {}): Promise<FakeRazorpay> {
  const orders = new Map<string, RazorpayOrder>()
  const payments = new Map<string, RazorpayPayment>()
  const refunds = new Map<string, RazorpayRefund & { key?: string }>()
  let send = typeof target === 'string' ? postWebhook(target) : target
  const webhooks = webhookSender((call) => send(call))
  let refundStatus: RazorpayRefund['status'] = 'processed'
  let paysAtOnce: (Paying & { afterMs?: number }) | undefined
  const newId = (prefix: string) => `${prefix}_${randomBytes(7).toString('hex')}`

  // The shape of their entities, as far as anybody looks at them, with the fields that must not be seen anywhere.
  const personal = { email: 'asha@example.com', contact: '+919876543210', vpa: 'asha@upi' }
  const paymentOf = (payment: RazorpayPayment) => ({
    ...payment,
    ...personal,
    entity: 'payment',
    method: 'upi',
    captured: payment.status === 'captured' || payment.status === 'refunded',
    notes: [],
    ...(payment.status === 'failed' && { error_code: 'BAD_REQUEST_ERROR', error_reason: 'payment_failed' }),
    created_at: 1_700_000_000,
  })
  const orderOf = (order: RazorpayOrder) => ({
    ...order,
    entity: 'order',
    attempts: [...payments.values()].filter(({ order_id }) => order_id === order.id).length,
    notes: [],
    created_at: 1_700_000_000,
  })
  const refundOf = ({ key: _, ...refund }: RazorpayRefund & { key?: string }) => ({
    ...refund,
    entity: 'refund',
    currency: 'INR',
    notes: refund.receipt === null ? [] : { refund: refund.receipt },
    created_at: 1_700_000_000,
  })

  function sign(event: string, payload: object, secret = razorpayKeys.webhookSecret): WebhookCall {
    const wrapped = Object.fromEntries(Object.entries(payload).map(([name, entity]) => [name, { entity }]))
    const contains = Object.keys(payload)
    const body = JSON.stringify({ entity: 'event', event, contains, payload: wrapped, created_at: 1_700_000_000 })
    const headers = { 'x-razorpay-signature': hexHmac(secret, body), 'x-razorpay-event-id': newId('evt') }
    return { headers, body }
  }
  const tell = (event: string, payload: object) => webhooks.tell(sign(event, payload))

  function tellPayment(payment: RazorpayPayment): void {
    const entity = paymentOf(payment)
    tell(`payment.${payment.status}`, { payment: entity })
    const order = orders.get(payment.order_id)
    if (payment.status === 'captured' && order) tell('order.paid', { payment: entity, order: orderOf(order) })
  }

  function pay(orderId: string, { state = 'captured', isSilent, paymentId, ...paid }: Paying = {}): RazorpayPayment {
    const order = orders.get(orderId)
    if (!order) throw new Error('no such order')
    const { amount, currency } = { ...order, ...paid }
    const known = paymentId === undefined ? undefined : payments.get(paymentId)
    const fresh = { id: newId('pay'), order_id: orderId, amount, currency, amount_refunded: 0 }
    const payment = Object.assign(known ?? fresh, { status: state })
    payments.set(payment.id, payment)
    order.status = state === 'captured' ? 'paid' : order.status === 'paid' ? 'paid' : 'attempted'
    if (!isSilent) tellPayment(payment)
    return payment
  }

  function addRefund(payment: RazorpayPayment, amount: number, receipt: string | null, key?: string): RazorpayRefund {
    const refund = {
      id: newId('rfnd'),
      payment_id: payment.id,
      amount,
      status: refundStatus,
      receipt,
      ...(key && { key }),
    }
    refunds.set(refund.id, refund)
    if (refundStatus !== 'failed') payment.amount_refunded += amount
    if (payment.amount_refunded === payment.amount) payment.status = 'refunded'
    tellRefund('created', refund)
    if (refundStatus !== 'pending') tellRefund(refundStatus, refund)
    return refund
  }
  function tellRefund(what: string, refund: RazorpayRefund): void {
    const payment = payments.get(refund.payment_id)
    if (payment) tell(`refund.${what}`, { refund: refundOf(refund), payment: paymentOf(payment) })
  }

  function endRefund(refundId: string, status: 'processed' | 'failed'): void {
    const refund = refunds.get(refundId)
    const payment = payments.get(refund?.payment_id ?? '')
    if (!refund || !payment) throw new Error('no such refund')
    if (status === 'failed') {
      payment.amount_refunded -= refund.amount
      payment.status = 'captured'
    }
    refund.status = status
    tellRefund(status, refund)
  }

  function createOrder({ fields: { amount, currency, receipt } }: GatewayRequest): GatewayAnswer {
    if (!Number.isInteger(amount) || Number(amount) < 100) return refuse('The amount must be at least INR 1.00')
    const order = { id: newId('order'), amount: Number(amount), currency: String(currency), receipt: String(receipt) }
    const made: RazorpayOrder = { ...order, status: 'created' }
    orders.set(order.id, made)
    const { afterMs = 0, ...paying } = paysAtOnce ?? {}
    if (paysAtOnce) setTimeout(() => pay(order.id, paying), afterMs)
    return done(orderOf(made))
  }

  function capture(payment: RazorpayPayment, amount: unknown): GatewayAnswer {
    if (payment.status === 'captured') return refuse('This payment has already been captured')
    if (payment.status !== 'authorized') return refuse('Only payments which have been authorized can be captured')
    if (amount !== payment.amount) return refuse('Capture amount must be equal to the amount authorized')
    const isPaid = [...payments.values()].some(
      ({ order_id, status }) => order_id === payment.order_id && status === 'captured',
    )
    if (isPaid) return refuse('Request failed because the order is already paid')
    pay(payment.order_id, { paymentId: payment.id })
    return done(paymentOf(payment))
  }

  function refund(payment: RazorpayPayment, { fields, headers }: GatewayRequest): GatewayAnswer {
    const key = headers['x-refund-idempotency']
    const amount = Number(fields['amount'])
    const known = [...refunds.values()].find((each) => each.key === key && key !== undefined)
    if (known) return known.amount === amount ? done(refundOf(known)) : refuse('Different body under the same key', 409)
    if (payment.status !== 'captured') return refuse('The payment has been fully refunded already')
    if (amount > payment.amount - payment.amount_refunded) return refuse('The refund amount is more than was captured')
    return done(refundOf(addRefund(payment, amount, String(fields['receipt']), String(key))))
  }

  const state = () => ({
    orders: [...orders.values()],
    payments: [...payments.values()],
    refunds: [...refunds.values()],
  })

  /** For whoever runs this as a process of its own. */
  function control({ path, fields }: GatewayRequest): GatewayAnswer {
    const what = path.slice('/control/'.length)
    if (what === 'pay') return done(pay(String(fields['orderId']), fields as Paying))
    if (what === 'play') server.play(fields as Record<string, Play>)
    if (what === 'delivery') webhooks.set(fields as Partial<Delivery>)
    if (what === 'webhooks') send = postWebhook(String(fields['url']))
    if (what === 'payers') paysAtOnce = fields['state'] === undefined ? undefined : (fields as Paying)
    if (what === 'refunds') refundStatus = fields['become'] as RazorpayRefund['status']
    if (what === 'refund') endRefund(String(fields['refundId']), fields['become'] as 'processed' | 'failed')
    return done({ ...state(), money: money(), told: webhooks.told.length, answers: webhooks.answers })
  }

  function work(request: GatewayRequest): GatewayAnswer {
    const { operation, path, headers, fields, query } = request
    if (operation === 'control') return control(request)
    const { keyId, keySecret } = razorpayKeys
    const credentials = `Basic ${Buffer.from(`${keyId}:${keySecret}`).toString('base64')}`
    if (headers.authorization !== credentials) return refuse('Authentication failed', 401)
    const id = path.split('/')[3] ?? ''
    const order = orders.get(id)
    const payment = payments.get(id)
    if (operation === 'createOrder') return createOrder(request)
    if (operation === 'listOrders')
      return collection([...orders.values()].filter(({ receipt }) => receipt === query.get('receipt')).map(orderOf))
    if (operation === 'orderPayments' && order)
      return collection([...payments.values()].filter(({ order_id }) => order_id === id).map(paymentOf))
    if (operation === 'readOrder' && order) return done(orderOf(order))
    if (operation === 'readPayment' && payment) return done(paymentOf(payment))
    if (operation === 'capture' && payment) return capture(payment, fields['amount'])
    if (operation === 'refund' && payment) return refund(payment, request)
    if (operation === 'paymentRefunds' && payment)
      return collection([...refunds.values()].filter(({ payment_id }) => payment_id === id).map(refundOf))
    const found = operation === 'readRefund' ? refunds.get(id) : undefined
    return found ? done(refundOf(found)) : refuse('The id provided does not exist')
  }

  const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0)
  const money: FakeRazorpay['money'] = () => {
    const cameIn = [...payments.values()].filter(({ status }) => status === 'captured' || status === 'refunded')
    const wentOut = [...refunds.values()].filter(({ status }) => status !== 'failed')
    return { in: sum(cameIn.map(({ amount }) => amount)), out: sum(wentOut.map(({ amount }) => amount)) }
  }

  const operationOf = (method: string, path: string) =>
    paths.find(([, known, form]) => known === method && form.test(path))?.[0] ?? 'unknown'
  const server = await gatewayServer({ operationOf, work })
  const { baseUrl, port, requests, play, close } = server
  return {
    ...{ baseUrl, port, requests, close, orders, payments, refunds, webhooks, sign, pay, money },
    play: (plays) => play(plays as Record<string, Play>),
    refundsBecome(status) {
      refundStatus = status
    },
    endRefund,
    refundByHand(paymentId, amount) {
      const payment = payments.get(paymentId)
      if (!payment) throw new Error('no such payment')
      return addRefund(payment, amount, null)
    },
    dispute(paymentId) {
      const payment = payments.get(paymentId)
      if (payment)
        tell('payment.dispute.created', {
          payment: paymentOf(payment),
          dispute: {
            id: newId('disp'),
            entity: 'dispute',
            payment_id: paymentId,
            amount: payment.amount,
            status: 'open',
          },
        })
    },
    returned: ({ id, order_id }) => ({
      razorpay_payment_id: id,
      razorpay_order_id: order_id,
      razorpay_signature: hexHmac(razorpayKeys.keySecret, `${order_id}|${id}`),
    }),
  }
}
