import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Values } from '../../platform/config/section.ts'
import type { Database } from '../../platform/database/database.ts'
import { serverProblems } from '../../platform/http/http-problems.ts'
import { randomSecret } from '../../platform/ids.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { Accounts, Caller } from '../accounts/index.ts'
import { ordersTopic } from './note-change.ts'
import { heartbeat, type OrderStream, openStream, type StreamEnd } from './order-stream.ts'
import { orderStreamProblems } from './order-stream-problems.ts'
import { readOrderNews } from './order-stream-queries.ts'
import { createOrderWatchers } from './order-watchers.ts'
import type { ordersSettings } from './orders-settings.ts'
import { createStoreWatchers } from './store-watchers.ts'
import type { StorePosition } from './stream-position.ts'

export interface OrderStreamsDeps {
  settings: Pick<Values<typeof ordersSettings>, 'mostStreamsForUser' | 'mostStreams'>
  database: Pick<Database, 'raw'>
  changes: Pick<ChangeFeed, 'follow'>
  accounts: Pick<Accounts, 'stillHolds'>
  clock: Clock
  log: Logger
  metrics: Pick<Metrics, 'gauge' | 'counter'>
  /** How often something is sent on a stream where nothing happens. */
  secondsBetweenBeats?: number
}

/** Who listens, on which answer. */
interface Listening {
  caller: Caller
  response: ServerResponse
  /** What the answer has to say besides. */
  headers: OutgoingHttpHeaders
}

/**
 * The open streams of this process. One reading serves them all: it follows what other processes note, and asks the
 * database about orders that somebody watches, and no others.
 */
export interface OrderStreams {
  /** Whether there is room for another stream, which has to be opened at once. @throws order_stream.too_many, server.unavailable */
  requireRoom(caller: Caller): void
  /** `after` is the last event that the client has. */
  watchOrder(orderId: string, listening: Listening & { after: number | undefined }): void
  watchStore(storeId: string, listening: Listening & { position: StorePosition | undefined }): void
  /** Ends all streams at once, and opens no more. */
  stop(): void
}

/** Proxies close what is silent for a minute, some for half of one. */
const usualSecondsBetweenBeats = 15
/** What others revoked is known here after 2 s at most, so that nobody listens for more than 5. */
const secondsBetweenChecks = 2
const retryReadingMs = 1000

/** Clients that were cut off together do not come back together. */
const chanceRetryMs = (): number => 1000 + (randomSecret(1)[0] as number) * 8

export function createOrderStreams({
  settings,
  database,
  changes,
  accounts,
  clock,
  log,
  metrics,
  secondsBetweenBeats = usualSecondsBetweenBeats,
}: OrderStreamsDeps): OrderStreams {
  const open = new Map<OrderStream, 'order' | 'store'>()
  const gauge = metrics.gauge('order_streams_open', 'Streams of order events that are open.', ['kind'])
  const ended = metrics.counter(
    'order_streams_ended_total',
    'Streams that the server ended before their order did, by reason.',
    ['reason'],
  )
  const orders = createOrderWatchers({ clock })
  const stores = createStoreWatchers(database)
  /** Orders that are to be read, each after the last event that all its watchers have. */
  const pending = new Map<string, number>()
  let areStoresPending = false
  let isReading = false
  let isLost = false
  let isStopped = false
  let timers: NodeJS.Timeout[] = []

  function end(stream: OrderStream, reason: StreamEnd): void {
    ended.inc({ reason })
    stream.end(reason)
  }

  const hasWork = () => !isStopped && (pending.size > 0 || areStoresPending)

  async function readOrders(): Promise<void> {
    const after = new Map(pending)
    pending.clear()
    try {
      const news = Map.groupBy(await readOrderNews(database, after), ({ orderId }) => orderId)
      for (const [orderId, events] of news) orders.tell(orderId, events, { after: after.get(orderId) ?? 0 })
    } catch (error) {
      for (const orderId of after.keys()) if (orders.has(orderId)) pend(orderId)
      throw error
    }
  }

  async function readStores(): Promise<void> {
    areStoresPending = false
    try {
      await stores.look()
    } catch (error) {
      areStoresPending = true
      throw error
    }
  }

  async function readAll(): Promise<void> {
    while (hasWork()) {
      if (pending.size > 0) await readOrders()
      if (areStoresPending) await readStores()
      isLost = false
    }
  }

  async function lookNow(): Promise<void> {
    try {
      await readAll()
    } catch (error) {
      if (!isLost) log.warn({ err: error }, 'events of orders cannot be read: streams wait until they can')
      isLost = true
      setTimeout(look, retryReadingMs).unref()
    } finally {
      isReading = false
    }
    if (!isLost && hasWork()) look()
  }

  function look(): void {
    if (isReading) return
    isReading = true
    void lookNow()
  }

  function pend(orderId: string): void {
    pending.set(orderId, Math.min(orders.lastOf(orderId), pending.get(orderId) ?? Number.POSITIVE_INFINITY))
  }

  changes.follow(ordersTopic, (keys) => {
    if (open.size === 0) return
    // It may be another database, with other numbers: whoever comes back begins anew where that is so.
    if (keys === 'everything') for (const stream of open.keys()) end(stream, 'stopping')
    else
      for (const key of keys) {
        const [storeId = '', orderId = ''] = key.split(' ')
        if (orders.has(orderId)) pend(orderId)
        areStoresPending ||= stores.has(storeId)
      }
    if (hasWork()) look()
  })

  function check(): void {
    for (const stream of open.keys()) if (!accounts.stillHolds(stream.caller)) end(stream, 'unauthorized')
  }

  function beat(): void {
    for (const [stream, kind] of open) if (kind === 'order') stream.send(heartbeat)
    orders.endOverdue()
    stores.beat()
    if (stores.isEmpty()) return
    areStoresPending = true // so that nobody falls back behind what happens in other stores
    look()
  }

  function keepTime(): void {
    if (open.size === 0) {
      for (const timer of timers) clearInterval(timer)
      timers = []
    } else if (timers.length === 0) {
      timers = [setInterval(check, secondsBetweenChecks * 1000), setInterval(beat, secondsBetweenBeats * 1000)]
      for (const timer of timers) timer.unref()
    }
  }

  function begin(
    kind: 'order' | 'store',
    { caller, response, headers }: Listening,
    watch: (stream: OrderStream) => () => void,
  ) {
    const onClose = () => {
      open.delete(stream)
      forget()
      gauge.dec({ kind })
      keepTime()
    }
    const stream = openStream(response, { caller, headers, retryMs: chanceRetryMs(), onClose })
    const forget = watch(stream)
    open.set(stream, kind)
    gauge.inc({ kind })
    keepTime()
    look()
  }

  return {
    requireRoom({ userId }) {
      if (isStopped || open.size >= settings.mostStreams) throw serverProblems.unavailable({ retryAfter: 5 })
      const own = [...open.keys()].filter(({ caller }) => caller.userId === userId)
      if (own.length >= settings.mostStreamsForUser) throw orderStreamProblems.tooMany({ retryAfter: 5 })
    },
    watchOrder(orderId, { after, ...listening }) {
      begin('order', listening, (stream) => {
        const forget = orders.add({ orderId, stream, ...(after !== undefined && { after }) })
        pend(orderId)
        return forget
      })
    },
    watchStore(storeId, { position, ...listening }) {
      begin('store', listening, (stream) => {
        areStoresPending = true
        return stores.add({ storeId, stream, ...(position && { position }) })
      })
    },
    stop() {
      isStopped = true
      for (const stream of open.keys()) end(stream, 'stopping')
    },
  }
}
