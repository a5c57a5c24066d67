import { Type } from 'typebox'
import { nextCursor, pageQuery } from '../../platform/http/pagination.ts'
import { storeId, time, variantId } from './catalog-schemas.ts'

export const SaveListingBody = Type.Object(
  {
    pricePaise: Type.Integer({ minimum: 1, maximum: 100_000_000, description: 'At most the MRP.' }),
    isListed: Type.Optional(Type.Boolean({ description: 'Whether it is sold there. Default true.' })),
    rank: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'The lower, the further in front. Default 1000.' }),
    ),
  },
  { additionalProperties: false },
)

const ListingShape = Type.Object(
  {
    variantId: Type.String(),
    productId: Type.String(),
    sku: Type.String(),
    name: Type.String(),
    pack: Type.String(),
    pricePaise: Type.Integer(),
    mrpPaise: Type.Integer(),
    isListed: Type.Boolean(),
    rank: Type.Integer(),
    version: Type.Integer({ description: 'As in the ETag.' }),
    createdAt: time,
    updatedAt: time,
  },
  { title: 'Listing' },
)

export const OneListing = Type.Object({ success: Type.Literal(true), listing: ListingShape })
export const Listings = Type.Object({ success: Type.Literal(true), listings: Type.Array(ListingShape), nextCursor })
export const ListingsQuery = Type.Object({
  sku: Type.Optional(Type.String({ maxLength: 40, pattern: '^[A-Z0-9._-]+$', description: 'Only this one.' })),
  ...pageQuery,
})
export const StoreParams = Type.Object({ storeId })
export const ListingParams = Type.Object({ storeId, variantId })
