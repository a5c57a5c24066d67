import type { Database } from '../../platform/database/database.ts'
import { nameOf } from '../../platform/database/statement-names.ts'
import type { ShelfFilter, Sort } from './browse.ts'
import { conditionsOf } from './browse-queries.ts'
import { asOneText, partsOf, valuesOf } from './one-text-queries.ts'
import type { TextCondition } from './search-tsquery.ts'

type Raw = Pick<Database, 'raw'>

export interface FoundCard {
  productId: string
  /** JSON, as it is sent. */
  card: string
  isInStock: boolean
  /** How well it fits, 0 the best. */
  fit: number
  /** Of what the list is sorted by, as text. */
  value: string
}

const listed = ['productId', 'card', 'isInStock', 'fit', 'value'] as const

/** A place in the order of what is found. */
export type FoundPlace = Omit<FoundCard, 'card'>

/** A product in the order of ranks, of those in stock. */
export interface FrontEnd {
  rank: number
  productId: string
}

export interface SearchStatement {
  filter: ShelfFilter
  /** What has to be there. */
  text: TextCondition
  /** What would fit better, the best first; how well a product fits begins with `fit`. */
  better: readonly TextCondition[]
  fit: number
  /** What must not be there, because it was looked for before. */
  without?: TextCondition | undefined
  sort: Sort
  /** Only what is in stock, from the beginning to here. */
  end?: FrontEnd | undefined
  after?: FoundPlace | undefined
  limit: number
}

const columnOf: Record<Sort, { value: string; type: string }> = {
  rank: { value: 'rank', type: 'integer' },
  price: { value: 'price_paise', type: 'integer' },
  '-price': { value: '-price_paise', type: 'integer' },
  name: { value: 'name', type: 'text' },
}

/**
 * Of a whole shelf the planner is to read what the words' index finds, and would add the entries of the whole shelf from
 * another index, which takes 40 ms at 200,000 products: no index has this expression.
 */
const isOfShelf = "store_id || '' = $1"

/**
 * The products that a text finds, in order: how well they fit, in stock first, then what the list is sorted by. Prepared,
 * since to read and plan it takes longer than to run it on a shelf of thousands; where how many a word finds decides on the
 * way, PostgreSQL goes on planning each time by itself.
 */
export async function searchShelf(
  database: Raw,
  { filter, text, better, fit, without, sort, end, after, limit }: SearchStatement,
): Promise<FoundCard[]> {
  const { conditions, values } = conditionsOf(filter)
  const isNarrow = filter.category !== undefined || filter.brand !== undefined || end !== undefined
  if (!isNarrow) conditions[0] = isOfShelf
  const bind = (value: unknown, type: string) => `$${values.push(value)}::${type}`
  const matches = ({ query }: TextCondition) => `search @@ ${bind(query, 'tsquery')}`
  const { value, type } = columnOf[sort]
  const prefix = filter.storeId.slice(-8)
  const sets = text.terms.map((words) =>
    words.map((any) => {
      const terms = any.map((term) => prefix + term)
      return `shelf_terms(store_id, search) && ${bind(terms, 'text[]')}`
    }),
  )
  conditions.push(`(${sets.map((set) => `(${set.join(' and ')})`).join(' or ')})`, matches(text))
  if (without) conditions.push(`not ${matches(without)}`)
  if (filter.isInStock || end) conditions.push('is_in_stock')
  if (end) conditions.push(`(rank, product_id) <= (${bind(end.rank, 'integer')}, ${bind(end.productId, 'text')})`)
  const fitting = better.map((each, at) => `when ${matches(each)} then ${fit + at}`)
  const column = better.length === 0 ? `${fit}` : `case ${fitting.join(' ')} else ${fit + better.length} end`
  const order = end ? [value, 'product_id'] : ['fit', 'not is_in_stock', value, 'product_id']
  if (after) {
    const keys = end ? [value, 'product_id'] : [column, 'not is_in_stock', value, 'product_id']
    const place = [bind(after.value, type), bind(after.productId, 'text')]
    if (!end) place.unshift(bind(after.fit, 'integer'), bind(!after.isInStock, 'boolean'))
    conditions.push(`(${keys.join(', ')}) > (${place.join(', ')})`)
  }
  const statement = asOneText(
    listed,
    `select product_id as "productId", card, is_in_stock as "isInStock", ${column} as fit, ${value} as value
     from shelf_items where ${conditions.join(' and ')} order by ${order.join(', ')} limit ${bind(limit, 'integer')}`,
  )
  const { rows } = await database.raw(statement, values, nameOf(statement))
  const [productIds = [], cards = [], inStock = [], fits = [], places = []] = partsOf(rows).map(valuesOf)
  return cards.map((card, at) => ({
    productId: productIds[at] as string,
    card,
    isInStock: inStock[at] === 'true',
    fit: Number(fits[at]),
    value: places[at] as string,
  }))
}

/** The products at these places of a shelf in the order of ranks, of those in stock; only as many as there are. */
export async function readFrontEnds(database: Raw, storeId: string, places: readonly number[]): Promise<FrontEnd[]> {
  const { rows } = await database.raw(
    `select rank, product_id as "productId" from (
       select rank, product_id, row_number() over (order by rank, product_id) as place
       from shelf_items where store_id = $1 and is_in_stock order by rank, product_id limit $2
     ) as front where place = any ($3::integer[]) order by place`,
    [storeId, Math.max(...places), places],
    'shelf-front',
  )
  return rows as FrontEnd[]
}

/** How many products there are, as the database last counted; 0 when it never did. */
export async function estimateProducts(database: Raw): Promise<number> {
  const { rows } = await database.raw(
    `select greatest(reltuples, 0)::integer as count from pg_class where oid = 'products'::regclass`,
    [],
    'estimate-products',
  )
  return (rows[0] as { count: number }).count
}
