/** A category without those below it. */
export interface TreeCategory {
  id: string
  parentId: string | null
  depth: number
  slug: string
  name: string
  imageUrl: string | null
}

export interface TreeNode {
  id: string
  slug: string
  name: string
  imageUrl: string | null
  children: TreeNode[]
}

/** All categories that are not archived, nor below one that is, in the order of the shop. */
export type CategoryTree = readonly TreeCategory[]

/** The categories as a tree; with `isShown` only those. Whose parent is not shown is not shown either. */
export function growTree(categories: CategoryTree, isShown: (id: string) => boolean = () => true): TreeNode[] {
  const shown = categories.filter(({ id }) => isShown(id))
  const byParent = Map.groupBy(shown, ({ parentId }) => parentId)
  const below = (parentId: string | null): TreeNode[] =>
    (byParent.get(parentId) ?? []).map(({ id, slug, name, imageUrl }) => ({
      id,
      slug,
      name,
      imageUrl,
      children: below(id),
    }))
  return below(null)
}

/** The category with this id or slug. */
export const findCategory = (categories: CategoryTree, idOrSlug: string): TreeCategory | undefined =>
  categories.find(({ id, slug }) => id === idOrSlug || slug === idOrSlug)
