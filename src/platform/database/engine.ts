import { Kysely } from 'kysely'
import type { CommandHandler, Database, Db, Tables } from './database.ts'
import { createLookUps } from './look-ups.ts'
import type { Session, StatementResult } from './session.ts'
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

type Ask = (sql: string, values: readonly unknown[], name?: string) => Promise<StatementResult>

/** A database over an engine: Kysely for most statements, text for the others. */
export function createDatabase(engine: Engine): Database {
  const askOne =
    (connect: () => Promise<Session>): Ask =>
    (sql, values, name) =>
      using(connect, (session) => session.query(sql, values, name))
  /** A statement whose prepared one is out of date runs once more without. */
  const asking =
    (ask: Ask): Ask =>
    async (sql, values, name) => {
      try {
        return await ask(sql, values, name)
      } catch (error) {
        if (name === undefined || !isStale(error)) throw error
        return ask(sql, values)
      }
    }
  const raw = asking(askOne(engine.connect))
  const inBackground = asking(askOne(engine.connectInBackground))
  const over = (connect: () => Promise<Session>) => new Kysely<Tables>({ dialect: sessionDialect(connect) }) as Db
  return {
    kind: engine.kind,
    db: over(engine.connect),
    background: over(engine.connectInBackground),
    raw,
    // The embedded database works in this thread: nothing has to be woken.
    lookUp: engine.kind === 'embedded' ? raw : asking(createLookUps(engine.connect)),
    executeSql: (text, values = []) =>
      values.length > 0
        ? inBackground(text, values, nameOf(text))
        : using(engine.connectInBackground, (session) => session.run(text)),
    ping: async () => {
      await using(engine.connect, (session) => session.query('select 1'))
    },
    isWaitedFor: engine.isWaitedFor,
    onCommand: engine.onCommand,
    close: engine.close,
  }
}
