import type { Stores } from '../stores/index.ts'
import type { Point } from './cart-contents.ts'

/** The store that serves a place: this one, unless another serves it better. Nothing where nobody delivers. */
export async function chooseStore(
  { findServingStore }: Pick<Stores, 'findServingStore'>,
  point: Point,
  present: string | null | undefined,
): Promise<string | undefined> {
  const best = await findServingStore(point)
  if (best.outcome === 'not_covered') return undefined
  if (!present || best.store.id === present) return best.store.id
  const { outcome } = await findServingStore(point, { storeId: present })
  return outcome === best.outcome ? present : best.store.id
}
