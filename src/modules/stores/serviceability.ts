import type { PauseReason, Point, ServiceArea, StoreContent } from './dark-store.ts'
import { isOpenAt, opensAt } from './opening-hours.ts'
import { etaMinutes, type Load } from './promise.ts'

/** What has to be known of a store to serve people from it. */
export interface ServingStore extends Omit<StoreContent, 'city' | 'addressLines' | 'pincode'> {
  id: string
  version: number
  area: ServiceArea
}

export type StoreName = Pick<ServingStore, 'id' | 'code' | 'name'>

/** Whether somebody is served at a place: by whom, how soon, or why not. */
export type Serviceability =
  | { outcome: 'serviceable'; store: StoreName; etaMinutes: number; minimumOrderPaise: number }
  | { outcome: 'paused'; store: StoreName; reason: PauseReason }
  /** `opensAt` is `undefined` where nobody can say. */
  | { outcome: 'store_closed'; store: StoreName; opensAt: Date | undefined }
  | { outcome: 'not_covered' }

/** From the best to the worst. */
const states = ['serviceable', 'paused', 'store_closed'] as const

/** A store that is paused outside its hours is closed: it does not open when the rain ends. */
function rankOf({ status, hours }: ServingStore, now: number): number {
  if (status === 'closed' || !isOpenAt(hours, now)) return states.indexOf('store_closed')
  return states.indexOf(status === 'paused' ? 'paused' : 'serviceable')
}

interface Candidate {
  store: ServingStore
  rank: number
  eta: number
}

function outcomeFrom({ store, rank, eta }: Candidate, now: number): Serviceability {
  const { id, code, name, status, hours, pauseReason, minimumOrderPaise } = store
  const outcome = states[rank]
  const named = { id, code, name }
  if (outcome === 'serviceable') return { outcome, store: named, etaMinutes: eta, minimumOrderPaise }
  if (outcome === 'paused') return { outcome, store: named, reason: pauseReason ?? 'other' }
  const opening = status === 'closed' ? undefined : opensAt(hours, now)
  return { outcome: 'store_closed', store: named, opensAt: opening === undefined ? undefined : new Date(opening) }
}

/**
 * What the best of the stores that cover a place can do for it: one that serves before one that is paused before one that
 * is closed, then the soonest, then by id. A store that is closed until further notice does not say when it opens.
 */
export function serviceabilityOf(
  covering: readonly ServingStore[],
  point: Point,
  now: number,
  load?: Load,
): Serviceability {
  const [best] = covering
    .map((store): Candidate => ({ store, rank: rankOf(store, now), eta: etaMinutes(store, point, load) }))
    .sort((a, b) => a.rank - b.rank || a.eta - b.eta || (a.store.id < b.store.id ? -1 : 1))
  return best ? outcomeFrom(best, now) : { outcome: 'not_covered' }
}
