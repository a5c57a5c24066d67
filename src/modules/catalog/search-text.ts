import { stemmer } from 'stemmer'

const longestWord = 40

/**
 * The words of a text as search compares them: lower case, without Latin accents and apostrophes, numbers apart from
 * letters (`500g` is `500` and `g`). Indian scripts keep their vowel signs. In order, repetitions too.
 */
export function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f'’`]/g, '')
    .normalize('NFC')
    .toLowerCase()
  return (plain.match(/\p{L}[\p{L}\p{M}]*|\p{N}+/gu) ?? []).map((word) => word.slice(0, longestWord))
}

/** What words of one meaning share: `tomatoes` and `tomato`. Porter's algorithm for Latin letters, others as they are. */
export const stemOf = (word: string): string => (/^[a-z]+$/.test(word) ? stemmer(word) : word)

/** The stems of a text, each once. */
export const stemsOf = (text: string): string[] => [...new Set(wordsOf(text).map(stemOf))]
