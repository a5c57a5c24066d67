import { sql } from 'kysely'
import type { Queryable, Tx } from '../../platform/database/database.ts'
import type { ListingContent } from './listing.ts'
import { type ListedVariant, type ListingPlan, listingKey } from './listing-rows.ts'

/** Variants by their SKU, whose MRPs stay as they are until the transaction ends. */
export async function holdVariantsBySku(tx: Tx, skus: readonly string[]): Promise<Map<string, ListedVariant>> {
  const { rows } = await sql<ListedVariant & { sku: string }>`
    select v.sku, v.id, v.product_id as "productId", v.mrp_paise as "mrpPaise",
      v.archived_at is not null or p.archived_at is not null as "isArchived"
    from variants v join products p on p.id = v.product_id
    where v.sku = any(${skus}::text[]) order by v.id for key share of v`.execute(tx)
  return new Map(rows.map(({ sku, ...variant }) => [sku, variant]))
}

/** Listings of these variants, in every store, by `listingKey`. */
export async function readListingsOf(tx: Tx, variantIds: readonly string[]): Promise<Map<string, ListingContent>> {
  const { rows } = await sql<ListingContent & { storeId: string; variantId: string }>`
    select store_id as "storeId", variant_id as "variantId", price_paise as "pricePaise", is_listed as "isListed", rank
    from listings where variant_id = any(${variantIds}::text[])`.execute(tx)
  return new Map(rows.map(({ storeId, variantId, ...content }) => [listingKey(storeId, variantId), content]))
}

const columns = sql`(
  "storeId" text, "variantId" text, "mrpPaise" integer, "pricePaise" integer, "isListed" boolean, rank integer)`

export async function insertListings(tx: Tx, listings: ListingPlan['added'], now: Date): Promise<void> {
  await sql`
    insert into listings (store_id, variant_id, mrp_paise, price_paise, is_listed, rank, created_at, updated_at)
    select "storeId", "variantId", "mrpPaise", "pricePaise", "isListed", rank, ${now}, ${now}
    from jsonb_to_recordset(${JSON.stringify(listings)}::jsonb) as ${columns}
    order by 1, 2`.execute(tx)
}

export async function updateListings(tx: Tx, listings: ListingPlan['changed'], now: Date): Promise<void> {
  await sql`
    update listings set price_paise = said."pricePaise", is_listed = said."isListed", rank = said.rank,
      version = version + 1, updated_at = ${now}
    from jsonb_to_recordset(${JSON.stringify(listings)}::jsonb) as said ${columns}
    where listings.store_id = said."storeId" and listings.variant_id = said."variantId"`.execute(tx)
}

export interface ExportedListing extends ListingContent {
  storeId: string
  variantId: string
  sku: string
}

/** Listings of variants that are not archived, in the order of stores and variants. */
export async function readListingsAfter(
  on: Queryable,
  { storeId, after: [afterStore, afterVariant], limit }: { storeId?: string; after: [string, string]; limit: number },
): Promise<ExportedListing[]> {
  const { rows } = await sql<ExportedListing>`
    select l.store_id as "storeId", l.variant_id as "variantId", v.sku, l.price_paise as "pricePaise",
      l.is_listed as "isListed", l.rank
    from listings l join variants v on v.id = l.variant_id join products p on p.id = v.product_id
    where (l.store_id, l.variant_id) > (${afterStore}, ${afterVariant})
      and (${storeId ?? null}::text is null or l.store_id = ${storeId ?? null})
      and v.archived_at is null and p.archived_at is null
    order by l.store_id, l.variant_id limit ${limit}`.execute(on)
  return rows
}
