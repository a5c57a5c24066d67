import type { Client } from 'pg'
import { searchVector, wordsToOffer } from '../../src/modules/catalog/search-vector.ts'
import { type MadeProduct, makeCatalogue } from './make-catalogue.ts'
import { synonyms } from './vocabulary.ts'

const batch = 4000
const madeAt = '2026-11-01T00:00:00Z'

const insertCategories = `
  insert into categories (id, parent_id, depth, slug, name, position, created_at, updated_at)
  select id, "parentId", case when "parentId" is null then 1 else 2 end, slug, name, position, '${madeAt}', '${madeAt}'
  from jsonb_to_recordset($1) as made (id text, "parentId" text, slug text, name text, position int)`

const insertProducts = `
  insert into products (id, code, category_id, name, brand, description, image_urls, keywords, search,
    created_at, updated_at)
  select id, code, "categoryId", name, brand, description,
    array(select jsonb_array_elements_text("imageUrls")), array(select jsonb_array_elements_text(keywords)),
    search::tsvector, '${madeAt}', '${madeAt}'
  from jsonb_to_recordset($1) as made (
    id text, code text, "categoryId" text, name text, brand text, description text, "imageUrls" jsonb, keywords jsonb,
    search text)`

const insertVariants = `
  insert into variants (id, product_id, sku, ean, pack, mrp_paise, hsn_code, gst_basis_points, storage, position,
    created_at, updated_at)
  select v.id, p.id, v.sku, v.ean, v.pack, v."mrpPaise", v."hsnCode", v."gstBasisPoints", v.storage, v.position,
    '${madeAt}', '${madeAt}'
  from jsonb_to_recordset($1) as p (id text, variants jsonb), jsonb_to_recordset(p.variants) as v (id text, sku text,
    ean text, pack text, "mrpPaise" int, "hsnCode" text, "gstBasisPoints" smallint, storage text, position int)`

/** A number from 0 to 9999 that a text always has. */
const drawn = (text: string): string => `(hashtextextended(${text}, 7) & 1048575) % 10000`

/** Sold for 80 to 100 % of the MRP; one in twenty-five is not listed in a store. */
const insertListings = `
  insert into listings (store_id, variant_id, mrp_paise, price_paise, is_listed, rank, created_at, updated_at)
  select s.id, v.id, v.mrp_paise, v.mrp_paise * (8000 + ${drawn(`'price' || v.id || s.id`)} / 5) / 10000,
    ${drawn(`'listed' || v.product_id || s.id`)} >= 400, 1000 + 10 * (${drawn(`'rank' || v.product_id || s.id`)}),
    '${madeAt}', '${madeAt}'
  from stores s cross join variants v`

/** One in ten has been sold out, the others have been delivered: 1 to 150 units. */
const insertStock = `
  with drawn as (
    select store_id, variant_id, ${drawn(`'gone' || variant_id || store_id`)} < 1000 as is_gone,
      1 + (${drawn(`'units' || variant_id || store_id`)}) * 15 / 1000 as units
    from listings
  ), levels as (
    insert into stock_levels (store_id, variant_id, on_hand, last_movement, updated_at)
    select store_id, variant_id, case when is_gone then 0 else units end, case when is_gone then 2 else 1 end, '${madeAt}'
    from drawn
  )
  insert into stock_movements (store_id, variant_id, number, kind, on_hand_before, quantity, at)
  select store_id, variant_id, 1, 'inward', 0, units, timestamptz '${madeAt}' from drawn
  union all
  select store_id, variant_id, 2, 'sale', units, -units, '${madeAt}' from drawn where is_gone`

const insertShownStock = `
  insert into shown_stock (store_id, variant_id, units_left)
  select store_id, variant_id, least(5, on_hand) from stock_levels`

const insertWords = `
  insert into search_words (word, stem) select word, stem from jsonb_to_recordset($1) as made (word text, stem text)`

const insertSynonyms = `
  insert into search_synonyms (term, meanings)
  select term, array(select jsonb_array_elements_text(meanings))
  from jsonb_to_recordset($1) as made (term text, meanings jsonb)
  on conflict do nothing`

async function inBatches<T>(items: Iterable<T>, size: number, work: (some: T[]) => Promise<void>): Promise<void> {
  let some: T[] = []
  for (const item of items) {
    some.push(item)
    if (some.length < size) continue
    await work(some)
    some = []
  }
  if (some.length > 0) await work(some)
}

/** The tables that it fills. */
export const catalogueTables = [
  'categories',
  'products',
  'variants',
  'listings',
  'stock_levels',
  'stock_movements',
  'shown_stock',
  'search_words',
  'search_synonyms',
] as const

const textsOf = (product: MadeProduct) => ({ ...product, packs: product.variants.map(({ pack }) => pack) })

/**
 * Fills the tables with a made catalogue of so many products, listed and stocked in every store there is. The ids of the
 * products, whose shelf rows are still to be made.
 */
export async function insertCatalogue(client: Client, size: number): Promise<string[]> {
  const insert = (statement: string, rows: readonly unknown[]) => client.query(statement, [JSON.stringify(rows)])
  const { categories, products } = makeCatalogue(size)
  const words = new Map<string, string>()
  const productIds: string[] = []
  await insert(insertCategories, categories)
  await inBatches(products, batch, async (some) => {
    for (const product of some) {
      for (const [word, stem] of wordsToOffer(textsOf(product))) words.set(word, stem)
      productIds.push(product.id)
    }
    await insert(
      insertProducts,
      some.map(({ variants, ...product }) => ({ ...product, search: searchVector(textsOf({ ...product, variants })) })),
    )
    await insert(
      insertVariants,
      some.map(({ id, variants }) => ({ id, variants })),
    )
  })
  await insert(
    insertWords,
    Array.from(words, ([word, stem]) => ({ word, stem })),
  )
  await insert(
    insertSynonyms,
    Object.entries(synonyms).map(([term, meanings]) => ({ term, meanings })),
  )
  for (const statement of [insertListings, insertStock, insertShownStock]) await client.query(statement)
  return productIds
}
