import { type Chance, createChance } from './chance.ts'
import { type Aisle, aisles } from './vocabulary.ts'

export interface MadeCategory {
  id: string
  parentId: string | null
  slug: string
  name: string
  position: number
}

export interface MadeVariant {
  id: string
  sku: string
  ean: string
  pack: string
  mrpPaise: number
  hsnCode: string
  gstBasisPoints: number
  storage: Aisle['storage']
  position: number
}

export interface MadeProduct {
  id: string
  code: string
  categoryId: string
  /** From the root to its own. */
  categoryNames: readonly string[]
  name: string
  brand: string
  description: string
  keywords: readonly string[]
  imageUrls: readonly string[]
  variants: readonly MadeVariant[]
}

export interface MadeCatalogue {
  categories: readonly MadeCategory[]
  products: Iterable<MadeProduct>
}

/** Fits wherever an id of this kind does, and can be made from its number alone, in SQL too. */
export const numberedId = (prefix: string, number: number): string => `${prefix}_${String(number).padStart(26, '0')}`

/** Numbers that each product has for its variants. */
export const variantsOfProduct = 3
/** Of the product with this number. */
export const firstVariantId = (product: number): string => numberedId('var', product * variantsOfProduct)

const seed = 20_261_126
const syllables =
  'an na pur sh ri vi ka ma la ta ra de vi so mi ni bha ga go pa sa ya har ish wa ti ku ndan jo le'.split(' ')
const listOf = (text: string): string[] => text.split(', ')
const titleOf = (text: string): string => text.replace(/(^| )\p{Ll}/gu, (first) => first.toUpperCase())
const slugOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')

/** A word that no dictionary has, as brands and series are called. */
const coinWord = (chance: Chance): string =>
  Array.from({ length: 2 + chance.below(3) }, () => chance.pick(syllables)).join('')

const coinWords = (chance: Chance, count: number): string[] =>
  Array.from({ length: Math.round(count) }, () => coinWord(chance))

const sentences = [
  'Made from carefully chosen ingredients',
  'A daily favourite of the whole family',
  'Packed hygienically to keep the taste',
  'Store in a cool and dry place after opening',
  'Best enjoyed within a few days',
  'Goes well with breakfast, lunch and dinner',
  'No artificial colours or preservatives were added',
  'Quality checked at every step from source to shelf',
  'A classic that never goes out of style',
  'Easy to carry, easy to use',
]

/** The last digit of an EAN, from the twelve before it. */
function checkDigit(digits: string): number {
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0)
  return (10 - (sum % 10)) % 10
}

interface Shelf {
  category: MadeCategory
  kinds: string[]
}

interface Department {
  aisle: Aisle
  root: MadeCategory
  shelves: Shelf[]
  brands: string[]
  adjectives: string[]
  packs: string[]
}

function makeDepartments(chance: Chance, size: number): Department[] {
  let made = 0
  const makeCategory = (name: string, position: number, parentId: string | null): MadeCategory => {
    made += 1
    return { id: numberedId('cat', made), parentId, slug: slugOf(name), name, position }
  }
  const coined = size ** 0.6 / aisles.length
  return aisles.map((aisle, at) => {
    const root = makeCategory(aisle.name, at, null)
    return {
      aisle,
      root,
      shelves: Object.entries(aisle.shelves).map(([name, kinds], position) => ({
        category: makeCategory(name, position, root.id),
        kinds: listOf(kinds),
      })),
      brands: [...listOf(aisle.brands), ...coinWords(chance, coined).map(titleOf)],
      adjectives: listOf(aisle.adjectives),
      packs: listOf(aisle.packs),
    }
  })
}

function makeVariants(chance: Chance, { aisle, packs }: Department, number: number): MadeVariant[] {
  const count = chance.pick([1, 1, 1, 1, 1, 1, 2, 2, 2, 3])
  const first = chance.below(packs.length - count + 1)
  const [lowest, highest] = aisle.prices
  const base = lowest + (highest - lowest) * chance.next() ** 2
  return packs.slice(first, first + count).map((pack, position) => {
    const variant = number * variantsOfProduct + position
    const digits = `890${String(variant).padStart(9, '0')}`
    return {
      id: numberedId('var', variant),
      sku: `SKU-${variant}`,
      ean: `${digits}${checkDigit(digits)}`,
      pack,
      mrpPaise: Math.round(base * 1.7 ** position) * 100,
      hsnCode: aisle.hsnCode,
      gstBasisPoints: aisle.gstBasisPoints,
      storage: aisle.storage,
      position,
    }
  })
}

function makeProduct(chance: Chance, department: Department, series: readonly string[], number: number): MadeProduct {
  const { root, shelves, brands, adjectives } = department
  const { category, kinds } = chance.pickUsual(shelves)
  const kind = chance.pickUsual(kinds)
  const brand = chance.pickUsual(brands)
  const words = new Set<string>()
  if (chance.next() < 0.2) words.add(chance.pickUsual(series))
  if (chance.next() < 0.75) words.add(chance.pickUsual(adjectives))
  if (chance.next() < 0.25) words.add(chance.pick(adjectives))
  const name = titleOf([...words, kind].join(' '))
  return {
    id: numberedId('prd', number),
    code: `P${number}`,
    categoryId: category.id,
    categoryNames: [root.name, category.name],
    name: `${brand} ${name}`,
    brand,
    description: `${name} by ${brand}. ${chance.pick(sentences)}. ${chance.pick(sentences)}.`,
    keywords: [...new Set([chance.pick(kinds), chance.pick(adjectives)])],
    imageUrls: [`https://images.example/products/${number}/front.webp`],
    variants: makeVariants(chance, department, number),
  }
}

/**
 * So many products with the words of grocery shops, always the same: a twelfth in each aisle, there and in brands and words
 * the first ones most. Brands and other words grow more slowly than products do. Products are numbered from 1.
 */
export function makeCatalogue(size: number): MadeCatalogue {
  const chance = createChance(seed)
  const departments = makeDepartments(chance, size)
  const series = coinWords(chance, size ** 0.8)
  function* products(): Generator<MadeProduct> {
    for (let number = 1; number <= size; number += 1) {
      yield makeProduct(chance, departments[number % departments.length] as Department, series, number)
    }
  }
  return {
    categories: departments.flatMap(({ root, shelves }) => [root, ...shelves.map(({ category }) => category)]),
    products: products(),
  }
}
