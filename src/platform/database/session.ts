import type { Rows } from './database.ts'

export interface StatementResult extends Rows {
  command: string
  rowCount: number | null
}

/** One session with the database, held by one caller at a time. */
export interface Session {
  /** @throws Unavailable | StatementError */
  query(sql: string, values?: readonly unknown[], name?: string): Promise<StatementResult>
  /** Begins a transaction with the next query: on PostgreSQL the two travel together. */
  begin(sql: string): void
  /** Several statements in one text, without values. The rows of all of them. */
  run(sql: string): Promise<Rows>
  /** Gives it back; a broken one, or one that is to be discarded, is not used again. */
  release(discard?: boolean): void
}
