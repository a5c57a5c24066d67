import { isMeasure, measuresOf, wordsBesideMeasures } from './search-measures.ts'
import { stemOf, wordsOf } from './search-text.ts'

/** What a product is found by. */
export interface SearchTexts {
  name: string
  brand: string | null
  keywords: readonly string[]
  /** From the root. */
  categoryNames: readonly string[]
  description: string | null
  /** Of the variants that there are. */
  packs: readonly string[]
}

const highestPosition = 16_383

/** The amounts in packs and names, and whatever else packs say. */
const packWords = ({ name, packs }: SearchTexts): string[] => [
  ...new Set([
    ...packs.flatMap((pack) => [...wordsOf(pack).filter(isMeasure), ...wordsBesideMeasures(pack), ...measuresOf(pack)]),
    ...measuresOf(name),
  ]),
]

/**
 * A `tsvector` as text: each stem with where it stands and how much it counts, A for the name, B for the brand, C for
 * keywords, categories and packs, D for the description.
 */
export function searchVector(texts: SearchTexts): string {
  const { name, brand, keywords, categoryNames, description } = texts
  let position = 0
  const part = (text: string | readonly string[], weight: string): string[] =>
    (typeof text === 'string' ? wordsOf(text) : text).map((word) => {
      position = Math.min(position + 1, highestPosition)
      return `'${stemOf(word)}':${position}${weight}`
    })
  return [
    ...part(name, 'A'),
    ...part(brand ?? '', 'B'),
    ...part([...keywords, ...categoryNames].join(' '), 'C'),
    ...part(packWords(texts), 'C'),
    ...part(description ?? '', 'D'),
  ].join(' ')
}

/** The words that people are helped to write, each with its stem: all but those of the description. */
export function wordsToOffer(texts: SearchTexts): Map<string, string> {
  const { name, brand, keywords, categoryNames } = texts
  const words = [...wordsOf([name, brand ?? '', ...keywords, ...categoryNames].join(' ')), ...packWords(texts)]
  return new Map(words.map((word) => [word, stemOf(word)]))
}
