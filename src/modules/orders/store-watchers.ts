import type { Database } from '../../platform/database/database.ts'
import { dataOf, heartbeat, idLine, type OrderStream } from './order-stream.ts'
import { readStoreNews, readStoreNow, type StreamedEvent } from './order-stream-queries.ts'
import { createSettledEvents } from './settled-events.ts'
import { type StorePosition, writeStorePosition } from './stream-position.ts'

export interface StoreWatch {
  storeId: string
  /** What the client has. */
  position?: StorePosition
  stream: OrderStream
}

interface StoreWatcher {
  storeId: string
  stream: OrderStream
  asked: StorePosition | undefined
  /** `undefined` until its client was told how the store's orders are. */
  has: { floor: number; above: Set<number> } | undefined
}

/**
 * Those who watch all orders of a store. Events of several orders are not seen in the order of their numbers, so a
 * watcher has all up to one, and some above it; nothing is lost or told twice, by this process or by the next.
 */
export interface StoreWatchers {
  add(watch: StoreWatch): () => void
  has(storeId: string): boolean
  isEmpty(): boolean
  /** Reads what is new in all their stores and hands it on. One call at a time. @throws Unavailable */
  look(): Promise<void>
  /** Says that the streams are alive, and where they are. */
  beat(): void
}

/** Of a client that comes back after so many events of its store, or so many of all: it is told how things are instead. */
const mostMissed = 500
const furthestBack = 100_000
/** Orders under way that somebody new is told of. */
const mostStates = 300
/** How many events before the latest may still come, where no transaction is known to be over. */
const unsettledWindow = 1000

export function createStoreWatchers(database: Pick<Database, 'raw'>): StoreWatchers {
  const watchers = new Set<StoreWatcher>()
  const settled = createSettledEvents()

  function raise(has: NonNullable<StoreWatcher['has']>, floor: number): void {
    if (floor <= has.floor) return
    has.floor = floor
    for (const id of has.above) if (id <= floor) has.above.delete(id)
  }

  /** Sends what is new to somebody of everything above their floor. Nothing else comes any more up to `settledUpTo`. */
  function send({ storeId, has, stream }: StoreWatcher, events: readonly StreamedEvent[], settledUpTo: number): void {
    if (!has) return
    for (const event of events) {
      if (event.storeId !== storeId || event.id <= has.floor || has.above.has(event.id)) continue
      has.above.add(event.id)
      raise(has, Math.min(event.id, settledUpTo))
      stream.send(idLine(writeStorePosition(has)) + dataOf(event))
    }
    raise(has, settledUpTo)
  }

  async function beginAnew(watcher: StoreWatcher): Promise<void> {
    const { storeId, stream } = watcher
    const wanted = { storeId, settled: settled.upTo, window: unsettledWindow, limit: mostStates }
    const { sight, recent, states } = await readStoreNow(database, wanted)
    const known = settled.see(sight)
    const floor = Math.max(known, sight.latest - unsettledWindow, 0)
    watcher.has = { floor, above: new Set(recent.filter((id) => id > floor)) }
    // Only with the last of them does the client have all: who loses the connection before begins anew.
    stream.send(states.map(dataOf).join('') + idLine(writeStorePosition(watcher.has)) + heartbeat)
  }

  async function goOn(watcher: StoreWatcher, asked: StorePosition): Promise<void> {
    const wanted = { storeIds: [watcher.storeId], after: asked.floor, limit: mostMissed + 1 }
    const { sight, events } = await readStoreNews(database, wanted)
    const floor = settled.see(sight)
    const isOurs = asked.floor <= sight.latest && asked.floor >= sight.latest - furthestBack
    if (!isOurs || events.length > mostMissed) return beginAnew(watcher)
    watcher.has = { floor: asked.floor, above: new Set(asked.above) }
    send(watcher, events, floor)
  }

  async function lookForAll(): Promise<void> {
    const told = [...watchers].flatMap(({ has }) => (has ? [has.floor] : []))
    if (told.length === 0) return
    const storeIds = [...new Set([...watchers].map(({ storeId }) => storeId))]
    const { sight, events } = await readStoreNews(database, { storeIds, after: Math.min(...told) })
    const floor = settled.see(sight)
    for (const watcher of watchers) send(watcher, events, floor)
  }

  return {
    add({ storeId, position, stream }) {
      const watcher: StoreWatcher = { storeId, stream, asked: position, has: undefined }
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    has: (storeId) => [...watchers].some((watcher) => watcher.storeId === storeId),
    isEmpty: () => watchers.size === 0,
    async look() {
      await lookForAll()
      for (const watcher of watchers) {
        if (watcher.has) continue
        if (watcher.asked) await goOn(watcher, watcher.asked)
        else await beginAnew(watcher)
      }
    },
    beat() {
      for (const { has, stream } of watchers) stream.send(has ? `:\n${idLine(writeStorePosition(has))}\n` : heartbeat)
    },
  }
}
