import { wrongCursor } from '../../platform/http/explain-malformed.ts'
import type { ProductsPage, ShelfFilter, Sort } from './browse.ts'
import { readListCursor, writeListCursor } from './browse-cursor.ts'
import { isProductId, nameList } from './browse-shelf.ts'
import type { KnownWord } from './search.ts'
import { type FindDeps, findInOrder } from './search-in-order.ts'
import type { FoundPlace } from './search-queries.ts'
import { decisive, type Wanted } from './search-tsquery.ts'

export type SearchDeps = FindDeps

export interface SearchInput {
  /** As somebody typed it. */
  text: string
  words: readonly KnownWord[]
  filter: ShelfFilter
  sort: Sort
  cursor?: string | undefined
  limit: number
}

/** @throws request.malformed for a cursor that was not written for this list */
function readPlace(list: string, cursor: string, sort: Sort): { wanted: Wanted; after: FoundPlace } {
  const [wanted, fit, stock, value, productId] = readListCursor(list, cursor) ?? []
  const isValue = value !== undefined && (sort === 'name' ? !value.includes('\0') : /^-?\d{1,9}$/.test(value))
  const isWanted = wanted === 'all' || wanted === 'named' || wanted === 'most'
  if (!isWanted || fit === undefined || !/^\d$/.test(fit) || !isValue || !isProductId(productId)) throw wrongCursor()
  return { wanted, after: { fit: Number(fit), isInStock: stock === 'in', value, productId } }
}

/**
 * A page of what words find on a store's shelf: what has all of them; when nothing has, what has
 * all that do not say how much; when nothing has those, all but one. By how
 * well it fits, then in stock first, and by rank; in another order only what mentions the words in its description comes
 * last.
 * @throws request.malformed
 */
export async function searchProducts(
  deps: SearchDeps,
  { text, words, filter, sort, cursor, limit }: SearchInput,
): Promise<ProductsPage> {
  const list = nameList(filter, sort, text)
  const place = cursor === undefined ? undefined : readPlace(list, cursor, sort)
  if (words.length === 0) return { cards: '', productIds: [], nextCursor: null }
  const find = (wanted: Wanted) =>
    findInOrder(deps, { words, wanted, filter, sort, after: place?.after, limit: limit + 1 })

  const naming = decisive(words, 'named').length
  const weaker = [...(naming < words.length ? ['named' as const] : []), ...(naming > 1 ? ['most' as const] : [])]
  let wanted: Wanted = place?.wanted ?? 'all'
  let found = await find(wanted)
  for (const next of place ? [] : weaker) {
    if (found.length > 0) break
    wanted = next
    found = await find(wanted)
  }
  const shown = found.slice(0, limit)
  const cards = shown.map(({ card }) => card).join(',')
  const productIds = shown.map(({ productId }) => productId)
  const last = shown.at(-1)
  if (found.length <= limit || !last) return { cards, productIds, nextCursor: null }
  const keys = [wanted, String(last.fit), last.isInStock ? 'in' : 'out', last.value, last.productId]
  return { cards, productIds, nextCursor: writeListCursor(list, keys) }
}
