import type { Config } from '../config.ts'
import type { ImportKind, KnownStores } from '../modules/imports/index.ts'
import { createChangeFeed } from '../platform/changes/change-feed.ts'
import { systemClock } from '../platform/clock.ts'
import type { Database } from '../platform/database/database.ts'
import { createEvents } from '../platform/events/events.ts'
import type { Logger } from '../platform/observability/logger.ts'
import { createMetrics } from '../platform/observability/metrics.ts'
import type { Queue } from '../platform/queue/queue.ts'
import { createGoods } from '../shop.ts'

export interface KindsDeps {
  config: Config
  database: Database
  queue: Queue
  log: Logger
}

/** What can be imported and exported here, and the stores that commands name. Before the queue starts. */
export type OpenKinds = (deps: KindsDeps) => { kinds: readonly ImportKind[]; stores?: KnownStores }

const nobodyCalls = () => {
  throw new Error('A command has no routes.')
}

/** Those of the service. The change feed is not started: it notes for others, and nothing here is kept in memory. */
export const openKinds: OpenKinds = (deps) => {
  const { importKinds, knownStores } = createGoods({
    ...deps,
    clock: systemClock,
    events: createEvents(deps.queue),
    changes: createChangeFeed({ ...deps, clock: systemClock }),
    authenticate: nobodyCalls,
    metrics: createMetrics(),
  })
  return { kinds: importKinds, stores: knownStores }
}
