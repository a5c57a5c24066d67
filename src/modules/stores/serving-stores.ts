import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import { startStopwatch } from '../../platform/clock.ts'
import type { Database, Queryable, Tx } from '../../platform/database/database.ts'
import { createAreaIndex } from './area-index.ts'
import type { Point } from './dark-store.ts'
import type { ServingStore } from './serviceability.ts'
import { readServing, readVersions } from './serving-queries.ts'

/** The topic under which changes of stores are noted, by their ids. */
export const storesTopic = 'stores'

export interface ServingStoresDeps {
  database: Pick<Database, 'db'>
  changes: Pick<ChangeFeed, 'follow' | 'isCurrent'>
}

/** All stores of this process' memory, found by place. */
export interface ServingStores {
  /**
   * The stores whose areas hold a point, as they were a second ago or later. No database is asked unless something
   * changed, or it cannot be known that nothing did. Inside a transaction it is asked there: whoever has a session of
   * the database must not wait for another. @throws Unavailable
   */
  covering(point: Point, tx?: Tx): Promise<readonly ServingStore[]>
  /** Reads all stores. After the change feed has started. @throws Unavailable */
  start(): Promise<void>
}

/** Stores in one statement: with large areas they are some megabytes. */
const atOnce = 100
/** For so long what was read is good where nobody tells of changes. */
const longestLagMs = 1000

export function createServingStores({ database, changes }: ServingStoresDeps): ServingStores {
  const index = createAreaIndex()
  /** How many changes were told, and how many of them what is here has. The first reading counts as one. */
  let told = 1
  let known = 0
  let sinceRead: (() => number) | undefined
  let reading: Promise<void> | undefined
  /** Readings begun, and the latest of them that is in here: several may be under way, in transactions of their own. */
  let begun = 0
  let latest = 0

  changes.follow(storesTopic, () => {
    told += 1
  })

  const isFresh = (): boolean =>
    known === told && (changes.isCurrent() || (sinceRead !== undefined && sinceRead() < longestLagMs))

  /** Reads the versions of all and the stores that have another: the same after one change as after a long absence. */
  async function readChanged(on: Queryable): Promise<void> {
    begun += 1
    const number = begun
    const started = startStopwatch()
    const upTo = told // what is told while it is read may not be in it
    const versions = await readVersions(on)
    const before = index.versions()
    const changed = versions.filter(({ id, version }) => before.get(id) !== version).map(({ id }) => id)
    const read: Awaited<ReturnType<typeof readServing>> = []
    for (let at = 0; at < changed.length; at += atOnce)
      read.push(...(await readServing(on, changed.slice(at, at + atOnce))))
    if (number < latest) return // what it would take away has come since
    latest = number
    const there = new Set(versions.map(({ id }) => id))
    for (const id of [...before.keys()]) if (!there.has(id)) index.remove(id)
    for (const { store, cells } of read) index.put(store, cells)
    known = upTo
    sinceRead = started
  }

  function read(): Promise<void> {
    reading ??= readChanged(database.db).finally(() => {
      reading = undefined
    })
    return reading
  }

  async function refresh(): Promise<void> {
    await reading?.catch(() => undefined) // it may have begun before the change
    if (!isFresh()) await read()
  }

  return {
    async covering(point, tx) {
      if (!isFresh()) await (tx ? readChanged(tx) : refresh())
      return index.covering(point)
    },
    start: read,
  }
}
