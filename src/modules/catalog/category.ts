export interface CategoryContent {
  parentId: string | null
  slug: string
  name: string
  imageUrl: string | null
  /** Among those of the same parent, the lowest first. */
  position: number
}

export interface Category extends CategoryContent {
  id: string
  /** 1 stands alone, 3 is the deepest. */
  depth: number
  version: number
  createdAt: Date
  updatedAt: Date
  archivedAt: Date | null
}

export const deepest = 3

/** As clients see it. */
export const toCategoryView = ({ createdAt, updatedAt, archivedAt, ...category }: Category) => ({
  ...category,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
  archivedAt: archivedAt?.toISOString() ?? null,
})

export type CategoryView = ReturnType<typeof toCategoryView>
export type CategoryNode = CategoryView & { children: CategoryNode[] }

/** Categories below each other, in the order in which they come. Whose parent is not among them is left out. */
export function treeOf(categories: readonly Category[]): CategoryNode[] {
  const byParent = Map.groupBy(categories, ({ parentId }) => parentId)
  const below = (parentId: string | null): CategoryNode[] =>
    (byParent.get(parentId) ?? []).map((category) => ({ ...toCategoryView(category), children: below(category.id) }))
  return below(null)
}
