import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { type LiveSession, listLiveSessions } from './session-queries.ts'

/** Where a user is signed in, the latest first. */
export const listSessions = (
  { database, clock }: { database: Pick<Database, 'db'>; clock: Clock },
  { userId }: { userId: string },
): Promise<LiveSession[]> => listLiveSessions(database.db, userId, new Date(clock.now()))
