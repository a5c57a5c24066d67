import type { Database } from '../../platform/database/database.ts'
import type { Kept } from './browse-kept.ts'
import {
  type AskedWord,
  beginsAlike,
  type KnownWord,
  type Meaning,
  meaningOf,
  readQuery,
  typos,
  typosAllowed,
} from './search.ts'
import { stemOf } from './search-text.ts'
import { type FoundWord, findWords } from './search-words-queries.ts'

export interface UnderstoodQuery {
  words: readonly KnownWord[]
  /** Words that are known and begin with the last one that was typed, the most frequent first. */
  completions: readonly string[]
  /** The query as it was understood, when that is not what was typed. */
  instead?: string
}

const mostCorrections = 3

const sharedStart = (one: string, other: string): number => {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  return at
}

/** Of what looks like a word, what is nearest: fewest typos, then the latest in the word, then what more products have. */
function nearest(typed: string, similar: readonly FoundWord[]): FoundWord[] {
  const near = similar
    .map((found) => {
      const distance = Math.min(typos(typed, found.word), typos(typed, found.stem ?? found.word)) // tometo, tomatoes
      return { found, distance: distance - sharedStart(typed, found.word) / 100 }
    })
    .filter(({ found, distance }) => distance <= typosAllowed(typed) && beginsAlike(typed, found.word))
  const least = Math.min(...near.map(({ distance }) => distance))
  return near
    .filter(({ distance }) => distance === least)
    .map(({ found }) => found)
    .sort((one, other) => other.frequency - one.frequency)
    .slice(0, mostCorrections)
}

const most = (found: readonly FoundWord[]): number => Math.max(0, ...found.map(({ frequency }) => frequency))
const meant = (found: readonly FoundWord[]): Meaning[] =>
  found.flatMap(({ stem, meanings }) => (stem !== null ? [[stem]] : (meanings ?? []).map(meaningOf)))

function understandWord({ word: typed, isFiller }: AskedWord, found: readonly FoundWord[]): KnownWord {
  const own = found.filter(({ kind }) => kind === 'stem' || kind === 'synonym')
  const longer = found.filter(({ kind, frequency }) => kind === 'completion' && frequency > 0)
  const frequency = most([...own, ...longer])
  if (own.length > 0 && !(isFiller && longer.length > 0))
    return { typed, meanings: meant(own), completions: meant(longer), frequency }
  if (longer.length > 0) return { typed, meanings: meant(longer), completions: [], frequency }
  const [first, ...others] = nearest(
    typed,
    found.filter(({ kind }) => kind === 'correction'),
  )
  if (!first) return { typed, meanings: [[stemOf(typed)]], completions: [], frequency: 0 } // of a description, perhaps
  return {
    typed,
    meanings: meant([first, ...others]),
    completions: [],
    frequency: most([first, ...others]),
    instead: first.word,
  }
}

function understand(asked: readonly AskedWord[], found: readonly FoundWord[]): UnderstoodQuery {
  const byPlace = Map.groupBy(found, ({ at }) => at)
  const words: KnownWord[] = []
  const spoken: string[] = []
  for (let at = 0; at < asked.length; at += 1) {
    const own = byPlace.get(at) ?? []
    const word = asked[at] as AskedWord
    const pair = own.find(({ kind }) => kind === 'pair')
    if (pair) {
      words.push({ typed: pair.word, meanings: meant([pair]), completions: [], frequency: pair.frequency })
      spoken.push(pair.word)
      at += 1
      continue
    }
    const known = understandWord(word, own)
    words.push(known)
    spoken.push(known.instead ?? word.word)
  }
  const completions = found
    .filter(({ kind }) => kind === 'completion')
    .sort((one, other) => other.frequency - one.frequency)
    .map(({ word }) => word)
  return { words, completions, ...(words.some(({ instead }) => instead) && { instead: spoken.join(' ') }) }
}

export interface UnderstandDeps {
  database: Pick<Database, 'raw'>
  understood: Kept<UnderstoodQuery>
}

/** What a text asks for, by the words that products have, their synonyms, and what looks like them. */
export async function understandQuery(
  { database, understood }: UnderstandDeps,
  text: string,
): Promise<UnderstoodQuery> {
  const asked = readQuery(text)
  if (asked.length === 0) return { words: [], completions: [] }
  const key = asked.map(({ word, isOpen }) => (isOpen ? `${word}…` : word)).join(' ')
  return understood.read(key, async () => understand(asked, await findWords(database, asked)))
}
