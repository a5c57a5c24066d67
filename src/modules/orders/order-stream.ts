import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Caller } from '../accounts/index.ts'
import { hasEnded } from './order.ts'
import type { OrderNews, StreamedEvent } from './order-stream-queries.ts'

/** Why a stream ends. A client that is told `stopping` or nothing at all comes again with what it had last. */
export type StreamEnd = 'ended' | 'unauthorized' | 'stopping'

/** A stream of server-sent events to one client. @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface OrderStream {
  readonly caller: Caller
  isOpen(): boolean
  /** Hands text on. A client that reads too slowly is cut off, and misses nothing when it comes again. */
  send(text: string): void
  end(reason: StreamEnd): void
}

/** What may wait for a slow client: more than anybody is told at once. */
const mostWaitingBytes = 256 * 1024
/** How long a client may take to read the end. */
const graceMs = 1000

/** A provider may take days, or need a person: nobody waits for that with a stream. */
const longestWaitForMoneyMs = 300_000

/** Whether nothing more is to come of an order with this, its last event: it ended, and money that goes back is back. */
export const isLast = ({ statusNow, owedPaise, at }: OrderNews, now: number): boolean =>
  hasEnded(statusNow) && (owedPaise <= 0 || now - at.getTime() > longestWaitForMoneyMs)

/** The text of an event, but for its id. */
export const dataOf = ({ orderId, type, status, at, details, promisedAt }: StreamedEvent): string =>
  `event: order\ndata: ${JSON.stringify({ orderId, type, status, at, details, promisedAt })}\n\n`

/** What says where the client is, when it is sent without an event too. */
export const idLine = (position: number | string): string => `id: ${position}\n`

export const heartbeat = ':\n\n'

/**
 * Opens the stream on an answer that nobody else writes to.
 * @param onClose once, whoever closed it
 */
export function openStream(
  response: ServerResponse,
  {
    caller,
    headers,
    retryMs,
    onClose,
  }: { caller: Caller; headers: OutgoingHttpHeaders; retryMs: number; onClose: () => void },
): OrderStream {
  response.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no', // nginx would keep events until it has some kilobytes
  })
  response.on('error', () => undefined)
  response.once('close', onClose)
  const isOpen = () => !response.writableEnded && !response.destroyed
  const stream: OrderStream = {
    caller,
    isOpen,
    send(text) {
      if (!isOpen()) return
      response.write(text)
      if (response.writableLength > mostWaitingBytes) response.destroy()
    },
    end(reason) {
      if (!isOpen()) return
      response.end(`event: end\ndata: ${JSON.stringify({ reason })}\n\n`)
      setTimeout(() => response.destroy(), graceMs).unref() // a server that stops waits for every answer
    },
  }
  stream.send(`retry: ${retryMs}\n\n`)
  return stream
}
