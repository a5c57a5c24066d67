import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely'
import type { Queryable, Tables } from './database.ts'
import type { Session } from './session.ts'

/** A statement that each session prepares once, under this name. */
export interface NamedQuery extends CompiledQuery {
  readonly name?: string
}

const changesRows = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

class SessionConnection implements DatabaseConnection {
  readonly session: Session

  constructor(session: Session) {
    this.session = session
  }

  async executeQuery<R>({ sql, parameters, name }: NamedQuery): Promise<QueryResult<R>> {
    const { rows, command, rowCount } = await this.session.query(sql, parameters, name)
    return { rows: rows as R[], ...(changesRows.has(command) && { numAffectedRows: BigInt(rowCount ?? 0) }) }
  }

  // biome-ignore lint/correctness/useYield: Kysely asks for it, and nothing here streams
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Rows are read in pages.')
  }
}

const sessions = new WeakMap<object, Session>()

/**
 * The session of a transaction, or of what else has one for itself. Statements that it is asked at once leave at once, one
 * after the other, where Kysely sends each when the one before is answered.
 */
export const sessionOf = (on: Queryable): Session | undefined => sessions.get(on)

/** Has `sessionOf` know it. */
export const rememberSession = (on: Kysely<Tables>): Promise<void> =>
  on.getExecutor().provideConnection(async (connection) => {
    sessions.set(on, (connection as SessionConnection).session)
  })

const begin = ({ isolationLevel }: TransactionSettings): string =>
  isolationLevel ? `start transaction isolation level ${isolationLevel}` : 'begin'

function createDriver(connect: () => Promise<Session>): Driver {
  const broken = new WeakSet<DatabaseConnection>()
  const sessionOf = (connection: DatabaseConnection) => (connection as SessionConnection).session
  return {
    init: async () => undefined,
    destroy: async () => undefined,
    acquireConnection: async () => new SessionConnection(await connect()),
    beginTransaction: async (connection, settings) => sessionOf(connection).begin(begin(settings)),
    async commitTransaction(connection) {
      const { command } = await sessionOf(connection).query('commit')
      if (command === 'ROLLBACK') throw new Error('The transaction was rolled back: a statement in it had failed.')
    },
    async rollbackTransaction(connection) {
      try {
        await sessionOf(connection).query('rollback')
      } catch (error) {
        broken.add(connection)
        throw error
      }
    },
    releaseConnection: async (connection) => sessionOf(connection).release(broken.has(connection)),
  }
}

/** Kysely over sessions of an engine, which take the names of statements too. */
export const sessionDialect = (connect: () => Promise<Session>): Dialect => ({
  createDriver: () => createDriver(connect),
  createQueryCompiler: () => new PostgresQueryCompiler(),
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (db) => new PostgresIntrospector(db),
})
