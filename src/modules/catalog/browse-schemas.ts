import { Type } from 'typebox'
import { nextCursor } from '../../platform/http/pagination.ts'
import { idOf, orNull, plainText } from '../../platform/http/shapes.ts'
import { mostProducts, sorts, usualProducts } from './browse.ts'
import { storeId } from './catalog-schemas.ts'

const id = Type.String()
const name = Type.String()
const slug = Type.String()
const url = orNull(Type.String())

const q = Type.String({
  description: 'What to look for, as people type it: 100 characters at most.',
  examples: ['doodh'],
})

const variantFields = {
  id,
  sku: Type.String(),
  pack: Type.String({ examples: ['500 g'] }),
  mrpPaise: Type.Integer(),
  pricePaise: Type.Integer(),
  inStock: Type.Boolean(),
  unitsLeft: orNull(Type.Integer({ description: 'How many are left; null for five or more.' })),
  maxPerOrder: Type.Integer(),
  ageRestricted: Type.Boolean(),
}

const cardFields = {
  id,
  name,
  brand: orNull(Type.String()),
  imageUrl: url,
  categoryId: Type.String(),
  inStock: Type.Boolean(),
}

const Card = Type.Object(
  {
    ...cardFields,
    variants: Type.Array(Type.Object(variantFields), { description: 'What is sold in the store, smallest first.' }),
  },
  { title: 'ProductCard' },
)

const searchedFor = Type.Optional(
  Type.String({ description: 'What was looked for in the place of `q`, where words of it were mistyped.' }),
)

export const ShopProductsQuery = Type.Object({
  storeId,
  category: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9_-]{1,60}$',
      description: 'Id or slug of a category; what is below it belongs to it.',
    }),
  ),
  q: Type.Optional(q),
  brand: Type.Optional(plainText(80, 'Only this brand, in letters of any case.')),
  inStock: Type.Optional(Type.String({ enum: ['true', 'false'], description: '`true` leaves out what is sold out.' })),
  sort: Type.Optional(
    Type.String({
      enum: [...sorts],
      description:
        'In each order, what is in stock comes first. With `q`, what fits best comes first unless another order is asked for.',
      default: 'rank',
    }),
  ),
  limit: Type.Optional(
    Type.String({
      pattern: '^(?:[1-9]|[1-4][0-9]|50)$',
      description: `Most products in the answer, 1 to ${mostProducts}. Default ${usualProducts}.`,
    }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 1200, description: '`nextCursor` of the page before, with the same filters.' }),
  ),
})

export const ShopProducts = Type.Object({
  success: Type.Literal(true),
  products: Type.Array(Card),
  nextCursor,
  searchedFor,
})

export const ShopProductParams = Type.Object({ id: idOf('prd', 'Of the product.') })
export const ShopProductQuery = Type.Object({ storeId })

export const ShopProduct = Type.Object({
  success: Type.Literal(true),
  product: Type.Object(
    {
      ...cardFields,
      description: orNull(Type.String()),
      imageUrls: Type.Array(Type.String()),
      attributes: Type.Record(Type.String(), Type.String()),
      categories: Type.Array(Type.Object({ id, slug, name }), { description: 'From the root to its own.' }),
      variants: Type.Array(
        Type.Object({
          ...variantFields,
          ean: orNull(Type.String()),
          hsnCode: Type.String(),
          gstPercent: Type.Number(),
          weightGrams: orNull(Type.Integer()),
          storage: Type.String({ enum: ['ambient', 'chilled', 'frozen'] }),
        }),
      ),
    },
    { title: 'ProductPage' },
  ),
})

export const ShopCategoriesQuery = Type.Object({
  storeId: Type.Optional(idOf('sto', 'Only categories that have something on the shelf of this store.')),
})

const leaf = { id, slug, name, imageUrl: url }
const Leaf = Type.Object({ ...leaf, children: Type.Array(Type.Unknown(), { maxItems: 0 }) })
const Middle = Type.Object({ ...leaf, children: Type.Array(Leaf) })

export const ShopCategories = Type.Object({
  success: Type.Literal(true),
  categories: Type.Array(Type.Object({ ...leaf, children: Type.Array(Middle) }), {
    description: 'The roots with what is below them, in the order of the shop.',
  }),
})

export const SuggestQuery = Type.Object({ storeId, q })

export const ShopSuggestions = Type.Object({
  success: Type.Literal(true),
  queries: Type.Array(Type.String(), { description: 'Texts to search for.' }),
  categories: Type.Array(Type.Object(leaf)),
  brands: Type.Array(Type.String()),
  products: Type.Array(Card, { description: 'The best ones.' }),
})
