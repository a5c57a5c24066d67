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

/** Products as they stand on a shelf, one after the other. */
export interface ShelfCards {
  /** JSON as it is sent, with commas in between. */
  cards: string
  productIds: readonly string[]
}

/** A page of products, and where the next one begins. */
export interface ProductsPage extends ShelfCards {
  nextCursor: string | null
}
