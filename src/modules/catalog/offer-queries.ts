import type { Queryable } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { Storage } from './catalog-tables.ts'

/** A variant as a store sells it. */
export interface Offer {
  variantId: string
  productId: string
  sku: string
  name: string
  brand: string | null
  pack: string
  imageUrl: string | null
  hsnCode: string
  gstBasisPoints: number
  mrpPaise: number
  /** At most the MRP. */
  pricePaise: number
  maxPerOrder: number
  ageRestricted: boolean
  storage: Storage
}

/**
 * Row by row through the keys. The array in a query of its own hides how long it is: else the statement is planned anew
 * for each use, which costs more than running it (0.4 ms), or once with a scan of all variants.
 */
const offers = `
  select variants.id as "variantId", products.id as "productId", sku, products.name, brand, pack,
    image_urls[1] as "imageUrl", hsn_code as "hsnCode", gst_basis_points as "gstBasisPoints",
    variants.mrp_paise as "mrpPaise", price_paise as "pricePaise", max_per_order as "maxPerOrder",
    is_age_restricted as "ageRestricted", storage
  from unnest(array(select unnest($2::text[]))) as wanted (id)
    cross join lateral (
      select price_paise from listings where store_id = $1 and variant_id = wanted.id and is_listed offset 0
    ) as listings
    cross join lateral (select * from variants where id = wanted.id and archived_at is null offset 0) as variants
    cross join lateral (select * from products where id = product_id and archived_at is null offset 0) as products`

/** What a store sells of these variants now. */
export const readOffers = (on: Queryable, storeId: string, variantIds: readonly string[]): Promise<Offer[]> =>
  prepared<Offer>(on, 'read-offers', offers, [storeId, variantIds])
