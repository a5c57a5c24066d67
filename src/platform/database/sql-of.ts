import { CompiledQuery } from 'kysely'
import type { Queryable, Rows } from './database.ts'
import { sessionOf } from './session-dialect.ts'

/** Statements as text, on whatever a query runs: so that a library puts its rows into our transaction. */
export const sqlOf = (queryable: Queryable) => ({
  async executeSql(text: string, values: unknown[] = []): Promise<Rows> {
    const session = sessionOf(queryable)
    const { rows } = await (session?.query(text, values) ?? queryable.executeQuery(CompiledQuery.raw(text, values)))
    return { rows }
  },
})
