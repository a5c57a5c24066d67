import type { Database } from '../../platform/database/database.ts'
import type { ShelfCards } from './browse.ts'
import { readCategoriesOnShelf } from './browse-queries.ts'
import type { CategoryTree, TreeCategory } from './browse-tree.ts'
import { findsAny } from './search-in-order.ts'
import { type SearchDeps, searchProducts } from './search-products.ts'
import { type UnderstandDeps, understandQuery } from './search-words.ts'
import { matchingCategories, queriesToOffer } from './suggest.ts'
import { readBrands } from './suggest-queries.ts'

const mostCategories = 4
const mostBrands = 4
const mostProducts = 6

export interface Suggestions {
  /** Texts to search for. */
  queries: string[]
  categories: TreeCategory[]
  brands: string[]
  products: ShelfCards
}

export interface SuggestDeps extends SearchDeps, UnderstandDeps {
  database: Pick<Database, 'raw' | 'lookUp'>
  readTree(): Promise<CategoryTree>
}

async function categoriesFor(
  { database, readTree }: { database: Pick<Database, 'lookUp'>; readTree: SuggestDeps['readTree'] },
  storeId: string,
  text: string,
): Promise<TreeCategory[]> {
  const matching = matchingCategories(await readTree(), text).slice(0, 4 * mostCategories)
  if (matching.length === 0) return []
  const onShelf = await readCategoriesOnShelf(database, storeId, matching)
  return matching.filter(({ id }) => onShelf.has(id)).slice(0, mostCategories)
}

/** Those texts that find something on a store's shelf, all of their words together. */
async function thatFind(deps: SuggestDeps, storeId: string, texts: readonly string[]): Promise<string[]> {
  const filter = { storeId, isInStock: false }
  const found = await Promise.all(
    texts.map(async (text) => {
      const { words } = await understandQuery(deps, `${text} `)
      return findsAny(deps, { words, filter })
    }),
  )
  return texts.filter((_, at) => found[at])
}

/** What somebody who is typing may want: longer queries, categories, brands, and the products found so far. */
export async function suggestTerms(
  deps: SuggestDeps,
  { storeId, text }: { storeId: string; text: string },
): Promise<Suggestions> {
  const beginning = text.trim()
  const find = async () => {
    const understood = await understandQuery(deps, text)
    const filter = { storeId, isInStock: false }
    const { words } = understood
    const products = await searchProducts(deps, { text, words, filter, sort: 'rank', limit: mostProducts })
    return { queries: await thatFind(deps, storeId, queriesToOffer(text, understood)), products }
  }
  const [{ queries, products }, categories, brands] = await Promise.all([
    find(),
    categoriesFor(deps, storeId, text),
    beginning === '' ? [] : readBrands(deps.database, { storeId, beginning, limit: mostBrands }),
  ])
  return { queries, categories, brands, products }
}
