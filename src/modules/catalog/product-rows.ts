import type { Applied, Fault, Numbered, RowOf } from '../imports/index.ts'
import type { Seen } from './import-seen-queries.ts'
import { mostVariants } from './product.ts'
import type { productCells } from './product-cells.ts'
import type { Storage } from './variant.ts'

export type ProductRow = RowOf<typeof productCells>

/** A product that is there, or one that rows before have made. */
export interface KnownProduct {
  id: string
  name: string
  brand: string | null
  category: string
  description: string | null
  imageUrls: readonly string[]
  keywords: readonly string[]
  variantCount: number
  isArchived: boolean
}

export interface KnownVariant {
  id: string
  productCode: string
  pack: string
  mrp: number
  hsnCode: string
  gstPercent: number
  ean: string | null
  weightGrams: number | null
  storage: Storage
  maxPerOrder: number
  ageRestricted: boolean
  position: number
  isArchived: boolean
  /** What it costs where it costs most; absent where no store has it. */
  highestPrice?: number
}

export interface Known {
  /** By slug: id, and whether it is archived. */
  categories: ReadonlyMap<string, { id: string; isArchived: boolean }>
  products: ReadonlyMap<string, KnownProduct>
  variants: ReadonlyMap<string, KnownVariant>
  /** The SKU that has an EAN. */
  eans: ReadonlyMap<string, string>
  seen: ReadonlyMap<string, Seen>
}

/** Values of the columns that rows write; absent ones stay as they are. */
export type ProductValues = Partial<Pick<ProductRow, (typeof productFields)[number]>>
export type VariantValues = Partial<Pick<ProductRow, (typeof variantFields)[number]>>

export interface Plan {
  applied: Applied
  newProducts: { id: string; code: string; categoryId: string; values: ProductValues }[]
  changedProducts: { id: string; categoryId: string | null; values: ProductValues }[]
  newVariants: { id: string; productId: string; sku: string; values: VariantValues }[]
  changedVariants: { id: string; values: VariantValues }[]
  /** Of everything above. */
  productIds: string[]
  /** What these rows said, for the next. */
  seen: Map<string, Seen>
}

export const productFields = ['name', 'brand', 'category', 'description', 'imageUrls', 'keywords'] as const
export const variantFields = [
  'pack',
  'mrp',
  'hsnCode',
  'gstPercent',
  'ean',
  'weightGrams',
  'storage',
  'maxPerOrder',
  'ageRestricted',
  'position',
] as const

const columns: Readonly<Record<string, string>> = { imageUrls: 'image_urls' }

export const skuKey = (sku: string): string => `sku ${sku}`
export const eanKey = (ean: string): string => `ean ${ean}`
export const productKey = (code: string): string => `product ${code}`

const pick = <Key extends keyof ProductRow>(row: ProductRow, keys: readonly Key[]): Partial<Pick<ProductRow, Key>> =>
  Object.fromEntries(keys.flatMap((key) => (row[key] === undefined ? [] : [[key, row[key]]]))) as never

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const differs = (values: object, from: object): boolean =>
  Object.entries(values).some(([key, value]) => !isSame(value, (from as Record<string, unknown>)[key]))

/** What is wrong with a row, seen beside what is there and the rows before it. */
function* faultsOf(row: ProductRow, known: Known, seen: ReadonlyMap<string, Seen>): Generator<Fault> {
  const category = known.categories.get(row.category)
  const product = known.products.get(row.productCode)
  const variant = known.variants.get(row.sku)
  if (!category) yield { column: 'category', reason: 'there is no category with this slug' }
  else if (category.isArchived) yield { column: 'category', reason: 'this category is archived' }
  if (product?.isArchived) yield { column: 'product_code', reason: 'this product is archived: bring it back first' }
  if (variant?.isArchived) yield { column: 'sku', reason: 'this variant is archived: bring it back first' }
  if (variant && variant.productCode !== row.productCode)
    yield { column: 'product_code', reason: 'this SKU belongs to another product' }
  if (!variant && (product?.variantCount ?? 0) >= mostVariants)
    yield { column: 'sku', reason: `a product has at most ${mostVariants} variants` }
  if ((variant?.highestPrice ?? 0) > row.mrp) yield { column: 'mrp', reason: 'is below the price in a store' }
  const sameSku = seen.get(skuKey(row.sku))
  if (sameSku) yield { column: 'sku', reason: `is in line ${sameSku.line} already` }
  if (row.ean === undefined) return
  const sameEan = seen.get(eanKey(row.ean))
  if (sameEan) yield { column: 'ean', reason: `is in line ${sameEan.line} already` }
  else if (![undefined, row.sku].includes(known.eans.get(row.ean)))
    yield { column: 'ean', reason: 'another variant has this already' }
}

/** What a row says of its product otherwise than a row before. */
const contradictions = (values: ProductValues, before: Seen | undefined): Fault[] =>
  Object.entries(values).flatMap(([key, value]) => {
    const other = before?.given[key]
    return before === undefined || other === undefined || isSame(other, value)
      ? []
      : [{ column: columns[key] ?? key, reason: `contradicts line ${before.line}, which is of the same product` }]
  })

/**
 * What has to be written for rows to be so, and which of them cannot be. Rows of one product may leave out of it what
 * another says, and must not say otherwise. Ids come in.
 */
export function planProducts(
  rows: readonly Numbered<ProductRow>[],
  known: Known,
  ids: { product(): string; variant(): string },
): Plan {
  const products = new Map(known.products)
  const seen = new Map(known.seen)
  const fresh = new Map<string, Seen>()
  const added = new Map<string, Plan['newProducts'][number]>()
  const changed = new Map<string, Plan['changedProducts'][number]>()
  const counts = { created: 0, changed: 0, unchanged: 0 }
  const newVariants: Plan['newVariants'] = []
  const changedVariants: Plan['changedVariants'] = []
  const faults: (Fault & { line: number })[] = []
  const touched = new Set<string>()
  const see = (key: string, what: Seen) => {
    seen.set(key, what)
    fresh.set(key, what)
  }

  for (const { line, row } of rows) {
    const values = pick(row, productFields)
    const key = productKey(row.productCode)
    const before = seen.get(key)
    const wrong = [...faultsOf(row, { ...known, products }, seen), ...contradictions(values, before)]
    faults.push(...wrong.map((fault) => ({ ...fault, line })))
    if (wrong.length > 0) continue

    see(skuKey(row.sku), { line, given: {} })
    if (row.ean !== undefined) see(eanKey(row.ean), { line, given: {} })
    see(key, { line: before?.line ?? line, given: { ...before?.given, ...values } })

    const categoryId = known.categories.get(row.category)?.id as string
    const product = products.get(row.productCode)
    const isOther = product === undefined || differs(values, product)
    const after = { ...(product ?? emptyProduct(ids.product())), ...values }
    if (product === undefined) added.set(after.id, { id: after.id, code: row.productCode, categoryId, values })
    else if (isOther) {
      const own = added.get(after.id)
      if (own) own.values = { ...own.values, ...values }
      else changed.set(after.id, { id: after.id, categoryId, values: { ...changed.get(after.id)?.values, ...values } })
    }

    const variant = known.variants.get(row.sku)
    const pack = pick(row, variantFields)
    const isChanged = variant !== undefined && differs(pack, variant)
    if (!variant) newVariants.push({ id: ids.variant(), productId: after.id, sku: row.sku, values: pack })
    else if (isChanged) changedVariants.push({ id: variant.id, values: pack })
    products.set(row.productCode, { ...after, variantCount: after.variantCount + (variant ? 0 : 1) })

    if (!variant) counts.created += 1
    else if (isChanged || isOther) counts.changed += 1
    else counts.unchanged += 1
    if (!variant || isChanged || isOther) touched.add(after.id)
  }
  return {
    applied: { ...counts, faults },
    newVariants,
    changedVariants,
    newProducts: [...added.values()],
    changedProducts: [...changed.values()],
    productIds: [...touched],
    seen: fresh,
  }
}

const emptyProduct = (id: string): KnownProduct => ({
  id,
  name: '',
  brand: null,
  category: '',
  description: null,
  imageUrls: [],
  keywords: [],
  variantCount: 0,
  isArchived: false,
})
