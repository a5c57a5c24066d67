import { CompiledQuery } from 'kysely'
import type { Queryable } from './database.ts'
import { isInTransaction, mayUsePrepared } from './in-transaction.ts'
import { type NamedQuery, sessionOf } from './session-dialect.ts'
import { isStale } from './statement-error.ts'

/**
 * One statement as it stands, for hot paths: a session of PostgreSQL prepares it once under its name, and plans it no
 * more after some uses. One name stands for one text. Prepared before a migration that changes what it returns, it
 * fails; it runs once more without preparing, inside a transaction together with all of `inTransaction`'s work.
 *
 * Several that one transaction begins at once travel together and run in the order in which they were begun: one round trip.
 */
export async function prepared<Row>(
  on: Queryable,
  name: string | undefined,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const session = sessionOf(on)
  const run = async (named: { name?: string }): Promise<Row[]> => {
    if (session) return (await session.query(text, values, named.name)).rows as Row[]
    const query: NamedQuery = { ...CompiledQuery.raw(text, [...values]), ...named }
    return (await on.executeQuery(query)).rows as Row[]
  }
  if (name === undefined || !mayUsePrepared()) return run({})
  try {
    return await run({ name })
  } catch (error) {
    if (!isStale(error) || isInTransaction()()) throw error
    return run({})
  }
}
