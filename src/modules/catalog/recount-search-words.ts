import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { recountSearchWords as recount } from './search-vector-queries.ts'

/** Counts anew in how many products each word is; words that have been in none for a while go. For a job, once an hour or so. */
export const recountSearchWords = ({ database }: { database: Pick<Database, 'background'> }): Promise<void> =>
  inTransaction(database.background, recount)
