/**
 * What became different: `content` is anything but stock (price, texts, rank, which variants are listed), `stock` that
 * something is in stock or out of it, `left` only a number of units.
 */
export type ShelfChange = 'content' | 'stock' | 'left'

/** A product on the shelf of a store, or one that was until now. */
export interface ShelfPlace {
  storeId: string
  productId: string
  /** Nothing when the row stayed as it was. */
  change: ShelfChange | null
}

/** What a store has of a variant as far as it is shown: 5 stands for five or more. */
export interface ShownUnits {
  storeId: string
  variantId: string
  unitsLeft: number
}

const mostNamed = 500

/**
 * The keys that tell followers of the topic `shelf` what changed: `<storeId> <productId> <change>`, or `<storeId> *`
 * where more than 500 products of a store did. Places without a change are left out.
 */
export function shelfKeys(places: readonly ShelfPlace[]): string[] {
  const changed = places.filter(({ change }) => change !== null)
  return [...Map.groupBy(changed, ({ storeId }) => storeId)].flatMap(([storeId, own]) =>
    own.length > mostNamed ? [`${storeId} *`] : own.map(({ productId, change }) => `${storeId} ${productId} ${change}`),
  )
}
