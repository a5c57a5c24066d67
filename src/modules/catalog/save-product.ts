import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { editProblems } from '../../platform/http/etag.ts'
import { newId } from '../../platform/ids.ts'
import { categoryProblems, productProblems } from './catalog-problems.ts'
import { lockPath } from './category-queries.ts'
import { checkVariants } from './check-variants.ts'
import { explainRefusal } from './explain-refusal.ts'
import type { DetailedProduct, ProductContent } from './product.ts'
import { insertProduct, lockProduct, readProduct, updateProduct } from './product-queries.ts'
import { type RefreshDeps, refreshContent, refreshProducts } from './refresh-products.ts'
import type { VariantContent } from './variant.ts'
import { insertVariants, readVariantsOf } from './variant-queries.ts'

export interface SaveProductDeps extends RefreshDeps {
  database: Pick<Database, 'db'>
  clock: Clock
}

/** Keeps the category of a product as it is. @throws category.unknown, category.archived */
async function lockCategoryOf(tx: Tx, categoryId: string): Promise<void> {
  const own = (await lockPath(tx, categoryId)).find(({ id }) => id === categoryId)
  if (!own) throw categoryProblems.unknown()
  if (own.archivedAt) throw categoryProblems.archived()
}

export interface NewProduct {
  /** Without a code its id is one. */
  content: Omit<ProductContent, 'code'> & { code?: string }
  variants: readonly VariantContent[]
}

/**
 * Adds a product with its variants. No store has it before it is listed there.
 * @throws catalog.invalid, catalog.taken, category.unknown, category.archived
 */
export async function addProduct(
  { changes, clock }: Omit<SaveProductDeps, 'database'>,
  tx: Tx,
  { content, variants }: NewProduct,
): Promise<DetailedProduct> {
  checkVariants(variants)
  const now = new Date(clock.now())
  const id = newId('prd')
  await lockCategoryOf(tx, content.categoryId)
  try {
    const product = await insertProduct(tx, { id, now, content: { ...content, code: content.code ?? id } })
    await insertVariants(
      tx,
      variants.map((each) => ({ id: newId('var'), productId: id, now, content: each })),
    )
    await refreshProducts({ changes }, tx, [id])
    return { ...product, variants: await readVariantsOf(tx, id) }
  } catch (error) {
    throw explainRefusal(error)
  }
}

export interface ChangeProductInput {
  id: string
  /** The version that it is changed from. */
  version: number
  /** What is absent stays. */
  change: Partial<ProductContent>
  /** Brings an archived product back. */
  archived?: false
}

/**
 * Changes a product; lists and pages show it from the moment that it is committed.
 * @throws product.not_found, edit.conflict, catalog.taken, category.unknown, category.archived
 */
export async function changeProduct(
  { database, changes, clock }: SaveProductDeps,
  { id, version, change, archived }: ChangeProductInput,
): Promise<DetailedProduct> {
  const now = new Date(clock.now())
  try {
    return await inTransaction(database.db, async (tx) => {
      const seen = await readProduct(tx, id)
      if (!seen) throw productProblems.notFound()
      const categoryId = change.categoryId ?? seen.categoryId
      const isBack = archived === false && seen.archivedAt !== null
      // Categories are locked before products, here and elsewhere.
      if (isBack || categoryId !== seen.categoryId) await lockCategoryOf(tx, categoryId)
      else await lockPath(tx, categoryId)
      const before = await lockProduct(tx, id)
      if (before?.version !== version) throw editProblems.conflict()
      const archivedAt = archived === false ? null : before.archivedAt
      const product = await updateProduct(tx, { id, now, content: { ...before, ...change }, archivedAt })
      await refreshProducts({ changes }, tx, [id])
      return { ...product, variants: await readVariantsOf(tx, id) }
    })
  } catch (error) {
    throw explainRefusal(error)
  }
}

/**
 * Archives a product: no store sells it any more, and nothing is forgotten. One that is archived stays as it is.
 * @throws product.not_found, edit.conflict
 */
export function archiveProduct(
  { database, changes, clock }: SaveProductDeps,
  { id, version }: { id: string; version: number },
): Promise<void> {
  const now = new Date(clock.now())
  return inTransaction(database.db, async (tx) => {
    const product = await lockProduct(tx, id)
    if (!product) throw productProblems.notFound()
    if (product.version !== version) throw editProblems.conflict()
    if (product.archivedAt) return
    await updateProduct(tx, { id, now, content: product, archivedAt: now })
    await refreshContent({ changes }, tx, [id])
  })
}
