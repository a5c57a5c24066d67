import type { Queryable, Tx } from '../../platform/database/database.ts'
import type { ListingContent, NamedListing } from './listing.ts'

const named = (on: Queryable, storeId: string) =>
  on
    .selectFrom('listings')
    .innerJoin('variants', 'variants.id', 'listings.variant_id')
    .innerJoin('products', 'products.id', 'variants.product_id')
    .where('listings.store_id', '=', storeId)
    .select([
      'variant_id as variantId',
      'variants.product_id as productId',
      'sku',
      'products.name',
      'pack',
      'price_paise as pricePaise',
      'listings.mrp_paise as mrpPaise',
      'is_listed as isListed',
      'rank',
      'listings.version',
      'listings.created_at as createdAt',
      'listings.updated_at as updatedAt',
    ])

/** In the order in which the variants were made. */
export async function listListings(
  on: Queryable,
  storeId: string,
  { after, sku, limit }: { after?: string; sku?: string; limit: number },
): Promise<NamedListing[]> {
  let query = named(on, storeId).orderBy('listings.variant_id').limit(limit)
  if (after !== undefined) query = query.where('listings.variant_id', '>', after)
  if (sku !== undefined) query = query.where('sku', '=', sku)
  return query.execute()
}

export const readListing = (on: Queryable, storeId: string, variantId: string): Promise<NamedListing | undefined> =>
  named(on, storeId).where('listings.variant_id', '=', variantId).executeTakeFirst()

/** The version of a listing, which nobody else changes until the transaction ends. */
export async function lockListing(tx: Tx, storeId: string, variantId: string): Promise<number | undefined> {
  const row = await tx
    .selectFrom('listings')
    .select('version')
    .where('store_id', '=', storeId)
    .where('variant_id', '=', variantId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row?.version
}

export interface ListingKey {
  storeId: string
  variantId: string
}

/** Whether there was none. */
export async function insertListing(
  tx: Tx,
  { storeId, variantId }: ListingKey,
  { mrpPaise, now, content }: { mrpPaise: number; now: Date; content: ListingContent },
): Promise<boolean> {
  const row = await tx
    .insertInto('listings')
    .values({
      store_id: storeId,
      variant_id: variantId,
      mrp_paise: mrpPaise,
      price_paise: content.pricePaise,
      is_listed: content.isListed,
      rank: content.rank,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.columns(['store_id', 'variant_id']).doNothing())
    .returning('version')
    .executeTakeFirst()
  return row !== undefined
}

/** The next version of a listing that is locked. */
export async function updateListing(
  tx: Tx,
  { storeId, variantId }: ListingKey,
  { now, content }: { now: Date; content: ListingContent },
): Promise<void> {
  await tx
    .updateTable('listings')
    .set(({ eb }) => ({
      price_paise: content.pricePaise,
      is_listed: content.isListed,
      rank: content.rank,
      updated_at: now,
      version: eb('version', '+', 1),
    }))
    .where('store_id', '=', storeId)
    .where('variant_id', '=', variantId)
    .execute()
}
