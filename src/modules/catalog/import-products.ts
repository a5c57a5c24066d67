import type { Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { newId } from '../../platform/ids.ts'
import { formatRupees } from '../../platform/money.ts'
import { hasAnyRole } from '../accounts/index.ts'
import { type Applied, columnsOf, type ImportKind, type Numbered, readCells } from '../imports/index.ts'
import {
  holdHighestPrices,
  insertProducts,
  insertVariants,
  readCategoriesBySlug,
  readProductsByCode,
  readSkusByEan,
  readVariantsAfter,
  readVariantsBySku,
  updateProducts,
  updateVariants,
} from './import-product-queries.ts'
import { readSeen, writeSeen } from './import-seen-queries.ts'
import { productCells } from './product-cells.ts'
import { eanKey, type KnownVariant, type ProductRow, planProducts, productKey, skuKey } from './product-rows.ts'
import {
  leavePending,
  type RefreshDeps,
  type RefreshPendingDeps,
  refreshOwnPending,
  refreshPending,
} from './refresh-products.ts'
import { recountUsedWords } from './search-vector-queries.ts'

const pageSize = 1000

/** With what they cost where they cost most, if their MRP is going to fall. */
async function readVariants(tx: Tx, rows: readonly Numbered<ProductRow>[]): Promise<Map<string, KnownVariant>> {
  const variants = await readVariantsBySku(
    tx,
    rows.map(({ row }) => row.sku),
  )
  const falling = rows.flatMap(({ row }) => {
    const variant = variants.get(row.sku)
    return variant && row.mrp < variant.mrp ? [variant.id] : []
  })
  if (falling.length === 0) return variants
  const prices = await holdHighestPrices(tx, falling)
  return new Map(
    [...variants].map(([sku, variant]) => {
      const highestPrice = prices.get(variant.id)
      return [sku, highestPrice === undefined ? variant : { ...variant, highestPrice }]
    }),
  )
}

async function apply(
  deps: RefreshDeps,
  tx: Tx,
  { rows, now }: { rows: readonly Numbered<ProductRow>[]; now: Date },
): Promise<Applied> {
  const codes = [...new Set(rows.map(({ row }) => row.productCode))]
  const eans = rows.flatMap(({ row }) => row.ean ?? [])
  const keys = [...rows.map(({ row }) => skuKey(row.sku)), ...eans.map(eanKey), ...codes.map(productKey)]
  const known = {
    categories: await readCategoriesBySlug(tx, [...new Set(rows.map(({ row }) => row.category))]),
    products: await readProductsByCode(tx, codes),
    variants: await readVariants(tx, rows),
    eans: await readSkusByEan(tx, eans),
    seen: await readSeen(tx, keys),
  }
  const plan = planProducts(rows, known, { product: () => newId('prd'), variant: () => newId('var') })
  if (plan.newProducts.length > 0) await insertProducts(tx, plan.newProducts, now)
  if (plan.changedProducts.length > 0) await updateProducts(tx, plan.changedProducts, now)
  if (plan.newVariants.length > 0) await insertVariants(tx, plan.newVariants, now)
  if (plan.changedVariants.length > 0) await updateVariants(tx, plan.changedVariants, now)
  await leavePending(deps, tx, plan.productIds, { hasNewTexts: true })
  if (plan.seen.size > 0) await writeSeen(tx, plan.seen)
  return plan.applied
}

/**
 * Products and their variants, a row for each variant, by SKU. The products that rows change are marked as pending in the
 * import's transaction. Few are shown together with it; of many, search text and shelf follow after it whatever crashes: in
 * `afterwards`, else by a job.
 */
export const productKind = (deps: RefreshPendingDeps): ImportKind<ProductRow> => ({
  name: 'products',
  columns: columnsOf(productCells),
  mayBeUsedBy: (caller) => hasAnyRole(caller, ['admin']),
  read: (record) => readCells(productCells, record),
  apply: (tx, rows, { now }) => apply(deps, tx, { rows, now }),
  conclude: (tx) => refreshOwnPending(deps, tx),
  async afterwards() {
    await refreshPending(deps)
    await inTransaction(deps.database.background, recountUsedWords)
  },
  async *export({ background }) {
    for (let after = ''; ; ) {
      const variants = await readVariantsAfter(background, after, pageSize)
      for (const {
        code,
        imageUrls,
        mrp,
        hsnCode,
        basisPoints,
        weightGrams,
        maxPerOrder,
        ageRestricted,
        ...rest
      } of variants)
        yield {
          ...rest,
          product_code: code,
          image_urls: imageUrls,
          mrp: formatRupees(mrp),
          hsn_code: hsnCode,
          gst_percent: String(basisPoints / 100),
          weight_grams: weightGrams,
          max_per_order: maxPerOrder,
          age_restricted: ageRestricted,
        }
      if (variants.length < pageSize) return
      after = variants.at(-1)?.sku ?? ''
    }
  },
})
