/** A variant in a store: what it costs there, and whether it is sold. */
export interface Listing {
  variantId: string
  pricePaise: number
  /** Of the variant. No price is above it. */
  mrpPaise: number
  isListed: boolean
  /** The lower, the further in front. */
  rank: number
  version: number
  createdAt: Date
  updatedAt: Date
}

/** With what it is, for people. */
export interface NamedListing extends Listing {
  productId: string
  sku: string
  name: string
  pack: string
}

export type ListingContent = Pick<Listing, 'pricePaise' | 'isListed' | 'rank'>

export const usualRank = 1000

/** As operators see it. */
export const toListingView = ({ createdAt, updatedAt, ...listing }: NamedListing) => ({
  ...listing,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
})
