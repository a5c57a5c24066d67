import type { Database } from '../../platform/database/database.ts'
import type { AskedWord } from './search.ts'
import { stemOf } from './search-text.ts'

export interface FoundWord {
  /** Of the word that was asked for, or of the pair that begins with it, from 0. */
  at: number
  kind: 'stem' | 'synonym' | 'pair' | 'completion' | 'correction'
  /** The word or term that was found. */
  word: string
  /** Of a word that products have. */
  stem: string | null
  /** Of a synonym: words that products have. */
  meanings: string[] | null
  frequency: number
}

/**
 * Everything that the words of a query may mean, in one statement: words of the same stem, synonyms (of two words side by
 * side as well), completions of an open word, and for what is none of these, words that look like it.
 */
const find = `
  with asked as (
    select * from unnest($1::text[], $2::text[], $3::boolean[], $4::text[])
      with ordinality as asked (word, stem, is_open, pair, at)
  ), known as materialized (
    select at, 'stem' as kind, asked.word, asked.stem, null::text[] as meanings, max(frequency) as frequency
    from asked join search_words as same on same.stem = asked.stem group by at, asked.word, asked.stem
    union all
    select at, case term when pair then 'pair' else 'synonym' end, term, null, meanings, null
    from asked join search_synonyms on term = any (array[asked.word, asked.pair])
    union all
    select at, 'completion', longer.*
    from asked, lateral (
      (select word, stem, null::text[], frequency from search_words
       where word > asked.word and word < asked.word || chr(1114111) order by frequency desc, word limit 8)
      union all
      (select term, null, meanings, null from search_synonyms
       where term > asked.word and term < asked.word || chr(1114111) order by term limit 3)
    ) as longer where is_open
  ), similar_ones as (
    select at, 'correction', other.*
    from asked, lateral (
      (select word, stem, null::text[], frequency from search_words
       where (word > left(asked.word, 1) and word < left(asked.word, 1) || chr(1114111)
           or word > reverse(left(asked.word, 2)) and word < reverse(left(asked.word, 2)) || chr(1114111))
         and length(word) between length(asked.word) - 2 and length(asked.word) + 2
         and least(levenshtein_less_equal(word, asked.word, 2), levenshtein_less_equal(stem, asked.word, 2)) <= 2
       order by frequency desc, word limit 20)
      union all
      (select word, stem, null, frequency from search_words
       where (word || '') % asked.word order by similarity(word, asked.word) desc, word limit 10)
      union all
      (select term, null, meanings, null from search_synonyms
       where term > left(asked.word, 1) and term < left(asked.word, 1) || chr(1114111)
         and levenshtein_less_equal(term, asked.word, 2) <= 2 order by term limit 10)
    ) as other
    where length(asked.word) > 3 and asked.word !~ '[0-9]' and not exists (select from known where known.at = asked.at)
  )
  select (at - 1)::integer as at, kind, word, stem, meanings, coalesce(frequency, (
    select max(frequency) from search_words where word = any (string_to_array(array_to_string(meanings, ' '), ' '))
  ), 0) as frequency
  from (select * from known union all select * from similar_ones) as found`

export async function findWords(database: Pick<Database, 'raw'>, asked: readonly AskedWord[]): Promise<FoundWord[]> {
  const words = asked.map(({ word }) => word)
  const { rows } = await database.raw(
    find,
    [
      words,
      words.map(stemOf),
      asked.map(({ isOpen }) => isOpen),
      words.map((word, at) => `${word} ${words[at + 1] ?? ''}`),
    ],
    'search-words',
  )
  return rows as FoundWord[]
}
