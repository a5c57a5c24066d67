import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Chance } from './chance.ts'
import type { Tally } from './checkout-report.ts'
import type { Play, WebhookCall } from './fake-gateway.ts'
import {
  type Paying,
  type RazorpayOperation,
  type RazorpayOrder,
  type RazorpayPayment,
  type RazorpayRefund,
  razorpayKeys,
} from './fake-razorpay.ts'

export interface TillState {
  orders: RazorpayOrder[]
  payments: RazorpayPayment[]
  refunds: RazorpayRefund[]
  /** All that was captured, and all that was given back of it, in paise. */
  money: { in: number; out: number }
}

/** How webhooks travel: of a hundred so many each way. */
export interface Weather {
  dropPercent: number
  copyPercent: number
  delayPercent: number
  longestDelayMs: number
}

/** Razorpay's stand-in in a process of its own, and the way that its webhooks take. */
export interface Till {
  baseUrl: string
  play(plays: { [operation in RazorpayOperation]?: Play | readonly Play[] }): Promise<void>
  refundsBecome(status: RazorpayRefund['status']): Promise<void>
  /** Refunds that take their time come to their end. */
  endRefunds(): Promise<void>
  pay(orderId: string, paying?: Paying): Promise<RazorpayPayment>
  state(): Promise<TillState>
  /** What the checkout hands to its success handler. */
  returned(payment: Pick<RazorpayPayment, 'id' | 'order_id'>): Record<string, string>
  weather(weather: Weather): void
  /** Somebody else says that an order was paid. The status that he is answered with, 0 for none. */
  forge(order: Pick<RazorpayOrder, 'id' | 'amount'>, to: string): Promise<number>
  /** Resolves when no webhook is on its way. */
  arrived(): Promise<void>
  end(): Promise<void>
}

export const fairWeather: Weather = { dropPercent: 0, copyPercent: 0, delayPercent: 0, longestDelayMs: 0 }

const program = new URL('fake-razorpay-process.ts', import.meta.url).pathname
const tries = 3
const retryMs = 300

const hexHmac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex')

async function send(url: string, { headers, body }: WebhookCall): Promise<number> {
  const all = { 'content-type': 'application/json', ...headers }
  const { status } = await fetch(`${url}/api/webhooks/razorpay`, {
    method: 'POST',
    headers: all,
    body,
    signal: AbortSignal.timeout(5000),
  })
  return status
}

/** @param urls of the servers, which get webhooks by turns: one that does not take it hands it to the next */
export async function openTill(urls: () => readonly string[], chance: Chance, tally: Tally): Promise<Till> {
  const onTheirWay = new Set<Promise<void>>()
  let weather = fairWeather
  let turn = 0

  async function deliver(call: WebhookCall, delayMs: number): Promise<void> {
    if (delayMs > 0) await sleep(delayMs)
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      turn += 1
      const url = urls()[turn % urls().length] ?? ''
      const status = await send(url, call).catch(() => 0)
      if (status >= 200 && status < 300) return tally.count('webhooks taken')
      await sleep(retryMs)
    }
    tally.count('webhooks that nobody took')
  }

  function receive(call: WebhookCall): void {
    tally.count('webhooks told')
    const isDropped = chance.percent(weather.dropPercent)
    if (isDropped) tally.count('webhooks dropped')
    const copies = isDropped ? 0 : chance.percent(weather.copyPercent) ? 2 + chance.below(2) : 1
    if (copies > 1) tally.count('webhooks duplicated')
    for (let copy = 0; copy < copies; copy += 1) {
      const isLate = chance.percent(weather.delayPercent)
      if (isLate) tally.count('webhooks delayed, and so out of order')
      const way = deliver(call, isLate ? chance.below(weather.longestDelayMs) : 0).finally(() => onTheirWay.delete(way))
      onTheirWay.add(way)
    }
  }

  const relay = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const of = (name: string) => String(request.headers[name] ?? '')
    const names = ['x-razorpay-signature', 'x-razorpay-event-id']
    receive({ headers: Object.fromEntries(names.map((name) => [name, of(name)])), body })
    response.writeHead(204).end()
  }).listen(0, '127.0.0.1')
  await once(relay, 'listening')
  const relayUrl = `http://127.0.0.1:${(relay.address() as AddressInfo).port}`

  const child = spawn(process.execPath, [program, relayUrl], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = (await once(createInterface(child.stdout), 'line')) as [string]
  const baseUrl = `http://127.0.0.1:${port}`
  async function control<T>(what: string, fields?: object): Promise<T> {
    const body = fields && { method: 'POST', body: JSON.stringify(fields) }
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${baseUrl}/control/${what}`, { ...body, headers })
    if (!response.ok) throw new Error(`the till refused to ${what}: ${response.status}`)
    return (await response.json()) as T
  }

  return {
    baseUrl,
    play: (plays) => control('play', plays),
    refundsBecome: (status) => control('refunds', { become: status }),
    async endRefunds() {
      const { refunds } = await control<TillState>('state')
      for (const { id, status } of refunds)
        if (status === 'pending') await control('refund', { refundId: id, become: 'processed' })
    },
    pay: (orderId, paying = {}) => control('pay', { orderId, ...paying }),
    state: () => control('state'),
    returned: ({ id, order_id }) => ({
      razorpay_payment_id: id,
      razorpay_order_id: order_id,
      razorpay_signature: hexHmac(razorpayKeys.keySecret, `${order_id}|${id}`),
    }),
    weather(next) {
      weather = next
    },
    async forge({ id, amount }, to) {
      const payment = { id: `pay_forged${id.slice(6)}`, order_id: id, amount, currency: 'INR', status: 'captured' }
      const content = { entity: 'event', event: 'payment.captured', payload: { payment: { entity: payment } } }
      const body = JSON.stringify({ ...content, contains: ['payment'], created_at: 1_700_000_000 })
      const signature = hexHmac('whoever-guesses-the-secret', body)
      const headers = { 'x-razorpay-signature': signature, 'x-razorpay-event-id': `evt_forged_${chance.below(1e9)}` }
      return send(to, { headers, body }).catch(() => 0)
    },
    async arrived() {
      while (onTheirWay.size > 0) await Promise.all(onTheirWay)
    },
    async end() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      relay.closeAllConnections()
      relay.close()
    },
  }
}
