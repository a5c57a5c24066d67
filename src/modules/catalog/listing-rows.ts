import {
  type Applied,
  type Fault,
  integer,
  type Numbered,
  optional,
  type RowOf,
  required,
  rupees,
  text,
  yesOrNo,
} from '../imports/index.ts'
import type { Seen } from './import-seen-queries.ts'
import { type ListingContent, usualRank } from './listing.ts'
import { skuText } from './product-cells.ts'

/** The store may be left out when the import names one. */
export const listingCells = {
  store: optional(
    { name: 'store', description: 'The code of a store; left out when the whole file is for one.', example: 'BLR-IND' },
    text({
      longest: 20,
      pattern: /^[A-Z0-9][A-Z0-9-]+$/,
      reason: 'must be capital letters, digits and hyphens, 20 characters at most',
    }),
  ),
  sku: required({ name: 'sku', description: 'Of the variant.', example: 'MILK-500' }, skuText),
  price: required({ name: 'price', description: 'In rupees, at most the MRP.', example: '27.00' }, rupees()),
  listed: optional(
    { name: 'listed', description: 'Whether it is sold: yes or no. Default yes.', example: 'yes' },
    yesOrNo,
  ),
  rank: optional(
    { name: 'rank', description: 'The lower, the further in front. Default 1000.', example: '100' },
    integer({ minimum: 0, maximum: 1_000_000 }),
  ),
}

export type ListingRow = RowOf<typeof listingCells>

export interface ListedVariant {
  id: string
  productId: string
  mrpPaise: number
  isArchived: boolean
}

interface Known {
  /** By code. */
  stores: ReadonlyMap<string, string>
  /** Of a file for one store. */
  ownStore?: string
  /** By SKU. */
  variants: ReadonlyMap<string, ListedVariant>
  /** By `listingKey`. */
  listings: ReadonlyMap<string, ListingContent>
  seen: ReadonlyMap<string, Seen>
}

type Written = ListingContent & { storeId: string; variantId: string; mrpPaise: number }

export interface ListingPlan {
  applied: Applied
  added: Written[]
  changed: Written[]
  productIds: string[]
  seen: Map<string, Seen>
}

export const listingKey = (storeId: string, variantId: string): string => `listing ${storeId} ${variantId}`

const storeOf = ({ store }: ListingRow, { stores, ownStore }: Known): string | undefined =>
  store === undefined ? ownStore : stores.get(store)

function* faultsOf(row: ListingRow, known: Known): Generator<Fault> {
  const { store, sku, price } = row
  const storeId = storeOf(row, known)
  if (storeId === undefined)
    yield { column: 'store', reason: store === undefined ? 'is missing' : 'there is no store with this code' }
  else if (known.ownStore !== undefined && storeId !== known.ownStore)
    yield { column: 'store', reason: 'is not the store that the file is for' }
  const variant = known.variants.get(sku)
  if (!variant) yield { column: 'sku', reason: 'there is no variant with this SKU' }
  else if (variant.isArchived) yield { column: 'sku', reason: 'this variant is archived: bring it back first' }
  else if (price > variant.mrpPaise) yield { column: 'price', reason: 'is above the MRP' }
}

/** What has to be written for rows to be so, and which of them cannot be. */
export function planListings(rows: readonly Numbered<ListingRow>[], known: Known): ListingPlan {
  const faults: (Fault & { line: number })[] = []
  const seen = new Map<string, Seen>()
  const productIds = new Set<string>()
  const added: Written[] = []
  const changed: Written[] = []
  let unchanged = 0
  for (const { line, row } of rows) {
    const wrong = [...faultsOf(row, known)]
    const variant = known.variants.get(row.sku)
    const storeId = storeOf(row, known)
    const key = listingKey(storeId ?? '', variant?.id ?? '')
    const before = known.seen.get(key) ?? seen.get(key)
    if (before && wrong.length === 0) wrong.push({ column: 'sku', reason: `is in line ${before.line} already` })
    faults.push(...wrong.map((fault) => ({ ...fault, line })))
    if (wrong.length > 0 || !variant || storeId === undefined) continue
    seen.set(key, { line, given: {} })
    const own = known.listings.get(key)
    const content = {
      pricePaise: row.price,
      isListed: row.listed ?? own?.isListed ?? true,
      rank: row.rank ?? own?.rank ?? usualRank,
    }
    const written = { storeId, variantId: variant.id, mrpPaise: variant.mrpPaise, ...content }
    if (!own) added.push(written)
    else if (own.pricePaise !== content.pricePaise || own.isListed !== content.isListed || own.rank !== content.rank)
      changed.push(written)
    else {
      unchanged += 1
      continue
    }
    productIds.add(variant.productId)
  }
  const applied = { created: added.length, changed: changed.length, unchanged, faults }
  return { applied, added, changed, productIds: [...productIds], seen }
}
