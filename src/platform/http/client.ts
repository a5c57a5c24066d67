import { type IncomingMessage, Agent as PlainAgent, request as requestPlainly } from 'node:http'
import { request as requestSafely, Agent as SafeAgent } from 'node:https'
import type { Histogram } from 'prom-client'
import { startStopwatch } from '../clock.ts'

/** A call to a vendor that brought no answer. What the vendor did with it is unknown. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure'
  readonly kind: 'timeout' | 'connection'

  constructor(kind: 'timeout' | 'connection', cause: unknown) {
    super(kind === 'timeout' ? 'no answer in time' : 'no connection', { cause })
    this.kind = kind
  }
}

/** Why no answer came: `timeout`, or the system's code, which may lie under several wrappers. */
export function failureCode({ kind, cause: first }: HttpFailure): string {
  if (kind === 'timeout') return kind
  for (let cause = first; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code
  }
  return kind
}

interface AnyRequest {
  path: string
  basicAuth?: readonly [user: string, password: string]
  headers?: Record<string, string>
}

export interface HttpRequest extends AnyRequest {
  /** Sent as `application/x-www-form-urlencoded`; absent fields are left out. */
  form?: Record<string, string | undefined>
  json?: unknown
}

export interface HttpAnswer {
  status: number
  /** The JSON body when it is an object, else an empty one: vendors' proxies answer HTML on a bad day. */
  body: Record<string, unknown>
}

/** A client for one call to one vendor: its base URL, its time limit, its metric. It never retries. */
export interface HttpClient {
  /** @throws HttpFailure when no answer came in time */
  post(request: HttpRequest): Promise<HttpAnswer>
  /** @throws HttpFailure when no answer came in time */
  get(request: AnyRequest): Promise<HttpAnswer>
}

const longestBody = 64 * 1024

/** What `isSafeBaseUrl` asks for, as the end of a sentence. */
export const safeBaseUrl = 'an https:// address without user and path (or http:// on this machine)'

/** Whether requests with secrets may go there: https, or this machine. A user or a path would be lost on the way. */
export function isSafeBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, origin, href } = new URL(text)
  if (href !== `${origin}/`) return false
  return protocol === 'https:' || (protocol === 'http:' && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(hostname))
}

/** Idle connections are kept for the next call, and given up before a vendor does so. */
const keeping = { keepAlive: true, timeout: 4000 }
const plain = { request: requestPlainly, agent: new PlainAgent(keeping) }
const safe = { request: requestSafely, agent: new SafeAgent(keeping) }

interface Exchange {
  method: 'GET' | 'POST'
  headers: Record<string, string>
  content: string | undefined
  /** Of the whole of it. */
  timeoutMs: number
}

class TimeUp extends Error {}

/** The text of an answer; nothing of one that is too long, whose rest is not waited for. */
function readText(response: IncomingMessage): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const chunks: Buffer[] = []
  let length = 0
  response
    .on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= longestBody) chunks.push(chunk)
      else {
        resolve('')
        response.destroy()
      }
    })
    .once('end', () => resolve(Buffer.concat(chunks).toString()))
    .on('error', reject)
  return promise
}

/**
 * One request and its answer. By `node:http` itself: `fetch` takes 0.25 ms of CPU where this takes 0.1, and an order sends a
 * message at least.
 * @throws TimeUp; Error of the system
 */
async function exchange(url: URL, { method, headers, content, timeoutMs }: Exchange): Promise<HttpAnswer> {
  const { request: begin, agent } = url.protocol === 'https:' ? safe : plain
  const request = begin(url, { method, headers, agent })
  let isTimeUp = false
  const timer = setTimeout(() => {
    isTimeUp = true
    request.destroy()
  }, Math.ceil(timeoutMs)) // a timer takes whole milliseconds, and would be early
  try {
    const { promise: answered, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    request.once('response', resolve).on('error', reject)
    request.end(content)
    const response = await answered
    return { status: response.statusCode ?? 0, body: toBody(await readText(response)) }
  } catch (error) {
    throw isTimeUp ? new TimeUp() : error
  } finally {
    clearTimeout(timer)
  }
}

function toBody(text: string): HttpAnswer['body'] {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as HttpAnswer['body']) : {}
  } catch {
    return {}
  }
}

function encode({ form, json }: HttpRequest): { body: string; type: string } {
  if (!form) return { body: JSON.stringify(json), type: 'application/json' }
  const present = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { body: new URLSearchParams(present).toString(), type: 'application/x-www-form-urlencoded' }
}

/**
 * A bounded client. Redirects are not followed, so that a secret in a header stays where it was sent.
 *
 * @param timeoutMs for all requests together, counted from the first
 */
export function createHttpClient({
  baseUrl,
  timeoutMs,
  vendor,
  durations,
}: {
  baseUrl: string
  timeoutMs: number
  vendor: string
  durations?: Histogram<'vendor' | 'status'>
}): HttpClient {
  let elapsed: (() => number) | undefined

  async function call(
    method: Exchange['method'],
    { path, basicAuth, headers: own }: AnyRequest,
    content?: { body: string; type: string },
  ): Promise<HttpAnswer> {
    const headers: Record<string, string> = {
      accept: 'application/json',
      'user-agent': 'Blinkit-Backend/1',
      ...(content && { 'content-type': content.type }),
      ...own,
    }
    if (basicAuth) headers['authorization'] = `Basic ${Buffer.from(basicAuth.join(':')).toString('base64')}`

    elapsed ??= startStopwatch()
    const done = durations?.startTimer({ vendor })
    try {
      const exchanged = { method, headers, content: content?.body, timeoutMs: timeoutMs - elapsed() }
      const answer = await exchange(new URL(path, baseUrl), exchanged)
      done?.({ status: String(answer.status) })
      return answer
    } catch (cause) {
      const kind = cause instanceof TimeUp ? 'timeout' : 'connection'
      done?.({ status: kind })
      throw new HttpFailure(kind, cause)
    }
  }

  return {
    post: (request) => call('POST', request, encode(request)),
    get: (request) => call('GET', request),
  }
}
