import type { Queryable, Rows } from './database.ts'
import { prepared } from './prepared.ts'
import { nameOf } from './statement-names.ts'

/** Statements as text, on whatever a query runs: so that a library puts its rows into our transaction. */
export const sqlOf = (queryable: Queryable) => ({
  async executeSql(text: string, values: unknown[] = []): Promise<Rows> {
    return { rows: await prepared(queryable, nameOf(text), text, values) }
  },
})
