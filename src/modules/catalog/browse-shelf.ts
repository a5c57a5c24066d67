import type { Database } from '../../platform/database/database.ts'
import { wrongCursor } from '../../platform/http/explain-malformed.ts'
import type { ProductsPage, ShelfFilter, Sort } from './browse.ts'
import { readListCursor, writeListCursor } from './browse-cursor.ts'
import { type Listed, readShelf } from './browse-queries.ts'

export interface BrowseShelfInput {
  filter: ShelfFilter
  sort: Sort
  cursor?: string | undefined
  limit: number
}

/** The list that a cursor is for. The size of a page may change from one to the next. */
export const nameList = ({ storeId, category, brand, isInStock }: ShelfFilter, ...more: string[]): string =>
  JSON.stringify([storeId, category?.id ?? null, brand?.toLowerCase() ?? null, isInStock, ...more])

export const isProductId = (text: string | undefined): text is string =>
  text !== undefined && /^[!-~]{1,40}$/.test(text)
const isAmount = (text: string | undefined): text is string => text !== undefined && /^\d{1,9}$/.test(text)
const isName = (text: string | undefined): text is string =>
  text !== undefined && text.length <= 320 && !text.includes('\0')

/** Where a list goes on, as a cursor says. @throws request.malformed for one that was not written for it */
function readPlace(list: string, cursor: string, sort: Sort) {
  const [stock, value, productId] = readListCursor(list, cursor) ?? []
  const isValue = sort === 'name' ? isName(value) : isAmount(value)
  if (!isValue || value === undefined || !isProductId(productId)) throw wrongCursor()
  return { isInStock: stock === 'in', after: { value, productId } }
}

const joined = (front: Listed, back: Listed): Listed => ({
  ...front,
  ...back,
  cards: [front.cards, back.cards].filter((cards) => cards !== '').join(','),
  productIds: [...front.productIds, ...back.productIds],
})

/** A page of a store's shelf: what is in stock first, each part in the order asked for. @throws request.malformed */
export async function browseShelf(
  { database }: { database: Pick<Database, 'lookUp'> },
  { filter, sort, cursor, limit }: BrowseShelfInput,
): Promise<ProductsPage> {
  const list = nameList(filter, sort)
  const place = cursor === undefined ? undefined : readPlace(list, cursor, sort)
  const shared = { filter, sort, limit }

  async function read(): Promise<Listed> {
    if (!place && sort === 'rank' && !filter.isInStock) return readShelf(database, { ...shared, part: 'both' })
    if (place && !place.isInStock) return readShelf(database, { ...shared, part: 'outOfStock', after: place.after })
    const front = await readShelf(database, { ...shared, part: 'inStock', after: place?.after })
    if (filter.isInStock || front.hasMore) return front
    const rest = limit - front.productIds.length
    return joined(front, await readShelf(database, { ...shared, part: 'outOfStock', limit: rest }))
  }

  const { cards, productIds, last, hasMore } = await read()
  if (!hasMore || !last) return { cards, productIds, nextCursor: null }
  const nextCursor = writeListCursor(list, [last.isInStock ? 'in' : 'out', last.value, last.productId])
  return { cards, productIds, nextCursor }
}
