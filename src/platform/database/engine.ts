import { Kysely } from 'kysely'
import type { CommandHandler, Database, Db, Tables } from './database.ts'
import type { Session } from './session.ts'
import { sessionDialect } from './session-dialect.ts'
import { isStale } from './statement-error.ts'
import { nameOf } from './statement-names.ts'

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
  /** Whether a request waits for a session. */
  isWaitedFor(): boolean
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
  const ask = async (connect: () => Promise<Session>, sql: string, values: readonly unknown[], name?: string) => {
    try {
      return await using(connect, (session) => session.query(sql, values, name))
    } catch (error) {
      if (name === undefined || !isStale(error)) throw error
      return using(connect, (session) => session.query(sql, values))
    }
  }
  const over = (connect: () => Promise<Session>) => new Kysely<Tables>({ dialect: sessionDialect(connect) }) as Db
  return {
    kind: engine.kind,
    db: over(engine.connect),
    background: over(engine.connectInBackground),
    raw: (sql, values, name) => ask(engine.connect, sql, values, name),
    executeSql: (text, values = []) =>
      values.length > 0
        ? ask(engine.connectInBackground, text, values, nameOf(text))
        : using(engine.connectInBackground, (session) => session.run(text)),
    ping: async () => {
      await using(engine.connect, (session) => session.query('select 1'))
    },
    isWaitedFor: engine.isWaitedFor,
    onCommand: engine.onCommand,
    close: engine.close,
  }
}
