import { createChance } from './chance.ts'
import { makeCatalogue, numberedId } from './make-catalogue.ts'
import { aisles, synonyms } from './vocabulary.ts'

/** What customers look at. */
export const kinds = ['list', 'product', 'search', 'suggest'] as const
export type Kind = (typeof kinds)[number]

export const storeIds = [1, 2, 3].map((number) => numberedId('sto', number))

const seed = 42
/** A little more than a page, so that what is not listed in a store leaves it full. */
const fullPage = 24
const smallest = 1000
const productPages = 300
const queries = 200

const listOf = (text: string): string[] => text.split(', ')
const inEachStore = (path: (storeId: string) => string): string[] => storeIds.map(path)

/** Roots and leaves that fill a page already in the smallest catalogue: the same pages, as long, in each. */
function fullCategories(): string[] {
  const { categories, products } = makeCatalogue(smallest)
  const counts = new Map<string, number>()
  for (const { categoryId } of products) counts.set(categoryId, (counts.get(categoryId) ?? 0) + 1)
  return categories
    .filter(({ id, parentId }) => parentId === null || (counts.get(id) ?? 0) >= fullPage)
    .map(({ slug }) => slug)
}

/** A word as somebody types who hits two keys the wrong way round, or leaves one out. */
function mistype(word: string, chance: ReturnType<typeof createChance>): string {
  const at = 1 + chance.below(word.length - 2)
  const [before, one = '', other = '', after] = [word.slice(0, at), word[at], word[at + 1], word.slice(at + 2)]
  return chance.next() < 0.5 ? `${before}${other}${one}${after}` : `${before}${one}${after}`
}

/** What people type into a search box: of twenty, eight words, five of several, four beginnings, two typos, one in Hindi. */
function makeQueries(): string[] {
  const chance = createChance(seed)
  const latin = (word: string): boolean => /^[a-z]{6,}$/.test(word)
  const words = [
    ...new Set(aisles.flatMap(({ shelves }) => listOf(Object.values(shelves).join(', ')).join(' ').split(' '))),
  ]
  const long = words.filter(latin)
  const inHindi = Object.keys(synonyms)
  const word = (): string =>
    chance.next() < 0.75 ? chance.pick(words) : chance.pick(listOf(chance.pick(aisles).brands))
  const severalWords = (): string => {
    const { brands, adjectives, shelves } = chance.pick(aisles)
    const kind = chance.pickUsual(listOf(chance.pick(Object.values(shelves))))
    return `${chance.next() < 0.5 ? chance.pickUsual(listOf(brands)) : chance.pickUsual(listOf(adjectives))} ${kind}`
  }
  const beginning = (): string => chance.pick(long).slice(0, 3 + chance.below(3))
  const typo = (): string => mistype(chance.pick(long), chance)
  const mix = [word, word, word, word, word, word, word, word].concat(
    [severalWords, severalWords, severalWords, severalWords, severalWords],
    [beginning, beginning, beginning, beginning, typo, typo, () => chance.pick(inHindi)],
  )
  return Array.from({ length: queries }, (_, at) => (mix[at % mix.length] as () => string)().toLowerCase())
}

/** What is in the box at some moment before the query is whole. */
const typedSoFar = (query: string, chance: ReturnType<typeof createChance>): string => {
  const letters = [...query]
  return letters
    .slice(0, Math.max(2, Math.ceil(letters.length * (0.3 + 0.7 * chance.next()))))
    .join('')
    .trimEnd()
}

/** The paths of one kind, always the same. Of products some are not listed in the store: those are to be left out. */
export function pathsOf(kind: Kind, size: number): string[] {
  const chance = createChance(seed)
  const escaped = encodeURIComponent
  if (kind === 'list')
    return fullCategories().flatMap((slug) => inEachStore((id) => `/api/products?storeId=${id}&category=${slug}`))
  if (kind === 'product')
    return Array.from({ length: productPages }, () => {
      const id = numberedId('prd', 1 + chance.below(size))
      return `/api/products/${id}?storeId=${chance.pick(storeIds)}`
    })
  if (kind === 'search')
    return makeQueries().flatMap((query) => inEachStore((id) => `/api/products?storeId=${id}&q=${escaped(query)}`))
  return makeQueries().flatMap((query) => {
    const typed = escaped(typedSoFar(query, chance))
    return inEachStore((id) => `/api/search/suggest?storeId=${id}&q=${typed}`)
  })
}
