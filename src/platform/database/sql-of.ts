import { CompiledQuery } from 'kysely'
import type { Queryable, Rows } from './database.ts'

/** Statements as text, on whatever a query runs: so that a library puts its rows into our transaction. */
export const sqlOf = (queryable: Queryable) => ({
  async executeSql(text: string, values: unknown[] = []): Promise<Rows> {
    const { rows } = await queryable.executeQuery(CompiledQuery.raw(text, values))
    return { rows }
  },
})
