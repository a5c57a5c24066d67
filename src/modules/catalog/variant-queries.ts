import { sql } from 'kysely'
import type { Queryable, Tx } from '../../platform/database/database.ts'
import type { NamedVariant, Storage, Variant, VariantContent } from './variant.ts'

const columns = [
  'id',
  'product_id as productId',
  'sku',
  'ean',
  'pack',
  'mrp_paise as mrpPaise',
  'hsn_code as hsnCode',
  'gst_basis_points as gstBasisPoints',
  'weight_grams as weightGrams',
  'storage',
  'max_per_order as maxPerOrder',
  'is_age_restricted as ageRestricted',
  'position',
  'version',
  'created_at as createdAt',
  'updated_at as updatedAt',
  'archived_at as archivedAt',
] as const

type Row = Omit<Variant, 'gstPercent'> & { gstBasisPoints: number }

const toVariant = ({ gstBasisPoints, ...row }: Row): Variant => ({ ...row, gstPercent: gstBasisPoints / 100 })

const contentColumns = (content: VariantContent) => ({
  sku: content.sku,
  ean: content.ean,
  pack: content.pack,
  mrp_paise: content.mrpPaise,
  hsn_code: content.hsnCode,
  gst_basis_points: Math.round(content.gstPercent * 100),
  weight_grams: content.weightGrams,
  storage: content.storage as Storage,
  max_per_order: content.maxPerOrder,
  is_age_restricted: content.ageRestricted,
  position: content.position,
})

/** In the order in which they are shown, archived ones too. */
export async function readVariantsOf(on: Queryable, productId: string): Promise<Variant[]> {
  const rows = await on
    .selectFrom('variants')
    .select(columns)
    .where('product_id', '=', productId)
    .orderBy('position')
    .orderBy('mrp_paise')
    .orderBy('id')
    .execute()
  return rows.map(toVariant)
}

export async function countVariantsOf(tx: Tx, productId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('variants')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('product_id', '=', productId)
    .executeTakeFirstOrThrow()
  return count
}

export async function readVariant(on: Queryable, id: string): Promise<Variant | undefined> {
  const row = await on.selectFrom('variants').select(columns).where('id', '=', id).executeTakeFirst()
  return row && toVariant(row)
}

/** Those that there are, archived ones too, with the names of their products. */
export async function findVariants(on: Queryable, ids: readonly string[]): Promise<NamedVariant[]> {
  const rows = await on
    .selectFrom('variants')
    .innerJoin('products', 'products.id', 'variants.product_id')
    .select(columns.map((column) => `variants.${column}` as const))
    .select('products.name')
    .where('variants.id', '=', sql<string>`any(${ids}::text[])`)
    .execute()
  return rows.map(({ name, ...row }) => ({ ...toVariant(row), name }))
}

/** The ids of variants by their SKU, archived ones too. */
export async function findVariantIdsBySku(on: Queryable, skus: readonly string[]): Promise<Map<string, string>> {
  const rows = await on
    .selectFrom('variants')
    .select(['id', 'sku'])
    .where('sku', '=', sql<string>`any(${skus}::text[])`)
    .execute()
  return new Map(rows.map(({ id, sku }) => [sku, id]))
}

/** The SKUs of variants by their id. */
export async function readSkus(on: Queryable, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await on
    .selectFrom('variants')
    .select(['id', 'sku'])
    .where('id', '=', sql<string>`any(${ids}::text[])`)
    .execute()
  return new Map(rows.map(({ id, sku }) => [id, sku]))
}

/** Reads a variant and keeps others from changing it, and from listing it at its MRP of now. */
export async function lockVariant(tx: Tx, id: string): Promise<Variant | undefined> {
  const row = await tx.selectFrom('variants').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
  return row && toVariant(row)
}

/** Reads a variant and keeps its MRP as it is until the transaction ends. */
export async function holdVariant(tx: Tx, id: string): Promise<Variant | undefined> {
  const row = await tx.selectFrom('variants').select(columns).where('id', '=', id).forKeyShare().executeTakeFirst()
  return row && toVariant(row)
}

export async function insertVariants(
  tx: Tx,
  variants: readonly { id: string; productId: string; now: Date; content: VariantContent }[],
): Promise<Variant[]> {
  const rows = await tx
    .insertInto('variants')
    .values(
      variants.map(({ id, productId, now, content }) => ({
        id,
        product_id: productId,
        ...contentColumns(content),
        created_at: now,
        updated_at: now,
        archived_at: null,
      })),
    )
    .returning(columns)
    .execute()
  return rows.map(toVariant)
}

/** The next version of a variant that is locked. The listings take the new MRP. */
export async function updateVariant(
  tx: Tx,
  { id, now, content, archivedAt }: { id: string; now: Date; content: VariantContent; archivedAt: Date | null },
): Promise<Variant> {
  const row = await tx
    .updateTable('variants')
    .set(({ eb }) => ({
      ...contentColumns(content),
      archived_at: archivedAt,
      updated_at: now,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirstOrThrow()
  return toVariant(row)
}

/** Where a variant costs more than that, the most expensive first. */
export async function readPricesAbove(
  tx: Tx,
  variantId: string,
  paise: number,
  limit: number,
): Promise<{ storeId: string; pricePaise: number }[]> {
  return tx
    .selectFrom('listings')
    .select(['store_id as storeId', 'price_paise as pricePaise'])
    .where('variant_id', '=', variantId)
    .where('price_paise', '>', paise)
    .orderBy('price_paise', 'desc')
    .orderBy('store_id')
    .limit(limit)
    .execute()
}
