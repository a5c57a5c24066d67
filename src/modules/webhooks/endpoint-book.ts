import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { Database } from '../../platform/database/database.ts'
import type { OrderEvent } from '../orders/index.ts'
import { type Endpoint, wantsEvent } from './endpoint.ts'
import { readEnabledEndpoints } from './endpoint-queries.ts'

/** The topic under which changes of endpoints are noted. */
export const webhooksTopic = 'webhooks'

export interface EndpointBookDeps {
  database: Pick<Database, 'background'>
  changes: Pick<ChangeFeed, 'follow' | 'isCurrent'>
}

/** What enabled endpoints want, in this process' memory, so that an order that nobody asks about costs nothing. */
export interface EndpointBook {
  /** Whether any endpoint wants it, as they were a second ago or later. Yes while that is not known. */
  mayBeWanted(event: { type: OrderEvent['type']; storeId: string }): boolean
  /** Reads the endpoints. @throws Unavailable */
  start(): Promise<void>
}

export function createEndpointBook({ database, changes }: EndpointBookDeps): EndpointBook {
  let enabled: readonly Pick<Endpoint, 'eventTypes' | 'storeIds'>[] = []
  /** How many changes were told, and how many of them are in here. The first reading counts as one. */
  let told = 1
  let known = 0
  let reading: Promise<void> | undefined

  async function readAll(): Promise<void> {
    while (known !== told) {
      const upTo = told // what is told while it is read may not be in it
      enabled = await readEnabledEndpoints(database.background)
      known = upTo
    }
  }

  function read(): Promise<void> {
    reading ??= readAll().finally(() => {
      reading = undefined
    })
    return reading
  }

  changes.follow(webhooksTopic, () => {
    told += 1
    read().catch(() => undefined) // until a later one can be read, it is not known what they want
  })

  return {
    mayBeWanted(event) {
      if (known !== told) void read().catch(() => undefined)
      return known !== told || !changes.isCurrent() || enabled.some((endpoint) => wantsEvent(endpoint, event))
    },
    start: read,
  }
}
