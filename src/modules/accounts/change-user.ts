import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { userProblems } from './account-problems.ts'
import { lockAdmins, lockUser, updateAccess } from './account-queries.ts'
import type { AccountsTelemetry } from './accounts-telemetry.ts'
import type { AuditEvent } from './audit.ts'
import { insertAuditEvents } from './audit-queries.ts'
import { insertUserRevocation } from './revocation-queries.ts'
import type { Revocations } from './revocations.ts'
import { endSessions } from './session-queries.ts'
import { objectionTo, type User, type UserChange } from './user.ts'

export interface ChangeUserDeps {
  database: Pick<Database, 'db'>
  revocations: Pick<Revocations, 'add'>
  clock: Clock
  telemetry: AccountsTelemetry
}

export interface ChangeUserInput extends UserChange {
  userId: string
  actorId: string
  log: Logger
}

/**
 * Changes what a user may do, on behalf of an admin. Access tokens made before end within seconds on every instance, and
 * a refresh brings the new roles; a block ends the sessions too. Whoever acts must still be an admin when it happens,
 * so admins who take each other's role at once do not leave none.
 *
 * @throws user.not_found, user.own_admin_role, user.own_block, user.store_required, request.forbidden
 */
export async function changeUser(
  deps: ChangeUserDeps,
  { userId, actorId, log, ...change }: ChangeUserInput,
): Promise<User> {
  const now = new Date(deps.clock.now())
  const { user, revocation, events, ended } = await inTransaction(deps.database.db, async (tx) => {
    const admins = await lockAdmins(tx)
    if (!admins.includes(actorId)) throw httpProblems.forbidden()
    const target = await lockUser(tx, userId)
    if (!target) throw userProblems.notFound()
    const objection = objectionTo(change, { target, actorId })
    if (objection) throw userProblems[objection]()
    return apply(tx, { target, change, actorId, now })
  })
  deps.revocations.add([revocation])
  deps.telemetry.sessionsEnded(log, 'blocked', ended)
  for (const { kind } of events) deps.telemetry.accountChanged(log, kind.slice('user.'.length), userId)
  return user
}

async function apply(
  tx: Tx,
  { target, change, actorId, now }: { target: User; change: UserChange; actorId: string; now: Date },
) {
  const userId = target.id
  const isBlocked = change.blocked === undefined ? target.blockedAt !== null : change.blocked !== null
  const user = await updateAccess(tx, userId, {
    roles: change.roles ?? target.roles,
    storeIds: change.storeIds ?? target.storeIds,
    blockedAt: isBlocked ? (target.blockedAt ?? now) : null,
    blockReason: isBlocked ? (change.blocked?.reason ?? target.blockReason) : null,
  })
  // After the account, so that a sign-in under way is either seen here or sees the block.
  const ended = change.blocked ? await endSessions(tx, userId, {}, { reason: 'blocked', now }) : []
  const events: AuditEvent[] = []
  if (change.roles || change.storeIds) {
    const { roles, storeIds } = user
    const before = { roles: target.roles, storeIds: target.storeIds }
    events.push({ kind: 'user.roles_changed', userId, actorId, details: { roles, storeIds, before } })
  }
  if (change.blocked) events.push({ kind: 'user.blocked', userId, actorId })
  if (change.blocked === null && target.blockedAt) events.push({ kind: 'user.unblocked', userId, actorId })
  if (events.length > 0) await insertAuditEvents(tx, now, events)
  const revocation = await insertUserRevocation(tx, userId, user.version)
  return { user, revocation, events, ended: ended.length }
}
