import { sql } from 'kysely'
import type { Queryable, Tx } from '../../platform/database/database.ts'
import type { KnownProduct, KnownVariant, Plan } from './product-rows.ts'

export async function readCategoriesBySlug(
  tx: Tx,
  slugs: readonly string[],
): Promise<Map<string, { id: string; isArchived: boolean }>> {
  const { rows } = await sql<{ slug: string; id: string; isArchived: boolean }>`
    select slug, id, archived_at is not null as "isArchived" from categories where slug = any(${slugs}::text[])`.execute(
    tx,
  )
  return new Map(rows.map(({ slug, ...category }) => [slug, category]))
}

/** Products by their code; those without one are known by their id. */
export async function readProductsByCode(tx: Tx, codes: readonly string[]): Promise<Map<string, KnownProduct>> {
  const { rows } = await sql<KnownProduct & { code: string }>`
    select coalesce(p.code, p.id) as code, p.id, p.name, p.brand, c.slug as category, p.description,
      p.image_urls as "imageUrls", p.keywords, p.archived_at is not null as "isArchived",
      (select count(*) from variants v where v.product_id = p.id) as "variantCount"
    from products p join categories c on c.id = p.category_id
    where p.code = any(${codes}::text[]) or (p.id = any(${codes}::text[]) and p.code is null)`.execute(tx)
  return new Map(rows.map(({ code, ...product }) => [code, product]))
}

export async function readVariantsBySku(tx: Tx, skus: readonly string[]): Promise<Map<string, KnownVariant>> {
  const { rows } = await sql<KnownVariant & { sku: string; basisPoints: number }>`
    select v.sku, v.id, coalesce(p.code, p.id) as "productCode", v.pack, v.mrp_paise as mrp, v.hsn_code as "hsnCode",
      v.gst_basis_points as "basisPoints", v.ean, v.weight_grams as "weightGrams", v.storage,
      v.max_per_order as "maxPerOrder", v.is_age_restricted as "ageRestricted", v.position,
      v.archived_at is not null as "isArchived"
    from variants v join products p on p.id = v.product_id
    where v.sku = any(${skus}::text[])`.execute(tx)
  return new Map(rows.map(({ sku, basisPoints, ...variant }) => [sku, { ...variant, gstPercent: basisPoints / 100 }]))
}

export async function readSkusByEan(tx: Tx, eans: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ ean: string; sku: string }>`
    select ean, sku from variants where ean = any(${eans}::text[])`.execute(tx)
  return new Map(rows.map(({ ean, sku }) => [ean, sku]))
}

/** What variants cost where they cost most. Until the transaction ends no store lists them, and none at a higher price. */
export async function holdHighestPrices(tx: Tx, variantIds: readonly string[]): Promise<Map<string, number>> {
  await sql`select from variants where id = any(${variantIds}::text[]) order by id for update`.execute(tx)
  const { rows } = await sql<{ id: string; price: number }>`
    select variant_id as id, max(price_paise) as price from listings
    where variant_id = any(${variantIds}::text[]) group by variant_id`.execute(tx)
  return new Map(rows.map(({ id, price }) => [id, price]))
}

const productColumns = sql`(
  id text, code text, "categoryId" text, name text, brand text, description text, "imageUrls" text[], keywords text[])`

const flat = (rows: readonly { values: object }[]): string =>
  JSON.stringify(rows.map(({ values, ...row }) => ({ ...values, ...row })))

export async function insertProducts(tx: Tx, products: Plan['newProducts'], now: Date): Promise<void> {
  await sql`
    insert into products (id, code, category_id, name, brand, description, image_urls, keywords, created_at, updated_at)
    select id, code, "categoryId", name, brand, description, coalesce("imageUrls", '{}'), coalesce(keywords, '{}'), ${now}, ${now}
    from jsonb_to_recordset(${flat(products)}::jsonb) as ${productColumns}`.execute(tx)
}

/** What is not said stays, as it is when it is written. */
export async function updateProducts(tx: Tx, products: Plan['changedProducts'], now: Date): Promise<void> {
  await sql`
    update products set category_id = coalesce(said."categoryId", category_id), name = coalesce(said.name, products.name),
      brand = coalesce(said.brand, products.brand), description = coalesce(said.description, products.description),
      image_urls = coalesce(said."imageUrls", image_urls), keywords = coalesce(said.keywords, products.keywords),
      version = version + 1, updated_at = ${now}
    from jsonb_to_recordset(${flat(products)}::jsonb) as said ${productColumns}
    where products.id = said.id`.execute(tx)
}

const variantColumns = sql`(
  id text, "productId" text, sku text, pack text, mrp integer, "hsnCode" text, "gstPercent" numeric, ean text,
  "weightGrams" integer, storage text, "maxPerOrder" smallint, "ageRestricted" boolean, position integer)`

export async function insertVariants(tx: Tx, variants: Plan['newVariants'], now: Date): Promise<void> {
  await sql`
    insert into variants (id, product_id, sku, ean, pack, mrp_paise, hsn_code, gst_basis_points, weight_grams, storage,
      max_per_order, is_age_restricted, position, created_at, updated_at)
    select id, "productId", sku, ean, pack, mrp, "hsnCode", "gstPercent" * 100, "weightGrams",
      coalesce(storage, 'ambient'), coalesce("maxPerOrder", 10), coalesce("ageRestricted", false),
      coalesce(position, 0), ${now}, ${now}
    from jsonb_to_recordset(${flat(variants)}::jsonb) as ${variantColumns}`.execute(tx)
}

/** What is not said stays, as it is when it is written. Listings take a new MRP. */
export async function updateVariants(tx: Tx, variants: Plan['changedVariants'], now: Date): Promise<void> {
  await sql`
    update variants set pack = coalesce(said.pack, variants.pack), mrp_paise = coalesce(said.mrp, mrp_paise),
      hsn_code = coalesce(said."hsnCode", hsn_code), ean = coalesce(said.ean, variants.ean),
      gst_basis_points = coalesce(said."gstPercent" * 100, gst_basis_points),
      weight_grams = coalesce(said."weightGrams", weight_grams), storage = coalesce(said.storage, variants.storage),
      max_per_order = coalesce(said."maxPerOrder", max_per_order),
      is_age_restricted = coalesce(said."ageRestricted", is_age_restricted),
      position = coalesce(said.position, variants.position), version = version + 1, updated_at = ${now}
    from jsonb_to_recordset(${flat(variants)}::jsonb) as said ${variantColumns}
    where variants.id = said.id`.execute(tx)
}

export interface ExportedVariant {
  sku: string
  code: string
  name: string
  brand: string | null
  category: string
  description: string | null
  imageUrls: string[]
  keywords: string[]
  pack: string
  mrp: number
  hsnCode: string
  basisPoints: number
  ean: string | null
  weightGrams: number | null
  storage: string
  maxPerOrder: number
  ageRestricted: boolean
  position: number
}

/** Variants that are not archived, nor their product, in the order of their SKUs. */
export async function readVariantsAfter(on: Queryable, after: string, limit: number): Promise<ExportedVariant[]> {
  const { rows } = await sql<ExportedVariant>`
    select v.sku, coalesce(p.code, p.id) as code, p.name, p.brand, c.slug as category, p.description,
      p.image_urls as "imageUrls", p.keywords, v.pack, v.mrp_paise as mrp, v.hsn_code as "hsnCode",
      v.gst_basis_points as "basisPoints", v.ean, v.weight_grams as "weightGrams", v.storage,
      v.max_per_order as "maxPerOrder", v.is_age_restricted as "ageRestricted", v.position
    from variants v join products p on p.id = v.product_id join categories c on c.id = p.category_id
    where v.sku > ${after} and v.archived_at is null and p.archived_at is null
    order by v.sku limit ${limit}`.execute(on)
  return rows
}
