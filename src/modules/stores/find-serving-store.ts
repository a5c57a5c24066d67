import type { Clock } from '../../platform/clock.ts'
import type { Point } from './dark-store.ts'
import { type Serviceability, serviceabilityOf } from './serviceability.ts'
import type { ServingStores } from './serving-stores.ts'

export interface FindServingStoreDeps {
  servingStores: Pick<ServingStores, 'covering'>
  clock: Clock
}

/** Which store serves a place now and how soon, or why none does; a change of a store counts within a second. @throws Unavailable */
export async function findServingStore(
  { servingStores, clock }: FindServingStoreDeps,
  { point }: { point: Point },
): Promise<Serviceability> {
  return serviceabilityOf(await servingStores.covering(point), point, clock.now())
}
