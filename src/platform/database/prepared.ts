import { CompiledQuery } from 'kysely'
import type { Tx } from './database.ts'
import { mayUsePrepared } from './in-transaction.ts'
import type { NamedQuery } from './session-dialect.ts'

/**
 * One statement as it stands inside a transaction, for hot paths: a session of PostgreSQL prepares it once under its
 * name, and plans it no more after some uses. One name stands for one text. Prepared before a migration that changes
 * what it returns, it fails, and `inTransaction` runs the whole work once more without preparing.
 */
export async function prepared<Row>(tx: Tx, name: string, text: string, values: readonly unknown[]): Promise<Row[]> {
  const query: NamedQuery = { ...CompiledQuery.raw(text, [...values]), ...(mayUsePrepared() && { name }) }
  return (await tx.executeQuery(query)).rows as Row[]
}
