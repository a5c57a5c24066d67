import type { Queryable, Tx } from '../../platform/database/database.ts'

export interface Synonym {
  term: string
  meanings: string[]
}

/** All there are, by term. */
export const listSynonyms = (on: Queryable): Promise<Synonym[]> =>
  on.selectFrom('search_synonyms').select(['term', 'meanings']).orderBy('term').execute()

export async function countSynonyms(tx: Tx): Promise<number> {
  const { count } = await tx
    .selectFrom('search_synonyms')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

export async function upsertSynonym(tx: Tx, { term, meanings }: Synonym): Promise<void> {
  await tx
    .insertInto('search_synonyms')
    .values({ term, meanings })
    .onConflict((conflict) => conflict.column('term').doUpdateSet({ meanings }))
    .execute()
}

/** Whether there was one. */
export async function deleteSynonym(tx: Tx, term: string): Promise<boolean> {
  const row = await tx.deleteFrom('search_synonyms').where('term', '=', term).returning('term').executeTakeFirst()
  return row !== undefined
}
