import { sql } from 'kysely'
import '../../src/modules/catalog/catalog-tables.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { newId } from '../../src/platform/ids.ts'

const then = new Date(Date.UTC(2026, 0, 1))

let count = 0
/** Texts of a test's own, such as `SKU-12`, a new one each time. */
export const unique = (prefix: string): string => {
  count += 1
  return `${prefix}${count}`
}

/** A store, by its row alone. */
export async function insertStore(database: Pick<Database, 'db'>, code = unique('BLR-')): Promise<string> {
  const id = newId('sto')
  await sql`
    insert into stores (id, code, name, city, address_lines, pincode, latitude, longitude, hours, service_area,
      inner_cells, border_cells, pick_minutes, handover_minutes, pick_capacity, created_at, updated_at)
    values (${id}, ${code}, ${`Store ${code}`}, 'Bengaluru', '{1st Cross}', '560038', 12.97, 77.64, '{}', '{}', '{}',
      '{}', 3, 1, 20, ${then}, ${then})`.execute(database.db)
  return id
}

export async function insertCategory(
  { db }: Pick<Database, 'db'>,
  {
    slug = unique('category-'),
    name = slug,
    parent,
  }: { slug?: string; name?: string; parent?: { id: string; depth: number } } = {},
): Promise<{ id: string; depth: number; slug: string }> {
  const row = { id: newId('cat'), depth: (parent?.depth ?? 0) + 1, slug }
  await db
    .insertInto('categories')
    .values({
      ...row,
      name,
      parent_id: parent?.id ?? null,
      image_url: null,
      created_at: then,
      updated_at: then,
      archived_at: null,
    })
    .execute()
  return row
}

export interface InsertedProduct {
  productId: string
  variantIds: string[]
}

/** A product with variants of 25, 50, 75 … rupees. */
export async function insertProduct(
  { db }: Pick<Database, 'db'>,
  { categoryId, name = unique('Product '), packs = ['500 g'] }: { categoryId: string; name?: string; packs?: string[] },
): Promise<InsertedProduct> {
  const productId = newId('prd')
  const times = { created_at: then, updated_at: then, archived_at: null }
  await db
    .insertInto('products')
    .values({ id: productId, code: null, category_id: categoryId, name, brand: null, description: null, ...times })
    .execute()
  const variants = packs.map((pack, at) => ({
    id: newId('var'),
    product_id: productId,
    sku: unique('SKU-'),
    ean: null,
    pack,
    mrp_paise: 2500 * (at + 1),
    hsn_code: '0401',
    gst_basis_points: 500,
    weight_grams: null,
    ...times,
  }))
  await db.insertInto('variants').values(variants).execute()
  return { productId, variantIds: variants.map(({ id }) => id) }
}

/** Puts a variant into a store at its MRP, or at a price. The shelf is not refreshed. */
export async function insertListing(
  { db }: Pick<Database, 'db'>,
  {
    storeId,
    variantId,
    pricePaise,
    rank = 1000,
  }: { storeId: string; variantId: string; pricePaise?: number; rank?: number },
): Promise<void> {
  await sql`
    insert into listings (store_id, variant_id, mrp_paise, price_paise, rank, created_at, updated_at)
    select ${storeId}, id, mrp_paise, coalesce(${pricePaise ?? null}::integer, mrp_paise), ${rank}::integer, ${then}, ${then}
    from variants where id = ${variantId}`.execute(db)
}

export interface ShelfRow {
  storeId: string
  productId: string
  rank: number
  pricePaise: number
  isInStock: boolean
  path: (string | null)[]
  // biome-ignore lint/suspicious/noExplicitAny: a card as it is sent
  card: any
}

/** What is on the shelf of a product, by store. */
export async function shelfOf({ db }: Pick<Database, 'db'>, productId: string): Promise<ShelfRow[]> {
  const rows = await db
    .selectFrom('shelf_items')
    .selectAll()
    .where('product_id', '=', productId)
    .orderBy('store_id')
    .execute()
  return rows.map((row) => ({
    storeId: row.store_id,
    productId: row.product_id,
    rank: row.rank,
    pricePaise: row.price_paise,
    isInStock: row.is_in_stock,
    path: [row.category_1, row.category_2, row.category_3],
    card: JSON.parse(row.card),
  }))
}

/** The keys that were noted for a topic so far, in order. */
export async function notedKeys({ db }: Pick<Database, 'db'>, topic: string): Promise<string[]> {
  const rows = await db.selectFrom('changes').select('key').where('topic', '=', topic).orderBy('id').execute()
  return rows.map(({ key }) => key)
}
