import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * What a gateway does with a request: works, answers what is written here and does nothing, never answers, drops the
 * connection, answers a web page; or it works, and loses the answer or has it come later.
 */
export type Play =
  | 'work'
  | { status: number; body?: unknown }
  | 'hang'
  | 'reset'
  | 'html'
  | 'lose'
  | { afterMs: number }

export interface GatewayRequest {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  /** Of JSON or of a form. */
  fields: Record<string, unknown>
  /** Which of the gateway's operations it is. */
  operation: string
}

export interface GatewayAnswer {
  status: number
  body: unknown
}

export interface GatewayServer {
  baseUrl: string
  port: number
  /** Every request, in the order of arrival. */
  requests: GatewayRequest[]
  /** Sets what becomes of an operation from now on. Of a list each is done once, and the last one ever after. */
  play(plays: Record<string, Play | readonly Play[]>): void
  close(): Promise<void>
}

export interface Gateway {
  /** The name of the operation behind a method and a path. */
  operationOf(method: string, path: string): string
  work(request: GatewayRequest): GatewayAnswer | Promise<GatewayAnswer>
}

function fieldsOf(headers: IncomingHttpHeaders, body: string): Record<string, unknown> {
  if (body === '') return {}
  return headers['content-type']?.includes('json') ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body))
}

async function perform(play: Play, work: () => Promise<GatewayAnswer>, response: ServerResponse): Promise<void> {
  const reply = ({ status, body }: GatewayAnswer) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  if (play === 'hang') return
  if (play === 'reset') return void response.socket?.resetAndDestroy()
  if (play === 'html') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>')
  if (typeof play === 'object' && 'status' in play) return void reply({ status: play.status, body: play.body ?? {} })
  const answer = await work()
  if (play === 'lose') return void response.socket?.resetAndDestroy()
  if (typeof play === 'object') await sleep(play.afterMs, undefined, { ref: false })
  reply(answer)
}

/** A gateway on a free port of this machine. */
export async function gatewayServer({ operationOf, work }: Gateway): Promise<GatewayServer> {
  const requests: GatewayRequest[] = []
  const scripts = new Map<string, Play[]>()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://localhost')
    const { method = 'GET', headers } = request
    const operation = operationOf(method, path)
    const seen = { method, path, query, headers, fields: fieldsOf(headers, body), operation }
    if (operation !== 'control') requests.push(seen)
    const script = scripts.get(operation) ?? ['work']
    const play = (script.length > 1 ? script.shift() : script[0]) ?? 'work'
    await perform(play, async () => work(seen), response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    port,
    requests,
    play(plays) {
      for (const [operation, play] of Object.entries(plays)) scripts.set(operation, [play].flat() as Play[])
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A webhook as it is sent. */
export interface WebhookCall {
  headers: Record<string, string>
  body: string
}

/** How webhooks travel. */
export interface Delivery {
  /** How often each is sent. */
  copies: number
  delayMs: number
  /** Of a hundred so many are never sent. */
  dropPercent: number
  /** They wait for each other for a moment, and leave in any order. */
  shuffles: boolean
  /** So many more tries, each after this pause, while they are not answered 2xx. */
  retries: number
  retryMs: number
}

export interface WebhookSender {
  tell(call: WebhookCall): void
  set(delivery: Partial<Delivery>): void
  /** All that was told so far, whether it was sent or not. */
  told: WebhookCall[]
  /** Statuses of the answers so far; 0 for none. */
  answers: number[]
  /** Resolves when nothing is on its way. */
  arrived(): Promise<void>
}

const shuffleMs = 30

/** Sends webhooks by whatever can send one and tell the status of the answer. */
export function webhookSender(send: (call: WebhookCall) => Promise<number>): WebhookSender {
  const delivery: Delivery = { copies: 1, delayMs: 0, dropPercent: 0, shuffles: false, retries: 0, retryMs: 100 }
  const told: WebhookCall[] = []
  const answers: number[] = []
  const onTheirWay = new Set<Promise<void>>()

  async function deliver(call: WebhookCall): Promise<void> {
    const { delayMs, shuffles, retries, retryMs } = delivery
    const wait = delayMs + (shuffles ? Math.random() * shuffleMs : 0)
    if (wait > 0) await sleep(wait)
    for (let attempt = 0; attempt <= retries; attempt += 1) {
      if (attempt > 0) await sleep(retryMs)
      const status = await send(call).catch(() => 0)
      answers.push(status)
      if (status >= 200 && status < 300) return
    }
  }

  return {
    told,
    answers,
    set: (changes) => void Object.assign(delivery, changes),
    tell(call) {
      told.push(call)
      if (Math.random() * 100 < delivery.dropPercent) return
      for (let copy = 0; copy < delivery.copies; copy += 1) {
        const way = deliver(call).finally(() => onTheirWay.delete(way))
        onTheirWay.add(way)
      }
    },
    async arrived() {
      while (onTheirWay.size > 0) await Promise.all(onTheirWay)
    },
  }
}

/** Posts a webhook to an address. */
export const postWebhook =
  (url: string) =>
  async ({ headers, body }: WebhookCall): Promise<number> => {
    const { status } = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal: AbortSignal.timeout(5000),
    })
    return status
  }
