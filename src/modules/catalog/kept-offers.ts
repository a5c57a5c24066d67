import { LRUCache } from 'lru-cache'
import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Offer, readOffers } from './offer-queries.ts'

/**
 * The topic under which changes of offers are noted: the product's id, or `*` where many changed. Not that of the shelf: an
 * import changes prices before its products are on the shelf again, and more is in an offer than on the shelf.
 */
export const offersTopic = 'offers'

const mostNamed = 500

/** The keys that tell followers of `offersTopic` of these products. */
export const offerKeys = (productIds: readonly string[]): readonly string[] =>
  productIds.length > mostNamed ? ['*'] : productIds

/** The offers of this process' memory. */
export interface KeptOffers {
  /**
   * What a store sells of these variants, as it was a second ago or later, in any order. The database is asked for those
   * that are not kept, and for all while it cannot be known that nothing changed. Never in a transaction, which may see what
   * is never committed. @throws Unavailable
   */
  find(on: Db, storeId: string, variantIds: readonly string[]): Promise<Offer[]>
}

/** Some 40 MB. */
const mostOffers = 50_000

export interface KeptOffersDeps {
  changes: Pick<ChangeFeed, 'follow' | 'isCurrent'>
  read: typeof readOffers
}

export function createKeptOffers({ changes, read }: KeptOffersDeps): KeptOffers {
  const keysOfProduct = new Map<string, Set<string>>()
  const offers = new LRUCache<string, Offer>({
    max: mostOffers,
    dispose({ productId }, key) {
      const keys = keysOfProduct.get(productId)
      keys?.delete(key)
      if (keys?.size === 0) keysOfProduct.delete(productId)
    },
  })
  /** How often something was told. */
  let told = 0

  changes.follow(offersTopic, (products) => {
    told += 1
    if (products === 'everything' || products.includes('*')) return offers.clear()
    for (const productId of products) for (const key of [...(keysOfProduct.get(productId) ?? [])]) offers.delete(key)
  })

  function keep(storeId: string, offer: Offer): void {
    const key = `${storeId} ${offer.variantId}`
    offers.set(key, offer)
    const keys = keysOfProduct.get(offer.productId)
    if (keys) keys.add(key)
    else keysOfProduct.set(offer.productId, new Set([key]))
  }

  return {
    async find(on, storeId, variantIds) {
      const isCurrent = changes.isCurrent()
      const upTo = told // what is told while they are read may not be in them
      const known = isCurrent ? variantIds.flatMap((id) => offers.get(`${storeId} ${id}`) ?? []) : []
      if (known.length === variantIds.length) return known
      const found = new Set(known.map(({ variantId }) => variantId))
      const missing = variantIds.filter((id) => !found.has(id))
      const news = await read(on, storeId, missing)
      if (isCurrent && upTo === told) for (const offer of news) keep(storeId, offer)
      return [...known, ...news]
    },
  }
}
