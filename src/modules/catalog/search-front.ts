import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { KnownWord } from './search.ts'
import { estimateProducts, type FrontEnd, readFrontEnds } from './search-queries.ts'
import type { Wanted } from './search-tsquery.ts'

/** Where parts of a shelf end that are worth looking at by themselves, in the order of ranks. */
const places = [1000, 2000, 4000, 8000, 16_000] as const
const keptMs = 300_000
const mostStores = 5000
/** How many finds a part should hold for each product that is wanted, so that a wrong guess seldom costs a second look. */
const surplus = 2
/** A product that is found costs as much to read as so many to pass over in an index. */
const costOfFind = 16

/** A guess at which part of the products has the words. */
export function shareOf(words: readonly Pick<KnownWord, 'frequency'>[], wanted: Wanted, products: number): number {
  const shares = words.map(({ frequency }) => Math.min(1, frequency / products)).sort((one, other) => one - other)
  if (wanted === 'most') return shares.at(-1) ?? 0
  // Words are looked for together because they stand together: the rarest counts whole, the others count half.
  return shares.reduce((share, other, at) => (at === 0 ? other : share * Math.sqrt(other)), 1)
}

/**
 * The first part after another that probably holds enough, by its number, when this share of the products is found; nothing
 * when it is cheaper to read all that is found.
 */
export function choosePlace(share: number, products: number, wanted: number, last = -1): number | undefined {
  const at = places.findIndex((place, number) => number > last && place * share >= surplus * wanted)
  const place = places[at]
  return place === undefined || share * products * costOfFind < place ? undefined : at
}

/** Where to look next when a part held too few: by what it held, a larger one, or none. */
export const placeAfter = (last: number, found: number, products: number, wanted: number): number | undefined =>
  choosePlace(found / (places[last] ?? 1), products, wanted, last)

/** A shelf in the order of ranks: where its parts end, as many as it has, and how many products there are at all. */
export interface ShelfFront {
  ends: readonly FrontEnd[]
  products: number
}

/** What is in front on the shelves. What it says is a matter of speed, never of what is found. */
export interface SearchFront {
  of(storeId: string): Promise<ShelfFront>
}

/** Measures each shelf once in five minutes. */
export function createSearchFront({ database, clock }: { database: Pick<Database, 'raw'>; clock: Clock }): SearchFront {
  const known = new LRUCache<string, ShelfFront & { until: number }>({ max: mostStores })
  return {
    async of(storeId) {
      const now = clock.now()
      const kept = known.get(storeId)
      if (kept && kept.until > now) return kept
      const [ends, products] = [await readFrontEnds(database, storeId, places), await estimateProducts(database)]
      const front = { until: now + keptMs, ends, products }
      known.set(storeId, front)
      return front
    },
  }
}
