import type { Database } from '../../platform/database/database.ts'
import type { ShelfCards, ShelfFilter, Sort } from './browse.ts'
import type { TreeCategory } from './browse-tree.ts'
import { asOneText, partsOf, valueAt, valuesOf } from './one-text-queries.ts'

type Raw = Pick<Database, 'lookUp'>

/** Where a list goes on: after this value of what it is in order of, and this product. */
export interface After {
  value: string
  productId: string
}

/** Some products of a list. */
export interface Listed extends ShelfCards {
  /** The last of them: where the list goes on. */
  last?: After & { isInStock: boolean }
  /** Whether there are more. */
  hasMore: boolean
}

const listed = ['productId', 'isInStock', 'value'] as const

const columnOf: Record<Sort, { name: string; type: string; direction: 'asc' | 'desc' }> = {
  rank: { name: 'rank', type: 'integer', direction: 'asc' },
  price: { name: 'price_paise', type: 'integer', direction: 'asc' },
  '-price': { name: 'price_paise', type: 'integer', direction: 'desc' },
  name: { name: 'name', type: 'text', direction: 'asc' },
}

/** The conditions of a filter, as text, with their values from `$1` on. */
export function conditionsOf({ storeId, category, brand }: ShelfFilter): { conditions: string[]; values: unknown[] } {
  const values: unknown[] = [storeId]
  const conditions = ['store_id = $1']
  if (category) conditions.push(`category_${category.depth} = $${values.push(category.id)}`)
  if (brand !== undefined) conditions.push(`lower(brand) = lower($${values.push(brand)}::text collate "C")`)
  return { conditions, values }
}

/** Two sizes, so that few statements are prepared: the limit as a number is what makes the planner read in order. */
const roundedUp = (limit: number): number => (limit < 21 ? 21 : 51)

const statements = new Map<string, string>()

/** The statement for lists of one shape, written once: to write it takes as long as to send it. */
function statementOf(shape: string, write: () => string): string {
  const known = statements.get(shape)
  if (known !== undefined) return known
  const written = write()
  statements.set(shape, written)
  return written
}

/**
 * The next products of a list: of those in stock, of those out of it, or first the ones and then the others (by rank,
 * from the beginning). Read in the order of an index, so it costs the same whatever the shelf holds; only `name` within a
 * category or brand is sorted.
 */
export async function readShelf(
  database: Raw,
  {
    filter,
    sort,
    part,
    after,
    limit,
  }: {
    filter: ShelfFilter
    sort: Sort
    part: 'inStock' | 'outOfStock' | 'both'
    after?: After | undefined
    limit: number
  },
): Promise<Listed> {
  const { name, type, direction } = columnOf[sort]
  const { conditions, values } = conditionsOf(filter)
  if (part !== 'both') conditions.push(part === 'inStock' ? 'is_in_stock' : 'not is_in_stock')
  if (after) {
    const place = `($${values.push(after.value)}::${type}, $${values.push(after.productId)})`
    conditions.push(`(${name}, product_id) ${direction === 'asc' ? '>' : '<'} ${place}`)
  }
  const order = `${part === 'both' ? 'is_in_stock desc, ' : ''}${name} ${direction}, product_id ${direction}`
  const read = roundedUp(limit)
  values.push(limit)
  const narrowed = `${filter.category?.depth ?? ''} ${filter.brand === undefined ? '' : 'brand'}`
  const shape = `shelf ${sort} ${part} ${narrowed} ${after ? 'on' : ''} ${read}`
  const statement = statementOf(shape, () =>
    asOneText(
      listed,
      `select product_id as "productId", card, is_in_stock as "isInStock", ${name} as value
       from shelf_items where ${conditions.join(' and ')} order by ${order} limit ${read}`,
      `array_to_string((array_agg(card))[:$${values.length}::integer], ',')`,
    ),
  )
  const { rows } = await database.lookUp(statement, values, shape)
  const [ids = '', inStock = '', places = '', cards = ''] = partsOf(rows)
  const found = valuesOf(ids)
  const productIds = found.slice(0, limit)
  const at = productIds.length - 1
  return {
    cards,
    productIds,
    hasMore: found.length > limit,
    ...(at >= 0 && {
      last: {
        productId: productIds[at] as string,
        value: valueAt(places, at),
        isInStock: valueAt(inStock, at) === 'true',
      },
    }),
  }
}

/** Every category, parents before children, in the order of the shop, without archived ones and what is below them. */
export async function readTree(database: Raw): Promise<TreeCategory[]> {
  const { rows } = await database.lookUp(
    `select c.id, c.parent_id as "parentId", c.depth, c.slug, c.name, c.image_url as "imageUrl"
     from categories c left join categories up on up.id = c.parent_id left join categories top on top.id = up.parent_id
     where c.archived_at is null and up.archived_at is null and top.archived_at is null
     order by c.depth, c.position, c.name, c.id`,
    [],
    'category-tree',
  )
  return rows as TreeCategory[]
}

/** Which of these categories have something on a store's shelf: one look into an index for each. */
export async function readCategoriesOnShelf(
  database: Raw,
  storeId: string,
  categories: readonly Pick<TreeCategory, 'id' | 'depth'>[],
): Promise<Set<string>> {
  const has = (depth: number) => `exists (select from shelf_items where store_id = $1 and category_${depth} = asked.id)`
  const { rows } = await database.lookUp(
    `select id from unnest($2::text[], $3::integer[]) as asked (id, depth)
     where case depth when 1 then ${has(1)} when 2 then ${has(2)} else ${has(3)} end`,
    [storeId, categories.map(({ id }) => id), categories.map(({ depth }) => depth)],
    'categories-on-shelf',
  )
  return new Set((rows as { id: string }[]).map(({ id }) => id))
}
