import { sql } from 'kysely'
import type { Db, Queryable, Tx } from '../../platform/database/database.ts'
import { idsBelow } from './category-queries.ts'
import type { Product, ProductContent } from './product.ts'

const columns = [
  'id',
  sql<string>`coalesce(code, id)`.as('code'),
  'category_id as categoryId',
  'name',
  'brand',
  'description',
  'image_urls as imageUrls',
  'attributes',
  'keywords',
  'version',
  'created_at as createdAt',
  'updated_at as updatedAt',
  'archived_at as archivedAt',
] as const

const contentColumns = (content: ProductContent) => ({
  code: content.code,
  category_id: content.categoryId,
  name: content.name,
  brand: content.brand,
  description: content.description,
  image_urls: content.imageUrls,
  attributes: JSON.stringify(content.attributes) as never, // jsonb: the driver wants text
  keywords: content.keywords,
})

export interface ProductFilter {
  /** Id or slug; what is below it counts. */
  category?: string
  /** A SKU, a code, or the beginning of a name, in small letters. */
  search?: string
  isArchived: boolean
}

const likePattern = (beginning: string): string => `${beginning.replace(/[\\%_]/g, '\\$&')}%`

/** The newest first. */
export async function listProducts(
  db: Db,
  { category, search, isArchived }: ProductFilter,
  { before, limit }: { before?: string; limit: number },
): Promise<Product[]> {
  let query = db
    .selectFrom('products')
    .select(columns)
    .where('archived_at', isArchived ? 'is not' : 'is', null)
    .orderBy('id', 'desc')
    .limit(limit)
  if (before !== undefined) query = query.where('id', '<', before)
  if (category !== undefined) query = query.where('category_id', 'in', sql<string>`(${idsBelow(category)})`)
  if (search !== undefined)
    query = query.where(
      'id',
      'in',
      sql<string>`(
        select id from products where code in (${search}, ${search.toUpperCase()})
        union all select product_id from variants where sku = ${search.toUpperCase()}
        union all select id from products where lower(name) like ${likePattern(search.toLowerCase())})`,
    )
  return query.execute()
}

/** Archived ones too. */
export const readProduct = (on: Queryable, id: string): Promise<Product | undefined> =>
  on.selectFrom('products').select(columns).where('id', '=', id).executeTakeFirst()

/** Reads a product and keeps others from changing it until the transaction ends. */
export const lockProduct = (tx: Tx, id: string): Promise<Product | undefined> =>
  tx.selectFrom('products').select(columns).where('id', '=', id).forNoKeyUpdate().executeTakeFirst()

export function insertProduct(
  tx: Tx,
  { id, now, content }: { id: string; now: Date; content: ProductContent },
): Promise<Product> {
  return tx
    .insertInto('products')
    .values({ id, ...contentColumns(content), created_at: now, updated_at: now, archived_at: null })
    .returning(columns)
    .executeTakeFirstOrThrow()
}

/** The next version of a product that is locked. */
export function updateProduct(
  tx: Tx,
  { id, now, content, archivedAt }: { id: string; now: Date; content: ProductContent; archivedAt: Date | null },
): Promise<Product> {
  return tx
    .updateTable('products')
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
