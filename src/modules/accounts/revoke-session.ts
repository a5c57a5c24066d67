import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { sessionProblems } from './account-problems.ts'
import type { EndReason } from './accounts-tables.ts'
import type { AccountsTelemetry } from './accounts-telemetry.ts'
import type { RefreshTokens } from './refresh-token.ts'
import type { Revocations } from './revocations.ts'
import { endSessions, readSession, type SessionChoice } from './session-queries.ts'

export interface RevokeSessionDeps {
  database: Pick<Database, 'db'>
  revocations: Pick<Revocations, 'add'>
  clock: Clock
  telemetry: AccountsTelemetry
}

/** Ends sessions of a user. Their tokens count no more: here at once, elsewhere within seconds. How many ended now. */
export async function revokeSessions(
  { database, revocations, clock, telemetry }: RevokeSessionDeps,
  { userId, reason, log, ...choice }: SessionChoice & { userId: string; reason: EndReason; log: Logger },
): Promise<number> {
  const ended = await endSessions(database.db, userId, choice, { reason, now: new Date(clock.now()) })
  revocations.add(ended.map((subject) => ({ kind: 'session', subject, version: null })))
  telemetry.sessionsEnded(log, reason, ended.length)
  return ended.length
}

/** Ends one session of a user. @throws session.not_found when it is somebody else's, has ended or never was */
export async function revokeSession(
  deps: RevokeSessionDeps,
  { userId, sessionId, log }: { userId: string; sessionId: string; log: Logger },
): Promise<void> {
  const count = await revokeSessions(deps, { userId, only: sessionId, reason: 'revoked', log })
  if (count === 0) throw sessionProblems.notFound()
}

/** Ends the session of a refresh token, whichever of its generations that is. Safe to repeat. */
export async function signOutByToken(
  deps: RevokeSessionDeps & { refreshTokens: Pick<RefreshTokens, 'read'> },
  { refreshToken, log }: { refreshToken: string; log: Logger },
): Promise<void> {
  const token = deps.refreshTokens.read(refreshToken)
  const session = token && (await readSession(deps.database.db, token.sessionId))
  if (token && session)
    await revokeSessions(deps, { userId: session.id, only: token.sessionId, reason: 'signedOut', log })
}
