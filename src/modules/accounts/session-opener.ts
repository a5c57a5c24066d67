import { Unavailable } from '../../platform/unavailable.ts'
import { type OpenedSession, type OpenSessionDeps, type OpenSessionInput, openSession } from './open-session.ts'

/** What is known of the database's being away, from whoever noticed it last. */
export interface Outage {
  isKnown: boolean
}

export interface SessionOpener {
  openSession(input: OpenSessionInput): Promise<OpenedSession>
  canOpenSessions(): Promise<void>
}

/** Opens sessions, and remembers when one could not be: until the database answers again, nobody should try in vain. */
export function createSessionOpener(
  deps: Omit<OpenSessionDeps, 'database'> & {
    database: OpenSessionDeps['database'] & { ping(): Promise<void> }
    outage: Outage
  },
): SessionOpener {
  const { database, outage } = deps
  return {
    async openSession(input) {
      try {
        return await openSession(deps, input)
      } catch (error) {
        if (error instanceof Unavailable) outage.isKnown = true
        throw error
      }
    },
    async canOpenSessions() {
      if (!outage.isKnown) return
      await database.ping()
      outage.isKnown = false
    },
  }
}
