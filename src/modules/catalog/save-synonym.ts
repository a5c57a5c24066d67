import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { catalogProblems, synonymProblems } from './catalog-problems.ts'
import { wordsOf } from './search-text.ts'
import { countSynonyms, deleteSynonym, listSynonyms, type Synonym, upsertSynonym } from './synonym-queries.ts'

export interface SynonymDeps {
  database: Pick<Database, 'db'>
  changes: Pick<ChangeFeed, 'note'>
}

const mostSynonyms = 5000
const longestTerm = 40

/** Words as search compares them, with one space between them. */
const tidy = (text: string): string => wordsOf(text).join(' ')

/** Words that mean others, such as `doodh`: milk. All of them. */
export const findSynonyms = ({ database }: SynonymDeps): Promise<Synonym[]> => listSynonyms(database.db)

/**
 * Says what a term means, in the place of what was said before. Terms are compared as search compares words, so `Doodh`
 * is `doodh`.
 * @throws catalog.invalid for a term or a meaning without a word in it; synonym.too_many
 */
export function saveSynonym({ database, changes }: SynonymDeps, synonym: Synonym): Promise<Synonym> {
  const term = tidy(synonym.term)
  const meanings = [...new Set(synonym.meanings.map(tidy))]
  if (term === '' || term.length > longestTerm)
    throw catalogProblems.invalid({ faults: ['term must be 1 or more words, 40 characters at most'] })
  if (meanings.includes('')) throw catalogProblems.invalid({ faults: ['meanings must be words'] })
  return inTransaction(database.db, async (tx) => {
    await upsertSynonym(tx, { term, meanings })
    if ((await countSynonyms(tx)) > mostSynonyms) throw synonymProblems.tooMany()
    await changes.note(tx, 'synonyms', ['all'])
    return { term, meanings }
  })
}

/** @throws synonym.not_found */
export function removeSynonym({ database, changes }: SynonymDeps, { term }: { term: string }): Promise<void> {
  return inTransaction(database.db, async (tx) => {
    if (!(await deleteSynonym(tx, tidy(term)))) throw synonymProblems.notFound()
    await changes.note(tx, 'synonyms', ['all'])
  })
}
