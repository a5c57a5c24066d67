import { type Clock, startStopwatch } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { afterTransaction, inTransaction } from '../database/in-transaction.ts'
import type { Logger } from '../observability/logger.ts'
import { deleteOldChanges, insertChanges, readChanges, readHorizon } from './change-queries.ts'

/** Keys of a topic that changed, or `everything` when it is not known which. */
export type ChangeListener = (keys: readonly string[] | 'everything') => void

/**
 * Tells every process what changed in the database, so that none keeps an old copy for longer than a second. It asks
 * instead of being told: what is asked for cannot be lost.
 * @see docs/decisions/0008-changes.md
 */
export interface ChangeFeed {
  /** In the transaction of the change: it is told when that is committed, here at once, and never when it is not. */
  note(tx: Tx, topic: string, keys: readonly string[]): Promise<void>
  /** Before the start. The listener only marks what it keeps as old; it never throws and waits for nothing. */
  follow(topic: string, listener: ChangeListener): void
  /**
   * Whether everything that was committed a second ago has been told. While it has not, because the database or this
   * process is slow, copies must not be used.
   */
  isCurrent(): boolean
  /** Begins to ask, four times a second. @throws Unavailable */
  start(): Promise<void>
  stop(): void
  /** Deletes what nobody needs any more. For a job, each minute or so. */
  cleanUp(): Promise<void>
}

export interface ChangeFeedDeps {
  database: Pick<Database, 'raw' | 'db'>
  clock: Clock
  log: Logger
}

const everyMs = 250
const longestLagMs = 1000
/** How long changes are kept: a process that asked for nothing for so long takes everything as changed. */
const keptMs = 300_000

export function createChangeFeed({ database, clock, log }: ChangeFeedDeps): ChangeFeed {
  const listeners = new Map<string, ChangeListener[]>()
  let horizon: string | undefined
  /** Told already, and still in what is read: a transaction that is open for long holds them there. */
  let told = new Set<number>()
  /** Of this process' own, told when they were committed and not read yet. */
  const toldHere = new Set<number>()
  let sinceAsked: (() => number) | undefined
  let asking = false
  let isLost = false
  let timer: NodeJS.Timeout | undefined

  function tell(topic: string, keys: readonly string[] | 'everything'): void {
    for (const listener of listeners.get(topic) ?? []) listener(keys)
  }

  async function readNew(from: string): Promise<void> {
    const started = startStopwatch()
    const read = await readChanges(database, from)
    // A number that went back is of another database, such as one that was restored meanwhile.
    const isUnknown = (sinceAsked !== undefined && sinceAsked() > keptMs) || BigInt(read.horizon) < BigInt(from)
    const news = read.changes.filter(({ id }) => !told.has(id) && !toldHere.has(id))
    told = new Set(read.changes.map(({ id }) => id))
    for (const id of told) toldHere.delete(id)
    horizon = read.horizon
    sinceAsked = started
    isLost = false
    if (isUnknown) for (const topic of listeners.keys()) tell(topic, 'everything')
    else
      for (const [topic, changes] of Map.groupBy(news, (each) => each.topic))
        tell(
          topic,
          changes.map(({ key }) => key),
        )
  }

  async function ask(): Promise<void> {
    if (horizon === undefined) return
    if (asking) return
    asking = true
    try {
      await readNew(horizon)
    } catch (error) {
      if (!isLost) log.warn({ err: error }, 'changes cannot be read: nothing is answered from memory until they can')
      isLost = true
    } finally {
      asking = false
    }
  }

  return {
    async note(tx, topic, keys) {
      if (keys.length === 0) return
      const ids = await insertChanges(tx, topic, keys)
      afterTransaction((isCommitted) => {
        if (!isCommitted) return
        for (const id of ids) if (horizon !== undefined && !told.has(id)) toldHere.add(id)
        tell(topic, keys) // so that who changed something sees it at once
      })
    },
    follow(topic, listener) {
      if (horizon !== undefined) throw new Error('Followers come before the start.')
      listeners.set(topic, [...(listeners.get(topic) ?? []), listener])
    },
    isCurrent: () => sinceAsked !== undefined && sinceAsked() < longestLagMs,
    async start() {
      const started = startStopwatch()
      // What was committed already may be among what is read again while others' transactions are open.
      const read = await readChanges(database, await readHorizon(database))
      told = new Set(read.changes.map(({ id }) => id))
      horizon = read.horizon
      sinceAsked = started
      timer = setInterval(() => void ask(), everyMs)
      timer.unref()
    },
    stop() {
      clearInterval(timer)
      horizon = undefined
      sinceAsked = undefined
    },
    cleanUp: () => inTransaction(database.db, (tx) => deleteOldChanges(tx, new Date(clock.now() - 2 * keptMs))),
  }
}
