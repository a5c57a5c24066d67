import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { sessionProblems } from './account-problems.ts'
import type { AccountsTelemetry } from './accounts-telemetry.ts'
import { insertAuditEvents } from './audit-queries.ts'
import { digestOf, type RefreshToken, type RefreshTokens } from './refresh-token.ts'
import type { Revocations } from './revocations.ts'
import { endSessions, readSession, rotateSession, type SessionStanding } from './session-queries.ts'
import { type TokenAnswer, type TokenMaker, tokenAnswer } from './token-answer.ts'

export interface RefreshSessionDeps extends TokenMaker {
  database: Pick<Database, 'raw' | 'db'>
  refreshTokens: RefreshTokens
  revocations: Pick<Revocations, 'add'>
  pseudonymOfSource: (source: string) => string
  clock: Clock
  telemetry: AccountsTelemetry
}

export interface RefreshSessionInput {
  refreshToken: string
  source: string
  log: Logger
}

/** How long after a refresh its token may come again: the first answer may have been lost, or two tabs met. */
const repeatMs = 10_000

/**
 * Trades a refresh token for a new one and a fresh access token. Callers with the same token at once, or again within
 * 10 s, get the same successor. A token that comes later than that was stolen, or its successor was: the session ends,
 * with all its tokens.
 *
 * @throws session.refresh_refused; Unavailable
 */
export async function refreshSession(deps: RefreshSessionDeps, input: RefreshSessionInput): Promise<TokenAnswer> {
  const { database, refreshTokens, telemetry } = deps
  const token = refreshTokens.read(input.refreshToken)
  if (!token) {
    telemetry.refreshed('refused')
    throw sessionProblems.refreshRefused()
  }
  const { sessionId, generation, salt } = token
  const now = deps.clock.now()
  const next = refreshTokens.issue({ sessionId, generation: generation + 1, salt })
  const user = await rotateSession(database, {
    sessionId,
    generation,
    digest: digestOf(input.refreshToken),
    nextDigest: digestOf(next),
    now: new Date(now),
    expiresAt: new Date(now + deps.refreshLifeSeconds * 1000),
  })
  if (user) {
    telemetry.refreshed('renewed')
    return tokenAnswer(deps, user, { sessionId, refreshToken: next, now })
  }

  const standing = await readSession(database.db, sessionId)
  const successor = standing && repeated(deps, token, standing, now)
  if (standing && successor !== undefined) {
    telemetry.refreshed('repeated')
    return tokenAnswer(deps, standing, { sessionId, refreshToken: successor, now })
  }
  if (standing && isReuse(token, standing, now)) await endFamily(deps, token, standing, input)
  else telemetry.refreshed('refused')
  throw sessionProblems.refreshRefused()
}

/** Its session lives, and the token is one that was traded before. */
const isReuse = ({ generation }: RefreshToken, standing: SessionStanding, now: number): boolean =>
  standing.endedAt === null && standing.expiresAt.getTime() > now && generation < standing.generation

/** The successor that the same request got before, if that was a moment ago. */
function repeated(
  { refreshTokens }: RefreshSessionDeps,
  token: RefreshToken,
  standing: SessionStanding,
  now: number,
): string | undefined {
  const isLatest = standing.generation === token.generation + 1 && isReuse(token, standing, now)
  if (!isLatest || now - standing.rotatedAt.getTime() > repeatMs) return undefined
  const next = { ...token, generation: standing.generation }
  return [refreshTokens.issue(next), refreshTokens.issueAsBefore(next)].find(
    (successor) => successor !== undefined && digestOf(successor).equals(standing.refreshDigest),
  )
}

async function endFamily(
  { database: { db }, revocations, pseudonymOfSource, clock, telemetry }: RefreshSessionDeps,
  { sessionId }: RefreshToken,
  { id: userId }: SessionStanding,
  { source, log }: RefreshSessionInput,
): Promise<void> {
  const now = new Date(clock.now())
  await inTransaction(db, async (tx) => {
    const ended = await endSessions(tx, userId, { only: sessionId }, { reason: 'reused', now })
    if (ended.length === 0) return
    await insertAuditEvents(tx, now, [
      { kind: 'session.refresh_reused', userId, source: pseudonymOfSource(source), details: { sessionId } },
    ])
  })
  revocations.add([{ kind: 'session', subject: sessionId, version: null }])
  telemetry.refreshReused(log, sessionId)
}
