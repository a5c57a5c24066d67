import type { Database, Tx } from '../../platform/database/database.ts'
import type { Caller } from '../accounts/index.ts'

/** What an import is about besides its rows. */
export interface ImportScope {
  /** Of a file without a column that names the store. */
  storeId?: string
}

export interface Column {
  name: string
  description: string
  example: string
  isRequired?: boolean
}

/** What is wrong with a row. Never holds the value: files carry what nobody should log. */
export interface Fault {
  /** `undefined` when it is the row as a whole. */
  column?: string
  reason: string
}

/** A row with its line in the file, the header being line 1. */
export interface Numbered<Row> {
  line: number
  row: Row
}

export interface Applied {
  created: number
  changed: number
  unchanged: number
  faults: readonly (Fault & { line: number })[]
}

export interface ApplyContext {
  scope: ImportScope
  now: Date
  actorId?: string
  importId: string
}

/**
 * A kind of rows that can be imported and exported. Whoever owns the tables says how a row is read and how rows are
 * applied; receiving files, keeping rows, reports and repeating belong to the imports module.
 */
export interface ImportKind<Row = unknown> {
  /** `products`; in URLs and in the database. */
  name: string
  columns: readonly Column[]
  /** Whether somebody may import or export this, in this scope. */
  mayBeUsedBy(caller: Pick<Caller, 'roles' | 'storeIds'>, scope: ImportScope): boolean
  /**
   * Makes a row of a record: texts from CSV (an empty cell is an empty text), JSON values from JSON Lines; columns that are
   * not there are absent. Pure; every fault of the record at once. Rows wait in the database as JSON, so they hold nothing
   * that JSON does not.
   */
  read(record: Readonly<Record<string, unknown>>): { row: Row } | { faults: readonly Fault[] }
  /**
   * Applies rows in the transaction of the whole import: up to 500 at once, in the order of the file. Rows that cannot be
   * applied are reported and left out; the others are applied all the same. A row that is there already, just so, changes
   * nothing. Each statement has 30 s, and nothing is done but on `tx`: the embedded database has one session.
   */
  apply(tx: Tx, rows: readonly Numbered<Row>[], context: ApplyContext): Promise<Applied>
  /**
   * Once after the last rows, in the same transaction, unless nothing is kept: what has to be there together with them. A
   * kind may leave it to `afterwards` where it would take long.
   */
  conclude?(tx: Tx): Promise<void>
  /** After the transaction, in steps of its own: what follows from the rows. Safe to repeat, and resumed after a crash. */
  afterwards?(context: ApplyContext): Promise<void>
  /** Everything there is, in a steady order, in bounded memory. What it yields can be imported again. */
  export(database: Database, scope: ImportScope): AsyncIterable<Readonly<Record<string, unknown>>>
}
