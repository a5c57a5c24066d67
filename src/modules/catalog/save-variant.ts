import type { Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { editProblems } from '../../platform/http/etag.ts'
import { newId } from '../../platform/ids.ts'
import { productProblems, variantProblems } from './catalog-problems.ts'
import { checkVariants } from './check-variants.ts'
import { explainRefusal } from './explain-refusal.ts'
import { mostVariants } from './product.ts'
import { lockProduct } from './product-queries.ts'
import { refreshContent, refreshProducts } from './refresh-products.ts'
import type { SaveProductDeps } from './save-product.ts'
import type { Variant, VariantContent } from './variant.ts'
import {
  countVariantsOf,
  insertVariants,
  lockVariant,
  readPricesAbove,
  readVariant,
  updateVariant,
} from './variant-queries.ts'

const mostStoresNamed = 20

/** @throws product.not_found, product.archived, product.too_many_variants, catalog.invalid, catalog.taken */
export async function addVariant(
  { changes, clock }: Omit<SaveProductDeps, 'database'>,
  tx: Tx,
  { productId, content }: { productId: string; content: VariantContent },
): Promise<Variant> {
  checkVariants([content])
  const product = await lockProduct(tx, productId)
  if (!product) throw productProblems.notFound()
  if (product.archivedAt) throw productProblems.archived()
  if ((await countVariantsOf(tx, productId)) >= mostVariants) throw productProblems.tooManyVariants()
  try {
    const id = newId('var')
    const [variant] = await insertVariants(tx, [{ id, productId, now: new Date(clock.now()), content }])
    await refreshProducts({ changes }, tx, [productId])
    return variant as Variant
  } catch (error) {
    throw explainRefusal(error)
  }
}

export interface ChangeVariantInput {
  id: string
  /** The version that it is changed from. */
  version: number
  /** What is absent stays. */
  change: Partial<VariantContent>
  /** Brings an archived variant back. */
  archived?: false
}

/** Products are locked before their variants, here and elsewhere. */
async function lockVersion(tx: Tx, { id, version }: { id: string; version: number }): Promise<Variant> {
  const seen = await readVariant(tx, id)
  if (seen) await lockProduct(tx, seen.productId)
  const variant = await lockVariant(tx, id)
  if (!variant) throw variantProblems.notFound()
  if (variant.version !== version) throw editProblems.conflict()
  return variant
}

/**
 * Changes a variant. Its listings follow a new MRP; one that is below a price somewhere is refused.
 * @throws variant.not_found, edit.conflict, catalog.invalid, catalog.taken, variant.mrp_below_price
 */
export async function changeVariant(
  { database, changes, clock }: SaveProductDeps,
  { id, version, change, archived }: ChangeVariantInput,
): Promise<Variant> {
  checkVariants([change])
  const now = new Date(clock.now())
  try {
    return await inTransaction(database.db, async (tx) => {
      const before = await lockVersion(tx, { id, version })
      const content = { ...before, ...change }
      if (content.mrpPaise < before.mrpPaise) {
        const stores = await readPricesAbove(tx, id, content.mrpPaise, mostStoresNamed)
        if (stores.length > 0) throw variantProblems.mrpBelowPrice({ stores })
      }
      const archivedAt = archived === false ? null : before.archivedAt
      const variant = await updateVariant(tx, { id, now, content, archivedAt })
      const isFoundOtherwise = content.pack !== before.pack || archivedAt !== before.archivedAt
      await (isFoundOtherwise ? refreshProducts : refreshContent)({ changes }, tx, [variant.productId])
      return variant
    })
  } catch (error) {
    throw explainRefusal(error)
  }
}

/** Archives a variant: it is not sold any more. One that is archived stays as it is. @throws variant.not_found, edit.conflict */
export function archiveVariant(
  { database, changes, clock }: SaveProductDeps,
  { id, version }: { id: string; version: number },
): Promise<void> {
  const now = new Date(clock.now())
  return inTransaction(database.db, async (tx) => {
    const variant = await lockVersion(tx, { id, version })
    if (variant.archivedAt) return
    await updateVariant(tx, { id, now, content: variant, archivedAt: now })
    await refreshProducts({ changes }, tx, [variant.productId])
  })
}
