import { hash } from 'node:crypto'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import type { EmailAddress } from '../../platform/email-address.ts'
import { newId } from '../../platform/ids.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Phone } from '../../platform/phone.ts'
import { accountProblems } from './account-problems.ts'
import { readByIdentity, releaseIdleNumber } from './account-queries.ts'
import type { Platform } from './accounts-tables.ts'
import type { AccountsTelemetry } from './accounts-telemetry.ts'
import { insertAuditEvents } from './audit-queries.ts'
import { digestOf, newSalt, type RefreshTokens } from './refresh-token.ts'
import { insertSession } from './session-queries.ts'
import { type TokenAnswer, type TokenMaker, tokenAnswer } from './token-answer.ts'
import { idleSince, toUserView, type UserView } from './user.ts'

/** Who proved to be there. */
export type Identity = { kind: 'phone'; phone: Phone } | { kind: 'email'; email: EmailAddress }

export interface OpenSessionInput {
  identity: Identity
  device: {
    /** That the client made for itself and keeps; without it every sign-in is from a new device. */
    id?: string
    name?: string
    platform?: Platform
  }
  /** Client address; kept as a keyed hash only. */
  source: string
  userAgent?: string
  log: Logger
}

export interface OpenedSession extends TokenAnswer {
  user: UserView
  isNewUser: boolean
}

export interface OpenSessionDeps extends TokenMaker {
  database: Pick<Database, 'raw' | 'db'>
  refreshTokens: RefreshTokens
  pseudonymOfSource: (source: string) => string
  clock: Clock
  telemetry: AccountsTelemetry
}

const longestUserAgent = 256

const clientKeyHash = (id: string | undefined): Buffer | null =>
  id === undefined ? null : hash('sha256', `device\n${id}`, 'buffer')

/**
 * Opens a session in the account of a verified phone or e-mail, which is made on first sight: one statement, so that
 * nothing is left half made, and first sign-ins in parallel share one account. A number whose account slept for 180
 * days gets a new account unless the device is known to the old one.
 *
 * @throws account.blocked; Unavailable
 */
export async function openSession(deps: OpenSessionDeps, input: OpenSessionInput): Promise<OpenedSession> {
  const { identity, device, log } = input
  const by = identity.kind
  const value = identity.kind === 'phone' ? identity.phone : identity.email
  const now = deps.clock.now()
  const userId = newId('usr')
  const sessionId = newId('ses')
  const refreshToken = deps.refreshTokens.issue({ sessionId, generation: 1, salt: newSalt() })
  const session = {
    by,
    identity: value,
    userId,
    deviceId: newId('dev'),
    sessionId,
    auditId: newId('aud'),
    clientKeyHash: clientKeyHash(device.id),
    deviceName: device.name ?? null,
    platform: device.platform ?? null,
    refreshDigest: digestOf(refreshToken),
    userAgent: input.userAgent?.slice(0, longestUserAgent) || null,
    source: deps.pseudonymOfSource(input.source),
    now: new Date(now),
    expiresAt: new Date(now + deps.refreshLifeSeconds * 1000),
    idleSince: idleSince(now),
  }

  let user = await insertSession(deps.database, session)
  if (!user) {
    await clearTheWay(deps, session, log)
    user = await insertSession(deps.database, session)
  }
  if (!user) throw new Error('an account was neither open nor blocked') // blocked this very moment, and then not

  const isNewUser = user.id === userId
  deps.telemetry.sessionOpened(log, { by, userId: user.id, isNew: isNewUser })
  return {
    ...tokenAnswer(deps, user, { sessionId, refreshToken, now }),
    user: toUserView(user),
    isNewUser,
  }
}

/** Why no session was opened: the account is blocked, or its number has to be taken from it first. */
async function clearTheWay(
  { database: { db }, telemetry }: OpenSessionDeps,
  session: Parameters<typeof insertSession>[1],
  log: Logger,
): Promise<void> {
  const { by, identity, now } = session
  const account = await readByIdentity(db, by, identity)
  if (account?.blockedAt) {
    telemetry.signInBlocked(log, account.id)
    const { source } = session
    await insertAuditEvents(db, now, [
      { kind: 'sign_in.failed', userId: account.id, source, details: { reason: 'blocked' } },
    ])
    throw accountProblems.blocked()
  }
  await inTransaction(db, async (tx) => {
    const released = await releaseIdleNumber(tx, identity, session)
    if (released === undefined) return
    await insertAuditEvents(tx, now, [{ kind: 'user.number_released', userId: released }])
    telemetry.accountChanged(log, 'number_released', released)
  })
}
