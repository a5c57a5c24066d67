import type { Database } from '../../platform/database/database.ts'
import { type PageRequest, pageOf } from '../../platform/http/pagination.ts'
import { productProblems, variantProblems } from './catalog-problems.ts'
import type { DetailedProduct, Product } from './product.ts'
import { listProducts, type ProductFilter, readProduct } from './product-queries.ts'
import type { Variant } from './variant.ts'
import { readVariant, readVariantsOf } from './variant-queries.ts'

export interface FindProductsDeps {
  database: Pick<Database, 'db'>
}

/** Products as admins look for them, the newest first. */
export async function findProducts(
  { database }: FindProductsDeps,
  { page, search, ...filter }: ProductFilter & { page: PageRequest },
): Promise<{ items: readonly Product[]; nextCursor: string | null }> {
  const beginning = search?.trim()
  const before = page.after?.[0]
  const products = await listProducts(
    database.db,
    { ...filter, ...(beginning && { search: beginning }) },
    { limit: page.limit + 1, ...(before !== undefined && { before }) },
  )
  return pageOf(products, page, ({ id }) => [id])
}

/** A product with its variants, archived or not. @throws product.not_found */
export async function findProduct({ database }: FindProductsDeps, { id }: { id: string }): Promise<DetailedProduct> {
  const product = await readProduct(database.db, id)
  if (!product) throw productProblems.notFound()
  return { ...product, variants: await readVariantsOf(database.db, id) }
}

/** @throws variant.not_found */
export async function findVariant({ database }: FindProductsDeps, { id }: { id: string }): Promise<Variant> {
  const variant = await readVariant(database.db, id)
  if (!variant) throw variantProblems.notFound()
  return variant
}
