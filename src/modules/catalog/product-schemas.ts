import { Type } from 'typebox'
import { nextCursor, pageQuery } from '../../platform/http/pagination.ts'
import { orNull, plainText } from '../../platform/http/shapes.ts'
import { plainWithoutBarPattern } from '../../platform/plain-text.ts'
import { archived, archivedQuery, categoryId, imageUrl, longText, name, productId, stamps } from './catalog-schemas.ts'
import { mostVariants } from './product.ts'
import { NewVariantBody, VariantShape } from './variant-schemas.ts'

const code = Type.String({
  maxLength: 40,
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
  description: "What the operator's own files call it: letters, digits, dots, hyphens and underscores.",
})
const brand = orNull(name(80))
const description = orNull(longText)
const imageUrls = Type.Array(imageUrl, { maxItems: 10 })
const keyword = Type.String({
  maxLength: 40,
  pattern: plainWithoutBarPattern,
  description: 'Another word that it is found by, without | in it.',
})
const keywords = Type.Array(keyword, { maxItems: 20 })
const attributes = Type.Record(
  Type.String({ pattern: '^[A-Za-z][A-Za-z0-9 _-]{0,39}$' }),
  plainText(200, 'What it is.'),
  { maxProperties: 20, additionalProperties: false, description: 'Further facts, such as the country of origin.' },
)

export const NewProductBody = Type.Object(
  {
    code: Type.Optional(code),
    categoryId,
    name: name(160),
    brand: Type.Optional(brand),
    description: Type.Optional(description),
    imageUrls: Type.Optional(imageUrls),
    attributes: Type.Optional(attributes),
    keywords: Type.Optional(keywords),
    variants: Type.Array(NewVariantBody, { minItems: 1, maxItems: mostVariants }),
  },
  { additionalProperties: false },
)

export const ChangeProductBody = Type.Object(
  {
    code: Type.Optional(code),
    categoryId: Type.Optional(categoryId),
    name: Type.Optional(name(160)),
    brand: Type.Optional(brand),
    description: Type.Optional(description),
    imageUrls: Type.Optional(imageUrls),
    attributes: Type.Optional(attributes),
    keywords: Type.Optional(keywords),
    archived,
  },
  { additionalProperties: false },
)

const fields = {
  id: Type.String(),
  code: Type.String(),
  categoryId: Type.String(),
  name: Type.String(),
  brand: orNull(Type.String()),
  description: orNull(Type.String()),
  imageUrls: Type.Array(Type.String()),
  attributes: Type.Record(Type.String(), Type.String()),
  keywords: Type.Array(Type.String()),
  ...stamps,
}

export const OneProduct = Type.Object({
  success: Type.Literal(true),
  product: Type.Object({ ...fields, variants: Type.Array(VariantShape) }, { title: 'Product' }),
})

export const Products = Type.Object({
  success: Type.Literal(true),
  products: Type.Array(Type.Object(fields, { title: 'ProductSummary' })),
  nextCursor,
})

export const ProductsQuery = Type.Object({
  category: Type.Optional(
    Type.String({
      maxLength: 60,
      pattern: '^[a-z0-9_-]+$',
      description: 'Id or slug of a category; what is below it counts.',
    }),
  ),
  archived: archivedQuery,
  search: Type.Optional(
    Type.String({
      maxLength: 160,
      pattern: '^[^\\p{Cc}]*$',
      description: 'A SKU, a code, or the beginning of a name.',
    }),
  ),
  ...pageQuery,
})

export const ProductParams = Type.Object({ id: productId })
