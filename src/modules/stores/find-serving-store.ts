import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/database/database.ts'
import type { Point } from './dark-store.ts'
import type { Load } from './promise.ts'
import { type Serviceability, serviceabilityOf } from './serviceability.ts'
import type { ServingStores } from './serving-stores.ts'

export interface FindServingStoreDeps {
  servingStores: Pick<ServingStores, 'covering'>
  clock: Clock
}

/** How a place is asked about. */
export interface ServingWanted {
  /** Only this store. */
  storeId?: string
  /** How busy it is; idle when it is not said. */
  load?: Load
  /** The transaction that the question belongs to: then no other session of the database is waited for. */
  tx?: Tx
}

/** Which store serves a place now and how soon, or why none does; a change of a store counts within a second. @throws Unavailable */
export async function findServingStore(
  { servingStores, clock }: FindServingStoreDeps,
  { point, storeId, load, tx }: { point: Point } & ServingWanted,
): Promise<Serviceability> {
  const covering = await servingStores.covering(point, tx)
  const asked = storeId === undefined ? covering : covering.filter(({ id }) => id === storeId)
  return serviceabilityOf(asked, point, clock.now(), load)
}
