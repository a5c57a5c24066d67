import { LRUCache } from 'lru-cache'
import type { Tx } from '../../platform/database/database.ts'

/** For so long a count is good enough for a promise in minutes. */
const usualCountedMs = 1000
/** For so long whoever wants what was sold out is told so before anything is written for them. */
const usualShortMs = 5000
const mostStores = 1000
const mostVariants = 5000

/** What orders of this process need to know of a store's work, as it was a moment ago. */
export interface StoresAtWork {
  /** How many orders are picked before a new one. */
  ordersAhead(tx: Tx, storeId: string): Promise<number>
  /** Another order is to be picked. */
  add(storeId: string): void
  /** A variant has run out. */
  noteShort(storeId: string, variantId: string): void
  wasShort(storeId: string, variantId: string): boolean
}

export interface StoresAtWorkDeps {
  countAhead(tx: Tx, storeId: string): Promise<number>
  countedMs?: number
  shortMs?: number
}

export function createStoresAtWork({
  countAhead,
  countedMs = usualCountedMs,
  shortMs = usualShortMs,
}: StoresAtWorkDeps): StoresAtWork {
  const counts = new LRUCache<string, { count: number }>({ max: mostStores, ttl: countedMs })
  const short = new LRUCache<string, true>({ max: mostVariants, ttl: shortMs })
  const keyOf = (storeId: string, variantId: string) => `${storeId} ${variantId}`
  return {
    async ordersAhead(tx, storeId) {
      const known = counts.get(storeId)
      if (known) return known.count
      const count = await countAhead(tx, storeId)
      counts.set(storeId, { count })
      return count
    },
    add(storeId) {
      const known = counts.get(storeId)
      if (known) known.count += 1
    },
    noteShort: (storeId, variantId) => void short.set(keyOf(storeId, variantId), true),
    wasShort: (storeId, variantId) => short.has(keyOf(storeId, variantId)),
  }
}
