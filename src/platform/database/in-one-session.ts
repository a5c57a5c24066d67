import type { Db } from './database.ts'
import { rememberSession } from './session-dialect.ts'

/**
 * Has statements that belong together ask one session of the database, without a transaction: prepared ones that are begun
 * at once travel together. @throws what the work throws; Unavailable
 */
export const inOneSession = <T>(db: Db, work: (on: Db) => Promise<T>): Promise<T> =>
  db.connection().execute(async (connection) => {
    await rememberSession(connection)
    return work(connection as Db)
  })
