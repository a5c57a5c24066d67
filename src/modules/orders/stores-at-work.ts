import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/database/database.ts'

/** For so long a count is good enough for a promise in minutes. */
const usualCountedMs = 1000
const mostStores = 1000
const mostVariants = 5000

/** What orders of this process need to know of a store's work, as it was a moment ago. */
export interface StoresAtWork {
  /** How many orders are picked before a new one. */
  ordersAhead(tx: Tx, storeId: string): Promise<number>
  /** Another order is to be picked. */
  add(storeId: string): void
  /** Nothing was left of a variant, not in holds that have ended either. */
  noteSoldOut(storeId: string, variantId: string): void
  wasSoldOut(storeId: string, variantId: string, withinMs: number): boolean
}

export interface StoresAtWorkDeps {
  clock: Clock
  countAhead(tx: Tx, storeId: string): Promise<number>
  countedMs?: number
}

export function createStoresAtWork({ clock, countAhead, countedMs = usualCountedMs }: StoresAtWorkDeps): StoresAtWork {
  const counts = new LRUCache<string, { count: number }>({ max: mostStores, ttl: countedMs })
  const shortAt = new LRUCache<string, number>({ max: mostVariants })
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
    noteSoldOut: (storeId, variantId) => void shortAt.set(keyOf(storeId, variantId), clock.now()),
    wasSoldOut(storeId, variantId, withinMs) {
      const at = shortAt.get(keyOf(storeId, variantId))
      const age = at === undefined ? -1 : clock.now() - at // and of a clock that was set back, none
      return age >= 0 && age < withinMs
    },
  }
}
