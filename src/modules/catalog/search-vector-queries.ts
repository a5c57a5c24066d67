import { sql } from 'kysely'
import type { Tx } from '../../platform/database/database.ts'
import type { SearchTexts } from './search-vector.ts'

/** Keeps others from changing products until the transaction ends. */
export async function lockProducts(tx: Tx, productIds: readonly string[]): Promise<void> {
  await sql`select from products where id = any(${productIds}::text[]) order by id for no key update`.execute(tx)
}

export async function readSearchTexts(
  tx: Tx,
  productIds: readonly string[],
): Promise<(SearchTexts & { productId: string })[]> {
  const { rows } = await sql<SearchTexts & { productId: string }>`
    select p.id as "productId", p.name, p.brand, p.keywords, p.description,
      array_remove(array[c3.name, c2.name, c1.name], null) as "categoryNames",
      array(
        select pack from variants v where v.product_id = p.id and v.archived_at is null
        order by v.position, v.mrp_paise, v.id
      ) as packs
    from products p
    join categories c1 on c1.id = p.category_id
    left join categories c2 on c2.id = c1.parent_id
    left join categories c3 on c3.id = c2.parent_id
    where p.id = any(${productIds}::text[])`.execute(tx)
  return rows
}

/** Writes those that are not the same already. */
export async function writeSearchVectors(
  tx: Tx,
  products: readonly { productId: string; vector: string }[],
): Promise<void> {
  await sql`
    update products set search = made.search
    from (
      select id, vector::tsvector as search from unnest(
        ${products.map(({ productId }) => productId)}::text[], ${products.map(({ vector }) => vector)}::text[]
      ) as own (id, vector)
    ) as made
    where products.id = made.id and products.search <> made.search`.execute(tx)
}

/**
 * Adds words that people are helped to write, and keeps those that are on their way out; writes and locks nothing where all
 * are known. In the order of the words, so that two who add the same ones do not wait for each other in a circle.
 */
export async function addSearchWords(tx: Tx, stems: ReadonlyMap<string, string>): Promise<void> {
  const words = [...stems.keys()].sort()
  await sql`
    insert into search_words (word, stem)
    select own.word, own.stem
    from unnest(${words}::text[], ${words.map((word) => stems.get(word))}::text[]) as own (word, stem)
    where not exists (select from search_words as known where known.word = own.word and known.frequency > 0)
    order by 1
    on conflict (word) do update set frequency = 1 where search_words.frequency = 0`.execute(tx)
}

const counted = sql`select word as stem, ndoc from ts_stat('select search from products where archived_at is null', 'abc')`

/**
 * Counts in how many products each word's stem is, as far as people search for it. A word that is in none goes when it
 * was in none the last time too: meanwhile whoever writes it into a product has found it here.
 */
export async function recountSearchWords(tx: Tx): Promise<void> {
  await sql`
    with counts as materialized (
      ${counted}
    ), gone as (
      delete from search_words where frequency = 0 and not exists (select from counts where counts.stem = search_words.stem)
    )
    update search_words set frequency = fresh.frequency
    from (
      select word, coalesce(ndoc, 0) as frequency from search_words left join counts using (stem)
    ) as fresh
    where search_words.word = fresh.word and search_words.frequency <> fresh.frequency`.execute(tx)
}

/** The same for words that are in some product, so that those of an import are known for as frequent as they are. */
export async function recountUsedWords(tx: Tx): Promise<void> {
  await sql`
    update search_words set frequency = ndoc from (${counted}) as counts
    where search_words.stem = counts.stem and frequency <> ndoc`.execute(tx)
}
