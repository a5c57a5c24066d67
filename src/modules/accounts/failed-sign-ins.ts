import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/database.ts'
import type { AccountsTelemetry } from './accounts-telemetry.ts'
import { type FailedSignIn, insertAuditEvents, insertFailedSignIns } from './audit-queries.ts'
import type { Identity } from './open-session.ts'

export interface NoteFailedSignIn {
  identity: Identity
  /** Why, in one word: `wrong`, `locked`, `closed`, `limited`. */
  reason: string
  source: string
}

/** The failures that wait to be written into the audit. */
export interface FailedSignIns {
  note(failure: NoteFailedSignIn): void
  /** Writes what waits, all in one statement. What could not be written waits on. @throws Unavailable */
  flush(): Promise<void>
}

/** An attack makes so many rows between two writings and no more; the rest is told as a number. */
const mostListed = 200

export interface FailedSignInsDeps {
  db: Db
  pseudonymOf: (kind: 'source' | 'identity', subject: string) => string
  clock: Clock
  telemetry: AccountsTelemetry
}

export function createFailedSignIns({ db, pseudonymOf, clock, telemetry }: FailedSignInsDeps): FailedSignIns {
  let waiting: FailedSignIn[] = []
  let notListed = 0

  return {
    note({ identity, reason, source }) {
      if (waiting.length >= mostListed) {
        notListed += 1
        return
      }
      const phone = identity.kind === 'phone' ? identity.phone : null
      const email = identity.kind === 'email' ? identity.email : null
      waiting.push({
        at: new Date(clock.now()),
        phone,
        email,
        source: pseudonymOf('source', source),
        pseudonym: pseudonymOf('identity', phone ?? email ?? ''),
        reason,
      })
    },
    async flush() {
      if (waiting.length === 0) return
      const [failures, count] = [waiting, notListed]
      waiting = []
      notListed = 0
      try {
        await insertFailedSignIns(db, failures)
      } catch (error) {
        notListed += count + Math.max(0, waiting.length + failures.length - mostListed)
        waiting = [...failures, ...waiting].slice(0, mostListed)
        throw error
      }
      if (count === 0) return
      telemetry.failuresNotListed(count)
      await insertAuditEvents(db, new Date(clock.now()), [{ kind: 'sign_in.failures_not_listed', details: { count } }])
    },
  }
}
