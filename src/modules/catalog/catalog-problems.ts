import { Type } from 'typebox'
import { defineProblems } from '../../platform/http/problem.ts'

const field = { field: Type.String({ description: 'The field that it is about.' }) }

export const catalogProblems = defineProblems('catalog', {
  invalid: {
    status: 400,
    message: 'Something is missing or wrong',
    details: { faults: Type.Array(Type.String(), { description: 'What is wrong, a sentence each.' }) },
  },
  taken: { status: 409, message: 'Something else has this already', details: field },
})

export const categoryProblems = defineProblems('category', {
  notFound: { status: 404, message: 'There is no such category' },
  unknown: { status: 409, message: 'The category that is named does not exist' },
  archived: { status: 409, message: 'The category that it belongs to is archived. Bring that back first' },
  tooDeep: { status: 409, message: 'Categories are at most three levels deep' },
  depthFixed: {
    status: 409,
    message: 'A category stays as deep as it is: its new parent must be as deep as the old one',
  },
  notEmpty: {
    status: 409,
    message: 'There are categories or products in it. Move or archive those first',
    details: {
      categories: Type.Integer({ description: 'How many categories are right below it.' }),
      products: Type.Integer({ description: 'How many products are right in it.' }),
    },
  },
})

export const productProblems = defineProblems('product', {
  notFound: { status: 404, message: 'There is no such product' },
  archived: { status: 409, message: 'The product is archived. Bring it back first' },
  tooManyVariants: { status: 409, message: 'A product has at most 50 variants' },
})

export const variantProblems = defineProblems('variant', {
  notFound: { status: 404, message: 'There is no such variant' },
  mrpBelowPrice: {
    status: 409,
    message: 'In some stores the price is above this MRP. Lower it there first',
    details: {
      stores: Type.Array(Type.Object({ storeId: Type.String(), pricePaise: Type.Integer() }), {
        description: 'Stores with a price above it, 20 at most.',
      }),
    },
  },
})

export const listingProblems = defineProblems('listing', {
  storeNotFound: { status: 404, message: 'There is no such store' },
  notFound: { status: 404, message: 'The store has no listing of this variant' },
  variantNotFound: { status: 404, message: 'There is no such variant, or it is archived' },
  productArchived: { status: 409, message: 'The product of the variant is archived. Bring it back first' },
  priceAboveMrp: {
    status: 409,
    message: 'The price must not be above the MRP',
    details: { mrpPaise: Type.Integer() },
  },
})

export const synonymProblems = defineProblems('synonym', {
  notFound: { status: 404, message: 'There is no such synonym' },
  tooMany: { status: 409, message: 'There are as many synonyms as there can be. Delete some first' },
})
