import type { Database } from '../../platform/database/database.ts'
import { categoryProblems } from './catalog-problems.ts'
import { type Category, type CategoryNode, treeOf } from './category.ts'
import { listCategories, readCategory } from './category-queries.ts'

export interface FindCategoriesDeps {
  database: Pick<Database, 'db'>
}

/** All categories below each other, each level by position. */
export const findCategoryTree = async (
  { database }: FindCategoriesDeps,
  { withArchived }: { withArchived: boolean },
): Promise<CategoryNode[]> => treeOf(await listCategories(database.db, { withArchived }))

/** An archived one too. @throws category.not_found */
export async function findCategory({ database }: FindCategoriesDeps, { id }: { id: string }): Promise<Category> {
  const category = await readCategory(database.db, id)
  if (!category) throw categoryProblems.notFound()
  return category
}
