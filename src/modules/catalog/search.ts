import { isMeasure, wordsAndMeasures } from './search-measures.ts'
import { stemsOf } from './search-text.ts'

const longestQuery = 100
/** More words narrow nothing down any further. */
const mostWords = 8

/** Words that say nothing about what somebody looks for, in English and in transliterated Hindi. */
const fillers = new Set('a an and the of for in with to or ka ki ke wala wali aur'.split(' '))

/** A query as it is compared, or `undefined` when it is too long. A space at the end stays: the last word is complete. */
export function tidyQuery(q: string): string | undefined {
  const text = q
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trimStart()
    .toLowerCase()
  return text.trimEnd().length > longestQuery ? undefined : text
}

export interface AskedWord {
  word: string
  /** It may be the beginning of a word: the last one, while somebody types. */
  isOpen: boolean
  /** It says nothing by itself: `to`. */
  isFiller: boolean
}

/** What a text asks for, word by word; without fillers unless there is nothing else. */
export function readQuery(text: string): AskedWord[] {
  const words = [...new Set(wordsAndMeasures(text))]
  const telling = words.filter((word) => !fillers.has(word))
  const asked = (telling.length > 0 ? telling : words).slice(0, mostWords)
  const last = wordsAndMeasures(text).at(-1)
  const isOpen = /[\p{L}\p{M}\p{N}]$/u.test(text)
  return asked.map((word) => ({
    word,
    isOpen: isOpen && word === last && !isMeasure(word),
    isFiller: fillers.has(word),
  }))
}

/** Stems that a product has to have, all of them: `black pepper`. */
export type Meaning = readonly string[]

/** What a word was found to mean. Each of the meanings will do. */
export interface KnownWord {
  /** As it was typed. */
  typed: string
  meanings: readonly Meaning[]
  /** What it may become when somebody goes on typing. */
  completions: readonly Meaning[]
  /** In how many products, roughly. */
  frequency: number
  /** What was taken in its place, when it is no word that is known. */
  instead?: string
}

export const meaningOf = (text: string): Meaning => stemsOf(text)

/** Letters that were added, left out, exchanged or swapped with their neighbour: `mlik` is one away from `milk`. */
export function typos(one: string, other: string): number {
  const [a, b] = [[...one], [...other]]
  const rows: number[][] = [b.map((_, at) => at), []]
  rows[0]?.push(b.length)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const above = rows[i - 1] as number[]
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min((above[j] as number) + 1, (row[j - 1] as number) + 1, (above[j - 1] as number) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, ((rows[i - 2] as number[])[j - 2] as number) + 1)
      row.push(least)
    }
    rows[i] = row
  }
  return (rows[a.length] as number[])[b.length] as number
}

/** How many typos a word may have. What has digits, or no more than three letters, is taken as it is. */
export const typosAllowed = (word: string): number =>
  /\p{N}/u.test(word) || word.length < 4 ? 0 : word.length < 6 ? 1 : 2

/** Whether a word begins as another does, its first two letters perhaps swapped: hardly anybody gets the first letter wrong. */
export function beginsAlike(one: string, other: string): boolean {
  const [[first, second], [start, next]] = [[...one], [...other]]
  return first === start || (first === next && second === start)
}
