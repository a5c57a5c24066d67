import { sql } from 'kysely'
import type { Queryable, Tx } from '../../platform/database/database.ts'
import type { Category, CategoryContent } from './category.ts'

const columns = [
  'id',
  'parent_id as parentId',
  'depth',
  'slug',
  'name',
  'image_url as imageUrl',
  'position',
  'version',
  'created_at as createdAt',
  'updated_at as updatedAt',
  'archived_at as archivedAt',
] as const

const contentColumns = (content: CategoryContent) => ({
  parent_id: content.parentId,
  slug: content.slug,
  name: content.name,
  image_url: content.imageUrl,
  position: content.position,
})

/** By position, then by name. */
export async function listCategories(on: Queryable, { withArchived }: { withArchived: boolean }): Promise<Category[]> {
  const query = on.selectFrom('categories').select(columns).orderBy('position').orderBy('name').orderBy('id')
  return (withArchived ? query : query.where('archived_at', 'is', null)).execute()
}

export const readCategory = (on: Queryable, id: string): Promise<Category | undefined> =>
  on.selectFrom('categories').select(columns).where('id', '=', id).executeTakeFirst()

/** Keeps others from changing it; with `forUpdate` also from putting anything into it. */
export function lockCategory(
  tx: Tx,
  id: string,
  { strength = 'forNoKeyUpdate' }: { strength?: 'forNoKeyUpdate' | 'forUpdate' | 'forShare' } = {},
): Promise<Category | undefined> {
  return tx.selectFrom('categories').select(columns).where('id', '=', id)[strength]().executeTakeFirst()
}

/** Keeps a category and those above it from being changed, so that what is made of their names is not old at once. */
export async function lockPath(tx: Tx, id: string): Promise<Pick<Category, 'id' | 'archivedAt'>[]> {
  const { rows } = await sql<Pick<Category, 'id' | 'archivedAt'>>`
    select id, archived_at as "archivedAt" from categories where id in (
      select unnest(array[own.id, own.parent_id, above.parent_id])
      from categories own left join categories above on above.id = own.parent_id
      where own.id = ${id}
    ) order by depth for share`.execute(tx)
  return rows
}

export interface NewCategory {
  id: string
  depth: number
  now: Date
  content: CategoryContent
}

export function insertCategory(tx: Tx, { id, depth, now, content }: NewCategory): Promise<Category> {
  return tx
    .insertInto('categories')
    .values({ id, depth, ...contentColumns(content), created_at: now, updated_at: now, archived_at: null })
    .returning(columns)
    .executeTakeFirstOrThrow()
}

export interface CategoryUpdate {
  id: string
  now: Date
  content: CategoryContent
  archivedAt: Date | null
}

/** The next version of a category that is locked. */
export function updateCategory(tx: Tx, { id, now, content, archivedAt }: CategoryUpdate): Promise<Category> {
  return tx
    .updateTable('categories')
    .set(({ eb }) => ({
      ...contentColumns(content),
      archived_at: archivedAt,
      updated_at: now,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirstOrThrow()
}

/** What is right in it and not archived. */
export async function countInCategory(tx: Tx, id: string): Promise<{ categories: number; products: number }> {
  const { rows } = await sql<{ categories: number; products: number }>`
    select
      (select count(*) from categories where parent_id = ${id} and archived_at is null) as categories,
      (select count(*) from products where category_id = ${id} and archived_at is null) as products`.execute(tx)
  return rows[0] ?? { categories: 0, products: 0 }
}

/** Some of the products in a category and below it, archived ones too. */
export async function readProductIdsBelow(tx: Tx, id: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from products where category_id in (${idsBelow(id)}) order by id limit ${limit}`.execute(tx)
  return rows.map((row) => row.id)
}

/** The ids of a category and of those below it, for `in (…)`. The category by its id or its slug. */
export const idsBelow = (idOrSlug: string) => sql<string>`
  with recursive below as (
    select id from categories where id = ${idOrSlug} or slug = ${idOrSlug}
    union all
    select categories.id from categories join below on categories.parent_id = below.id
  )
  select id from below`
