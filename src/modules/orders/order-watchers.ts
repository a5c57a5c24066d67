import type { Clock } from '../../platform/clock.ts'
import { dataOf, idLine, isLast, type OrderStream } from './order-stream.ts'
import type { OrderNews, StreamedEvent } from './order-stream-queries.ts'

export interface OrderWatch {
  orderId: string
  /** The last event that the client has. */
  after?: number
  stream: OrderStream
}

interface OrderWatcher extends Omit<OrderWatch, 'after'> {
  /** `undefined` until its client was told how the order is. */
  last: number | undefined
  after: number | undefined
  /** What it was told last. */
  latest?: OrderNews
}

/** Those who watch one order each. Its events are numbered in the order in which they come, so the last one says all. */
export interface OrderWatchers {
  add(watch: OrderWatch): () => void
  has(orderId: string): boolean
  /** From which event on somebody does not know of this order. */
  lastOf(orderId: string): number
  /** Hands on what came after an event, and ends the streams of an order of which nothing more is to come. */
  tell(orderId: string, events: readonly OrderNews[], options: { after: number }): void
  /** Ends the streams of orders that ended, whose money takes too long. */
  endOverdue(): void
}

export function createOrderWatchers({ clock }: { clock: Clock }): OrderWatchers {
  const watchers = new Map<string, Set<OrderWatcher>>()

  /** What is new to somebody: at first how the order is, unless they said what they have, and it was one of ours. */
  function newTo(watcher: OrderWatcher, events: readonly StreamedEvent[]): readonly StreamedEvent[] {
    const { last, after } = watcher
    const latest = events.at(-1)
    if (last !== undefined) return events.filter(({ id }) => id > last)
    return after !== undefined && latest && after <= latest.id
      ? events.filter(({ id }) => id > after)
      : events.slice(-1)
  }

  return {
    add({ orderId, after, stream }) {
      const watcher: OrderWatcher = { orderId, stream, after, last: undefined }
      const ofOrder = watchers.get(orderId) ?? new Set()
      watchers.set(orderId, ofOrder.add(watcher))
      return () => {
        ofOrder.delete(watcher)
        if (ofOrder.size === 0 && watchers.get(orderId) === ofOrder) watchers.delete(orderId)
      }
    },
    has: (orderId) => watchers.has(orderId),
    lastOf: (orderId) => Math.min(...[...(watchers.get(orderId) ?? [])].map(({ last = 0 }) => last)),
    tell(orderId, events, { after }) {
      const latest = events.at(-1)
      if (!latest) return
      const texts = new Map(events.map((event) => [event.id, idLine(event.id) + dataOf(event)]))
      for (const watcher of watchers.get(orderId) ?? []) {
        if (watcher.last === undefined && after > 0) continue // it came while this was read, and is read for anew
        for (const { id } of newTo(watcher, events)) watcher.stream.send(texts.get(id) ?? '')
        watcher.last = Math.max(latest.id, watcher.last ?? 0)
        watcher.latest = latest
        if (isLast(latest, clock.now())) watcher.stream.end('ended')
      }
    },
    endOverdue() {
      for (const ofOrder of [...watchers.values()])
        for (const { latest, stream } of [...ofOrder]) if (latest && isLast(latest, clock.now())) stream.end('ended')
    },
  }
}
