import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { constraintOf } from '../../platform/database/statement-error.ts'
import { editProblems } from '../../platform/http/etag.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import { type PageRequest, pageOf } from '../../platform/http/pagination.ts'
import { type Caller, mayActIn } from '../accounts/index.ts'
import type { Stores } from '../stores/index.ts'
import { listingProblems } from './catalog-problems.ts'
import type { ListingContent, NamedListing } from './listing.ts'
import {
  insertListing,
  type ListingKey,
  listListings,
  lockListing,
  readListing,
  updateListing,
} from './listing-queries.ts'
import { readProduct } from './product-queries.ts'
import { type RefreshDeps, refreshContent } from './refresh-products.ts'
import { holdVariant } from './variant-queries.ts'

export interface ListingDeps {
  database: Pick<Database, 'db'>
  stores: Pick<Stores, 'findStore'>
}

export interface SaveListingDeps extends ListingDeps, RefreshDeps {
  clock: Clock
}

/** @throws request.forbidden, listing.store_not_found */
async function enterStore({ database, stores }: ListingDeps, caller: Caller, storeId: string): Promise<void> {
  if (!mayActIn(caller, storeId)) throw httpProblems.forbidden()
  if (!(await stores.findStore(database.db, storeId))) throw listingProblems.storeNotFound()
}

/** What a store has, in a steady order. @throws request.forbidden, listing.store_not_found */
export async function findListings(
  deps: ListingDeps,
  { caller, storeId, sku, page }: { caller: Caller; storeId: string; sku?: string; page: PageRequest },
): Promise<{ items: readonly NamedListing[]; nextCursor: string | null }> {
  await enterStore(deps, caller, storeId)
  const after = page.after?.[0]
  const listings = await listListings(deps.database.db, storeId, {
    limit: page.limit + 1,
    ...(after !== undefined && { after }),
    ...(sku !== undefined && { sku }),
  })
  return pageOf(listings, page, ({ variantId }) => [variantId])
}

/** @throws request.forbidden, listing.store_not_found, listing.not_found */
export async function findListing(
  deps: ListingDeps,
  { caller, storeId, variantId }: ListingKey & { caller: Caller },
): Promise<NamedListing> {
  await enterStore(deps, caller, storeId)
  const listing = await readListing(deps.database.db, storeId, variantId)
  if (!listing) throw listingProblems.notFound()
  return listing
}

export interface SaveListingInput extends ListingKey {
  caller: Caller
  /** The version that is replaced, as `If-Match` says; it is asked for only when there is a listing. */
  readVersion: () => number
  isNew: boolean
  content: ListingContent
}

/** Whether it was made. */
async function write(tx: Tx, { storeId, variantId, readVersion, isNew, content }: SaveListingInput, now: Date) {
  const key = { storeId, variantId }
  const variant = await holdVariant(tx, variantId)
  if (!variant || variant.archivedAt) throw listingProblems.variantNotFound()
  if ((await readProduct(tx, variant.productId))?.archivedAt) throw listingProblems.productArchived()
  const { mrpPaise } = variant
  try {
    if (isNew && (await insertListing(tx, key, { mrpPaise, now, content }))) return { isCreated: true, variant }
    const version = await lockListing(tx, storeId, variantId)
    if (version !== readVersion()) throw editProblems.conflict()
    await updateListing(tx, key, { now, content })
    return { isCreated: false, variant }
  } catch (error) {
    const isTooHigh = constraintOf(error) === 'listings_price_within_mrp'
    throw isTooHigh ? listingProblems.priceAboveMrp({ mrpPaise }) : error
  }
}

/**
 * Puts a variant into a store at a price, or replaces what is said of it there; lists show it from the moment that it is
 * committed. The database refuses a price above the MRP.
 * @throws request.forbidden, listing.store_not_found, listing.variant_not_found, listing.product_archived, listing.price_above_mrp,
 *   edit.version_required, edit.conflict
 */
export async function saveListing(
  { database, stores, changes, clock }: SaveListingDeps,
  input: SaveListingInput,
): Promise<{ listing: NamedListing; isCreated: boolean }> {
  const { caller, storeId, variantId } = input
  await enterStore({ database, stores }, caller, storeId)
  const now = new Date(clock.now())
  return inTransaction(database.db, async (tx) => {
    const { isCreated, variant } = await write(tx, input, now)
    await refreshContent({ changes }, tx, [variant.productId], { storeIds: [storeId] })
    const listing = await readListing(tx, storeId, variantId)
    return { listing: listing as NamedListing, isCreated }
  })
}
