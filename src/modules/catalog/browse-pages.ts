import { mostProducts, type ProductsPage, type ShelfFilter, type Sort, usualProducts } from './browse.ts'
import { shopProblems } from './browse-problems.ts'
import { browseProduct } from './browse-product.ts'
import { readCategoriesOnShelf } from './browse-queries.ts'
import { browseShelf } from './browse-shelf.ts'
import type { BrowseTelemetry } from './browse-telemetry.ts'
import { findCategory, growTree, type TreeCategory } from './browse-tree.ts'
import type { PageContent } from './page-cache-page.ts'
import { searchProducts } from './search-products.ts'
import { understandQuery } from './search-words.ts'
import { type SuggestDeps, suggestTerms } from './suggest-terms.ts'

export interface PagesDeps extends SuggestDeps {
  hasStore(storeId: string): Promise<boolean>
  telemetry: Pick<BrowseTelemetry, 'timed'>
}

export interface ListInput {
  storeId: string
  category?: string | undefined
  text?: string | undefined
  brand?: string | undefined
  isInStock: boolean
  sort: Sort
  cursor?: string | undefined
  limit?: number | undefined
}

const productsContent = ({ cards, productIds, nextCursor }: ProductsPage, searchedFor?: string): PageContent => ({
  text: `{"success":true,"products":[${cards}],"nextCursor":${JSON.stringify(nextCursor)}${
    searchedFor === undefined ? '' : `,"searchedFor":${JSON.stringify(searchedFor)}`
  }}`,
  productIds,
})

async function enterStore({ hasStore }: PagesDeps, storeId: string): Promise<void> {
  if (!(await hasStore(storeId))) throw shopProblems.storeNotFound()
}

const nothing: ProductsPage = { cards: '', productIds: [], nextCursor: null }

/** A page of a list or of a search. A category that there is not has no products. @throws request.malformed, shop.store_not_found */
export async function listContent(deps: PagesDeps, input: ListInput): Promise<PageContent> {
  const { storeId, text, brand, isInStock, sort, cursor, limit = usualProducts } = input
  await enterStore(deps, storeId)
  const category = input.category === undefined ? undefined : findCategory(await deps.readTree(), input.category)
  if (input.category !== undefined && !category) return productsContent(nothing)
  const filter: ShelfFilter = { storeId, category, brand, isInStock }
  const shared = { filter, sort, cursor, limit: Math.min(limit, mostProducts) }
  if (text === undefined)
    return deps.telemetry.timed('list', async () => productsContent(await browseShelf(deps, shared)))
  return deps.telemetry.timed('search', async () => {
    const { words, instead } = await understandQuery(deps, text)
    return productsContent(await searchProducts(deps, { ...shared, text, words }), instead)
  })
}

/** @throws product.not_found, shop.store_not_found */
export async function productContent(
  deps: PagesDeps,
  input: { storeId: string; productId: string },
): Promise<PageContent> {
  await enterStore(deps, input.storeId)
  return deps.telemetry.timed('product', async () => ({
    text: JSON.stringify({ success: true, product: await browseProduct(deps, input) }),
    productIds: [input.productId],
  }))
}

/** All categories, or those that have something on a store's shelf. @throws shop.store_not_found */
export async function categoriesContent(
  deps: PagesDeps,
  { storeId }: { storeId?: string | undefined },
): Promise<PageContent> {
  if (storeId !== undefined) await enterStore(deps, storeId)
  return deps.telemetry.timed('categories', async () => {
    const tree = await deps.readTree()
    const shown = storeId === undefined ? undefined : await readCategoriesOnShelf(deps.database, storeId, tree)
    const categories = growTree(tree, shown && ((id) => shown.has(id)))
    return { text: JSON.stringify({ success: true, categories }), productIds: [] }
  })
}

const briefly = ({ id, slug, name, imageUrl }: TreeCategory) => ({ id, slug, name, imageUrl })

/** @throws shop.store_not_found */
export async function suggestContent(deps: PagesDeps, input: { storeId: string; text: string }): Promise<PageContent> {
  await enterStore(deps, input.storeId)
  return deps.telemetry.timed('suggest', async () => {
    const { queries, categories, brands, products } = await suggestTerms(deps, input)
    const start = JSON.stringify({ success: true, queries, categories: categories.map(briefly), brands }).slice(0, -1)
    return { text: `${start},"products":[${products.cards}]}`, productIds: products.productIds }
  })
}
