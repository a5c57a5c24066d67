import type { KnownWord, Meaning } from './search.ts'
import { isMeasure } from './search-measures.ts'

/** Which of the words have to be there: all; all that say what it is and not how much; all of those but one. */
export type Wanted = 'all' | 'named' | 'most'

/** The fields that words are looked for in: A name, B brand, C keywords and categories, D description. */
export type Weights = 'A' | 'AB' | 'ABC' | 'ABCD'

/** What has to be found, as a `tsquery`, and as stems of the index. */
export interface TextCondition {
  query: string
  /** For each set of words of which one has to be there whole, for each word in it: weights and stems, of which one will do. */
  terms: readonly (readonly (readonly string[])[])[]
}

/** The words that decide what is found. */
export function decisive<W extends Pick<KnownWord, 'typed'>>(words: readonly W[], wanted: Wanted): readonly W[] {
  if (wanted === 'all') return words
  const naming = words.filter(({ typed }) => !isMeasure(typed))
  return naming.length > 0 ? naming : words
}

/** The sets of words of which one has to be there whole: all of them, or all but one. */
export function combinations<T>(words: readonly T[], wanted: Wanted): T[][] {
  if (wanted !== 'most' || words.length < 2) return [[...words]]
  return words.map((_, left) => words.filter((_word, at) => at !== left))
}

const quoted = (stem: string): string => `'${stem.replaceAll(/['\\]/g, '')}'`
const joined = (parts: readonly string[], operator: '|' | '&'): string =>
  parts.length === 1 ? `${parts[0]}` : `(${parts.join(` ${operator} `)})`

/** The condition that words are there, each in one of its meanings, in the fields of these weights. */
export function textCondition(
  words: readonly KnownWord[],
  wanted: Wanted,
  { weights, withCompletions }: { weights: Weights; withCompletions: boolean },
): TextCondition {
  const meaningsOf = ({ meanings, completions }: KnownWord): readonly Meaning[] =>
    withCompletions ? [...meanings, ...completions] : meanings
  // How much is wanted stands elsewhere than what it is.
  const weightsOf = ({ typed }: KnownWord): Weights => (isMeasure(typed) ? 'ABCD' : weights)
  const queryOf = (word: KnownWord): string =>
    joined(
      meaningsOf(word).map((stems) =>
        joined(
          stems.map((stem) => `${quoted(stem)}:${weightsOf(word)}`),
          '&',
        ),
      ),
      '|',
    )
  const termsOf = (word: KnownWord): string[] => {
    const stems = [...new Set(meaningsOf(word).flatMap(([first]) => (first === undefined ? [] : [first])))]
    return [...weightsOf(word).toLowerCase()].flatMap((weight) => stems.map((stem) => weight + stem))
  }
  const sets = combinations(decisive(words, wanted), wanted)
  return {
    query: joined(
      sets.map((set) => joined(set.map(queryOf), '&')),
      '|',
    ),
    terms: sets.map((set) => set.map(termsOf)),
  }
}
