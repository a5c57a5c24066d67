import type { Database } from '../../platform/database/database.ts'
import type { ShelfFilter, Sort } from './browse.ts'
import type { KnownWord } from './search.ts'
import { choosePlace, placeAfter, type SearchFront, type ShelfFront, shareOf } from './search-front.ts'
import { type FoundCard, type FoundPlace, type SearchStatement, searchShelf } from './search-queries.ts'
import { decisive, type TextCondition, textCondition, type Wanted, type Weights } from './search-tsquery.ts'

export interface FindDeps {
  database: Pick<Database, 'raw'>
  front: SearchFront
}

export interface FindInput {
  words: readonly KnownWord[]
  wanted: Wanted
  filter: ShelfFilter
  sort: Sort
  after?: FoundPlace | undefined
  limit: number
}

/**
 * How well a product can fit, the best first: the words in its name; in name and brand; in what else it is filed under,
 * where what the last word may become counts as well; in its description. Only the last two where another order is
 * asked for.
 */
function fitsOf(words: readonly KnownWord[], wanted: Wanted, sort: Sort): TextCondition[] {
  const inFields = (weights: 'A' | 'AB' | 'ABC' | 'ABCD', withCompletions: boolean) =>
    textCondition(words, wanted, { weights, withCompletions })
  const filed = [inFields('ABC', true), inFields('ABCD', true)]
  return sort === 'rank' ? [inFields('A', false), inFields('AB', false), ...filed] : filed
}

/** Which part of the shelf to read first, where it is worth it. */
const placeOf = (words: readonly KnownWord[], wanted: Wanted, { products }: ShelfFront, limit: number) =>
  products === 0 ? undefined : choosePlace(shareOf(decisive(words, wanted), wanted, products), products, limit)

/** What fits in one way, in stock first: from the front of the shelf if that holds enough, else all of it. */
async function findFit(
  { database }: FindDeps,
  statement: SearchStatement,
  { ends, products }: ShelfFront,
  place: number | undefined,
): Promise<FoundCard[]> {
  const { after, sort, filter, limit } = statement
  const isNarrowed = filter.category !== undefined || filter.brand !== undefined
  const canBeInFront = sort === 'rank' && !isNarrowed && (after === undefined || after.isInStock)
  for (let at = canBeInFront ? place : undefined; at !== undefined; ) {
    const end = ends[at]
    if (!end) break
    const found = await searchShelf(database, { ...statement, end })
    if (found.length >= limit) return found
    at = placeAfter(at, found.length, products, limit)
  }
  return searchShelf(database, statement)
}

/**
 * The next products that words find, in order. Rare words are read at once and put in order; frequent ones fit by fit, each
 * from the front of the shelf, so that it costs little however many products have them.
 */
export async function findInOrder(deps: FindDeps, input: FindInput): Promise<FoundCard[]> {
  const { words, wanted, filter, sort, after, limit } = input
  const fits = fitsOf(words, wanted, sort)
  const front = await deps.front.of(filter.storeId)
  const place = placeOf(words, wanted, front, limit)
  const described = fits.length - 1
  const found: FoundCard[] = []

  /** Fits from one number up to another, in one statement. */
  async function read(from: number, to: number, placeOfFit: number | undefined): Promise<void> {
    const text = fits[to]
    if (!text || found.length >= limit || (after && after.fit > to)) return
    const statement = {
      filter,
      text,
      better: fits.slice(from, to),
      fit: from,
      without: fits[from - 1],
      sort,
      after: after && after.fit >= from ? after : undefined,
      limit: limit - found.length,
    }
    found.push(...(await findFit(deps, statement, front, placeOfFit)))
  }

  if (place === undefined) await read(0, described - 1, undefined)
  else for (let fit = 0; fit < described; fit += 1) await read(fit, fit, place)
  await read(described, described, 0) // nobody has counted the words of descriptions
  return found
}

/** Whether any product has all of the words, wherever they stand. */
export async function findsAny(
  deps: FindDeps,
  { words, filter }: Pick<FindInput, 'words' | 'filter'>,
): Promise<boolean> {
  const front = await deps.front.of(filter.storeId)
  async function look(weights: Weights, place: number | undefined): Promise<boolean> {
    const text = textCondition(words, 'all', { weights, withCompletions: true })
    const found = await findFit(deps, { filter, text, better: [], fit: 0, sort: 'rank', limit: 1 }, front, place)
    return found.length > 0
  }
  return (await look('ABC', placeOf(words, 'all', front, 1))) || (await look('ABCD', 0))
}
