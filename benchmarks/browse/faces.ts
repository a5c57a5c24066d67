import { pino } from 'pino'
import { readConfig } from '../../src/config.ts'
import { createChangeFeed } from '../../src/platform/changes/change-feed.ts'
import { systemClock } from '../../src/platform/clock.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { createEvents } from '../../src/platform/events/events.ts'
import { createMetrics } from '../../src/platform/observability/metrics.ts'
import { createQueue } from '../../src/platform/queue/queue.ts'
import { createShop, type Shop } from '../../src/shop.ts'

export interface Faces extends Pick<Shop, 'stores' | 'inventory'> {
  close(): Promise<void>
}

/** What modules see of stores and stock, put together as the service does it, without HTTP and without jobs. */
export async function openFaces(database: Database, env: Record<string, string>): Promise<Faces> {
  const config = readConfig(env, systemClock.now())
  const log = pino({ level: 'silent' })
  const clock = systemClock
  const metrics = createMetrics()
  const queue = createQueue({ database, settings: config.queue, clock, log, metrics })
  const changes = createChangeFeed({ database, clock, log })
  const authenticate = () => async () => undefined
  const accounts = { recognize: authenticate, findAddress: async () => undefined }
  const platform = {
    database,
    changes,
    queue,
    events: createEvents(queue),
    clock,
    log,
    metrics,
    authenticate,
    accounts,
  }
  const shop = createShop({ ...platform, config })
  await queue.start({ work: false })
  await changes.start()
  await shop.start()
  return {
    stores: shop.stores,
    inventory: shop.inventory,
    async close() {
      changes.stop()
      await shop.close()
      await queue.stop()
    },
  }
}
