/**
 * What pages depend on, as tags: `store S` everything of a store, `lists S` what is put in order or searched there,
 * `tree S` which categories have something there, `S P` what shows the product P there.
 */
export interface StoreChanges {
  storeId: string
  tags: string[]
}

/** Of what an answer is made. */
export type PageKind = 'list' | 'tree' | 'product'

/** The tags of a page. Without a store it depends on nothing that a store has. */
export function tagsOf(kind: PageKind, storeId: string | undefined, productIds: readonly string[]): string[] {
  if (storeId === undefined) return []
  const own = kind === 'list' ? [`lists ${storeId}`] : kind === 'tree' ? [`tree ${storeId}`] : []
  return [`store ${storeId}`, ...own, ...productIds.map((productId) => `${storeId} ${productId}`)]
}

/** What a key of the topic `shelf` makes old: `<storeId> <productId> content|stock|left`, or `<storeId> *`. */
export function readShelfKey(key: string): StoreChanges {
  const [storeId = '', productId = '*', change = 'content'] = key.split(' ')
  const product = `${storeId} ${productId}`
  if (productId === '*') return { storeId, tags: [`store ${storeId}`] }
  if (change === 'left') return { storeId, tags: [product] }
  if (change === 'stock') return { storeId, tags: [product, `lists ${storeId}`] }
  return { storeId, tags: [product, `lists ${storeId}`, `tree ${storeId}`] }
}
