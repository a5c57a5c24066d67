import type { Kysely, Transaction } from 'kysely'

declare const dbBrand: unique symbol
declare const txBrand: unique symbol

/**
 * Every table there is. A module adds its own in its `<noun>-tables.ts`:
 * `declare module '../../platform/database/database.ts' { interface Tables { users: UserTable } }`
 */
// biome-ignore lint/suspicious/noEmptyInterface: modules fill it
export interface Tables {}

/** Sessions of the database, one for each statement. Use cases hold this. */
export type Db = Kysely<Tables> & { readonly [dbBrand]: true }

/** One open transaction; only `inTransaction` makes one. What must run inside a transaction asks for this. */
export type Tx = Transaction<Tables> & { readonly [txBrand]: true }

/** What a query takes that runs in either. */
export type Queryable = Db | Tx

export interface Rows {
  rows: unknown[]
}

/** Does what a command-line tool asks of the running program. The lines are printed there. */
export type CommandHandler = (command: string[]) => Promise<string[]>

/**
 * The database of this process. Whatever goes through it fails in one of two ways: with `Unavailable` when the
 * database does not answer in time, with `StatementError` when it refuses the statement.
 */
export interface Database {
  readonly kind: 'postgres' | 'embedded'
  readonly db: Db
  /** The same for background work, with more time for a statement; it takes no session from requests. */
  readonly background: Db
  /** One statement as it stands, for hot paths; with a name it is prepared once for each session. */
  raw(sql: string, values: readonly unknown[], name?: string): Promise<Rows>
  /**
   * The same for what only reads, and little: on PostgreSQL those of one moment share a session and a round trip, so each
   * may wait for some others. A third less CPU for both sides when many ask.
   */
  lookUp(sql: string, values: readonly unknown[], name?: string): Promise<Rows>
  /** For background work: several statements in one text when there are no values, and more time than a request has. */
  executeSql(text: string, values?: unknown[]): Promise<Rows>
  /** Whether a request waits for a session. */
  isWaitedFor(): boolean
  /** Resolves while the database answers. */
  ping(): Promise<void>
  /**
   * Commands of tools that cannot open the embedded database themselves, because this process has it. A `CannotStart`
   * that the handler throws is told there. On PostgreSQL tools connect for themselves, and none comes.
   */
  onCommand(handler: CommandHandler): void
  /** Waits for statements in flight. */
  close(): Promise<void>
}
