import { Type } from 'typebox'
import { orNull } from '../../platform/http/shapes.ts'
import { archived, archivedQuery, categoryId, imageUrl, name, position, stamps } from './catalog-schemas.ts'

const slug = Type.String({
  maxLength: 60,
  pattern: '^[a-z0-9]+(?:-[a-z0-9]+)*$',
  description: 'Small letters, digits and single hyphens.',
  examples: ['dairy-bread'],
})

const parentId = orNull(categoryId)

export const NewCategoryBody = Type.Object(
  {
    slug,
    name: name(80),
    parentId: Type.Optional(parentId),
    imageUrl: Type.Optional(orNull(imageUrl)),
    position: Type.Optional(position),
  },
  { additionalProperties: false },
)

export const ChangeCategoryBody = Type.Object(
  {
    slug: Type.Optional(slug),
    name: Type.Optional(name(80)),
    parentId: Type.Optional(parentId),
    imageUrl: Type.Optional(orNull(imageUrl)),
    position: Type.Optional(position),
    archived,
  },
  { additionalProperties: false },
)

const fields = {
  id: Type.String(),
  parentId: orNull(Type.String()),
  depth: Type.Integer({ description: '1 stands alone, 3 is the deepest.' }),
  slug: Type.String(),
  name: Type.String(),
  imageUrl: orNull(Type.String()),
  position: Type.Integer(),
  ...stamps,
}

export const OneCategory = Type.Object({
  success: Type.Literal(true),
  category: Type.Object(fields, { title: 'Category' }),
})

const leaf = Type.Object({ ...fields, children: Type.Array(Type.Object({}), { maxItems: 0 }) })
const middle = Type.Object({ ...fields, children: Type.Array(leaf) })

export const CategoryTree = Type.Object({
  success: Type.Literal(true),
  categories: Type.Array(Type.Object({ ...fields, children: Type.Array(middle) })),
})

export const CategoriesQuery = Type.Object({ archived: archivedQuery })
export const CategoryParams = Type.Object({ id: categoryId })
