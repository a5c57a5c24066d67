import { Kysely, PostgresDialect, type PostgresPool } from 'kysely'
import type { CommandHandler, Database, Db, Rows, Tables } from './database.ts'
import { StatementError } from './statement-error.ts'

export interface StatementResult extends Rows {
  command: string
  rowCount: number | null
}

/** One session with the database, held by one caller at a time. */
export interface Session {
  /** @throws Unavailable | StatementError */
  query(sql: string, values?: readonly unknown[], name?: string): Promise<StatementResult>
  /** Several statements in one text, without values. The rows of all of them. */
  run(sql: string): Promise<Rows>
  /** Gives it back; a broken one, or one that is to be discarded, is not used again. */
  release(discard?: boolean): void
}

/** What differs between PostgreSQL and the embedded database. */
export interface Engine {
  readonly kind: Database['kind']
  /** A session for a request. @throws Unavailable when none is to be had in time */
  connect(): Promise<Session>
  /** A session with more time for a statement, which takes none from requests. */
  connectInBackground(): Promise<Session>
  /** A session without limits of time, for the schema. */
  connectToMigrate(): Promise<Session>
  onCommand(handler: CommandHandler): void
  close(): Promise<void>
}

async function using<T>(connect: () => Promise<Session>, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await connect()
  try {
    return await work(session)
  } finally {
    session.release()
  }
}

/** A database over an engine: Kysely for most statements, text for the others. */
export function createDatabase(engine: Engine): Database {
  const pool = { connect: engine.connect, end: async () => undefined, options: {} } as unknown as PostgresPool
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }) as Db
  return {
    kind: engine.kind,
    db,
    async raw(sql, values, name) {
      try {
        return await using(engine.connect, (session) => session.query(sql, values, name))
      } catch (error) {
        if (!(error instanceof StatementError) || error.code !== '0A000') throw error
        return using(engine.connect, (session) => session.query(sql, values)) // prepared before a migration
      }
    },
    executeSql: (text, values) =>
      using(engine.connectInBackground, (session) =>
        values && values.length > 0 ? session.query(text, values) : session.run(text),
      ),
    ping: async () => {
      await using(engine.connect, (session) => session.query('select 1'))
    },
    onCommand: engine.onCommand,
    close: engine.close,
  }
}
