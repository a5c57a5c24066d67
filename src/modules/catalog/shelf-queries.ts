import { sql } from 'kysely'
import type { Tx } from '../../platform/database/database.ts'
import type { ShelfPlace, ShownUnits } from './shelf.ts'

/**
 * Keeps others from making the shelf rows of these products until the transaction ends. What is read in a statement
 * after this one is what everybody before has committed.
 */
async function lockShelf(tx: Tx, productIds: readonly string[]): Promise<void> {
  await sql`
    insert into shelf_locks (product_id) select distinct id from unnest(${productIds}::text[]) as id order by id
    on conflict (product_id) do update set product_id = excluded.product_id where false`.execute(tx) // locks, writes nothing
}

export async function readProductIdsOf(tx: Tx, variantIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct product_id as id from variants where id = any(${variantIds}::text[])`.execute(tx)
  return rows.map(({ id }) => id)
}

/** A variant as it stands in a card: JSON, in the order of its fields. */
const variantJson = sql`concat(
  '{"id":', to_json(v.id), ',"sku":', to_json(v.sku), ',"pack":', to_json(v.pack),
  ',"mrpPaise":', l.mrp_paise, ',"pricePaise":', l.price_paise,
  ',"inStock":', case when s.units_left > 0 then 'true' else 'false' end,
  ',"unitsLeft":', case when s.units_left >= 5 then 'null' else coalesce(s.units_left, 0)::text end,
  ',"maxPerOrder":', v.max_per_order, ',"ageRestricted":', to_json(v.is_age_restricted), '}')`

/** A card without what changes with the stock, and one without the units only. In a text of the card quotes are escaped. */
const withoutStock = (card: string) =>
  sql`regexp_replace(${sql.ref(card)}, '"(?:inStock|unitsLeft)":[a-z0-9]+', '', 'g')`
const withoutUnits = (card: string) => sql`regexp_replace(${sql.ref(card)}, '"unitsLeft":[a-z0-9]+', '', 'g')`

const content = (row: 'made' | 'old') =>
  sql.join(
    ['category_1', 'category_2', 'category_3', 'brand', 'name', 'rank', 'search'].map((name) =>
      sql.ref(`${row}.${name}`),
    ),
  )

/**
 * Makes the shelf rows of products, in all stores or in some, of what is committed and of what this transaction wrote;
 * rows that stay as they are are not written. The shelf of the products is locked first and the rows made in the next
 * statement, so of two refreshes of one product the later sees what the earlier's transaction did. Call it after the
 * writes. Where the products are or were.
 */
export async function refreshShelf(
  tx: Tx,
  productIds: readonly string[],
  { storeIds }: { storeIds?: readonly string[] } = {},
): Promise<ShelfPlace[]> {
  if (productIds.length === 0) return []
  await lockShelf(tx, productIds)
  const stores = storeIds ?? null
  const { rows } = await sql<ShelfPlace>`
    with old as materialized (
      select * from shelf_items
      where product_id = any(${productIds}::text[]) and (${stores}::text[] is null or store_id = any(${stores}::text[]))
    ), offers as (
      select l.store_id, v.product_id,
        min(l.rank) as rank,
        coalesce(min(l.price_paise) filter (where s.units_left > 0), min(l.price_paise)) as price_paise,
        coalesce(bool_or(s.units_left > 0), false) as is_in_stock,
        string_agg(${variantJson}, ',' order by v.position, v.mrp_paise, v.id) as variants
      from variants v
      join listings l on l.variant_id = v.id and l.is_listed
      left join shown_stock s on s.store_id = l.store_id and s.variant_id = l.variant_id
      where v.product_id = any(${productIds}::text[]) and v.archived_at is null
        and (${stores}::text[] is null or l.store_id = any(${stores}::text[]))
      group by l.store_id, v.product_id
    ), made as materialized (
      select o.store_id, o.product_id,
        coalesce(c3.id, c2.id, c1.id) as category_1,
        case c1.depth when 2 then c1.id when 3 then c2.id end as category_2,
        case c1.depth when 3 then c1.id end as category_3,
        p.brand collate "C" as brand, lower(p.name) collate "C" as name, o.rank, o.price_paise, o.is_in_stock, p.search,
        concat('{"id":', to_json(p.id), ',"name":', to_json(p.name),
          ',"brand":', coalesce(to_json(p.brand)::text, 'null'),
          ',"imageUrl":', coalesce(to_json(p.image_urls[1])::text, 'null'),
          ',"categoryId":', to_json(p.category_id), ',"inStock":', to_json(o.is_in_stock),
          ',"variants":[', o.variants, ']}') collate "default" as card
      from offers o
      join products p on p.id = o.product_id and p.archived_at is null
      join categories c1 on c1.id = p.category_id
      left join categories c2 on c2.id = c1.parent_id
      left join categories c3 on c3.id = c2.parent_id
    ), gone as (
      delete from shelf_items using old
      where shelf_items.store_id = old.store_id and shelf_items.product_id = old.product_id
        and not exists (select from made where made.store_id = old.store_id and made.product_id = old.product_id)
    ), written as (
      insert into shelf_items (store_id, product_id, category_1, category_2, category_3, brand, name, rank, price_paise,
        is_in_stock, search, card)
      select made.* from made left join old using (store_id, product_id)
      where old.store_id is null or made is distinct from old
      on conflict (store_id, product_id) do update set category_1 = excluded.category_1,
        category_2 = excluded.category_2, category_3 = excluded.category_3, brand = excluded.brand,
        name = excluded.name, rank = excluded.rank, price_paise = excluded.price_paise,
        is_in_stock = excluded.is_in_stock, search = excluded.search, card = excluded.card
    )
    select store_id as "storeId", product_id as "productId",
      case
        when made.card is null or old.card is null or (${content('made')}) is distinct from (${content('old')}) then 'content'
        when made is not distinct from old then null
        when ${withoutStock('made.card')} <> ${withoutStock('old.card')} then 'content'
        when ${withoutUnits('made.card')} <> ${withoutUnits('old.card')} then 'stock'
        else 'left'
      end as change
    from made full join old using (store_id, product_id)`.execute(tx)
  return rows
}

/** Notes what stores have of variants, each once. Those of which it was not known already. */
export async function writeShownStock(
  tx: Tx,
  units: readonly ShownUnits[],
): Promise<{ storeId: string; variantId: string }[]> {
  const { rows } = await sql<{ storeId: string; variantId: string }>`
    insert into shown_stock (store_id, variant_id, units_left)
    select * from unnest(
      ${units.map(({ storeId }) => storeId)}::text[],
      ${units.map(({ variantId }) => variantId)}::text[],
      ${units.map(({ unitsLeft }) => unitsLeft)}::smallint[]
    ) as unit (store_id, variant_id, units_left)
    order by store_id, variant_id
    on conflict (store_id, variant_id) do update set units_left = excluded.units_left
    where shown_stock.units_left <> excluded.units_left
    returning store_id as "storeId", variant_id as "variantId"`.execute(tx)
  return rows
}
