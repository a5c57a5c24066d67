import type { Tx } from '../../platform/database/database.ts'
import { formatRupees } from '../../platform/money.ts'
import { hasAnyRole, mayActIn } from '../accounts/index.ts'
import {
  type Applied,
  type ApplyContext,
  columnsOf,
  type ImportKind,
  type Numbered,
  readCells,
} from '../imports/index.ts'
import type { Stores } from '../stores/index.ts'
import {
  holdVariantsBySku,
  insertListings,
  readListingsAfter,
  readListingsOf,
  updateListings,
} from './import-listing-queries.ts'
import { readSeen, writeSeen } from './import-seen-queries.ts'
import { type ListingRow, listingCells, listingKey, planListings } from './listing-rows.ts'
import { leavePending, type RefreshPendingDeps, refreshOwnPending, refreshPending } from './refresh-products.ts'

export interface ListingKindDeps extends RefreshPendingDeps {
  stores: Pick<Stores, 'findStoreIdsByCode' | 'readStoreCodes'>
}

const pageSize = 1000

async function apply(
  { stores, changes }: ListingKindDeps,
  tx: Tx,
  { rows, context: { scope, now } }: { rows: readonly Numbered<ListingRow>[]; context: ApplyContext },
): Promise<Applied> {
  const variants = await holdVariantsBySku(
    tx,
    rows.map(({ row }) => row.sku),
  )
  const variantIds = [...variants.values()].map(({ id }) => id)
  const storeIds = await stores.findStoreIdsByCode(tx, [...new Set(rows.flatMap(({ row }) => row.store ?? []))])
  const ownStore = scope.storeId
  const keys = rows.map(({ row: { store, sku } }) =>
    listingKey((store === undefined ? ownStore : storeIds.get(store)) ?? '', variants.get(sku)?.id ?? ''),
  )
  const plan = planListings(rows, {
    stores: storeIds,
    ...(ownStore !== undefined && { ownStore }),
    variants,
    listings: await readListingsOf(tx, variantIds),
    seen: await readSeen(tx, keys),
  })
  if (plan.added.length > 0) await insertListings(tx, plan.added, now)
  if (plan.changed.length > 0) await updateListings(tx, plan.changed, now)
  await leavePending({ changes }, tx, plan.productIds, { hasNewTexts: false })
  if (plan.seen.size > 0) await writeSeen(tx, plan.seen)
  return plan.applied
}

/**
 * What stores sell and at what price, by store and SKU; a store's manager may use it for the store. The products that rows
 * change are marked as pending in the import's transaction, and shown with it or after it, as by products.
 */
export const listingKind = (deps: ListingKindDeps): ImportKind<ListingRow> => ({
  name: 'listings',
  columns: columnsOf(listingCells),
  mayBeUsedBy: (caller, { storeId }) =>
    hasAnyRole(caller, ['admin']) || (storeId !== undefined && mayActIn(caller, storeId)),
  read: (record) => readCells(listingCells, record),
  apply: (tx, rows, context) => apply(deps, tx, { rows, context }),
  conclude: (tx) => refreshOwnPending(deps, tx),
  afterwards: () => refreshPending(deps),
  async *export({ background }, { storeId }) {
    const codes = await deps.stores.readStoreCodes(background)
    for (let after: [string, string] = ['', '']; ; ) {
      const listings = await readListingsAfter(background, { ...(storeId && { storeId }), after, limit: pageSize })
      for (const { storeId: store, sku, pricePaise, isListed, rank } of listings) {
        const code = codes.get(store) // nothing of a store that is archived
        if (code !== undefined) yield { store: code, sku, price: formatRupees(pricePaise), listed: isListed, rank }
      }
      const last = listings.at(-1)
      if (listings.length < pageSize || !last) return
      after = [last.storeId, last.variantId]
    }
  },
})
