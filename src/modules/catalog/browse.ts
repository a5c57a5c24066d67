/** The orders of a list. In each, what is in stock comes first. */
export const sorts = ['rank', 'price', '-price', 'name'] as const
export type Sort = (typeof sorts)[number]

export const mostProducts = 50
export const usualProducts = 20

/** What narrows a list down. */
export interface ShelfFilter {
  storeId: string
  category?: { id: string; depth: number } | undefined
  /** Compared without regard to the case of letters. */
  brand?: string | undefined
  isInStock: boolean
}

/** A product as it stands on a shelf, with what lists are in order of. */
export interface ShelfCard {
  productId: string
  /** JSON, as it is sent. */
  card: string
  isInStock: boolean
}

/** A page of products: their texts as they are sent, and where the next page begins. */
export interface ProductsPage {
  cards: readonly ShelfCard[]
  nextCursor: string | null
}
