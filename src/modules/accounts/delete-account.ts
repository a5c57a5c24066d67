import type { Clock } from '../../platform/clock.ts'
import type { Database, Queryable } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import type { Events } from '../../platform/events/events.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Seal } from '../../platform/seal.ts'
import { accountDeleted } from './account-events.ts'
import { accountProblems } from './account-problems.ts'
import { eraseUser, lockAdmins, lockUser } from './account-queries.ts'
import type { AccountsTelemetry } from './accounts-telemetry.ts'
import { insertAuditEvents } from './audit-queries.ts'
import { identityToProve, type Proof, type SubmittedCode } from './prove-ownership.ts'
import { readOwn } from './read-own.ts'
import { insertUserRevocation } from './revocation-queries.ts'
import type { Revocations } from './revocations.ts'
import { sealLetter } from './seal-letter.ts'

/** What orders lend: accounts know none. The ids of orders of an account that have not ended, the latest first. */
export type OpenOrdersOf = (on: Queryable, userId: string) => Promise<string[]>

export interface DeleteAccountDeps {
  database: Pick<Database, 'db' | 'lookUp'>
  proof: () => Proof
  openOrdersOf: OpenOrdersOf
  events: Pick<Events, 'emit'>
  seal: Pick<Seal, 'seal'>
  revocations: Pick<Revocations, 'add'>
  clock: Clock
  telemetry: AccountsTelemetry
}

export interface DeleteAccountInput extends SubmittedCode {
  userId: string
  source: string
  log: Logger
}

async function requireNoOpenOrders({ openOrdersOf }: DeleteAccountDeps, on: Queryable, userId: string): Promise<void> {
  const orderIds = await openOrdersOf(on, userId)
  if (orderIds.length > 0) throw accountProblems.hasOpenOrders({ orderIds })
}

/**
 * Erases a user who proves once more who he is: name, number, e-mail, addresses, devices and sessions are gone, and all
 * his tokens end. What the law keeps refers to the id of the empty account that remains. The number may sign in again,
 * to a new account. While an order of his is under way he stays, and his code is not used up: an order that is placed at
 * the same moment is either seen here, or finds the account gone.
 *
 * @throws account.has_open_orders, account.no_identity, account.last_admin, otp.*
 */
export async function deleteAccount(deps: DeleteAccountDeps, input: DeleteAccountInput): Promise<void> {
  const { userId, otp, challengeId, source, log } = input
  const user = await readOwn(deps, { userId })
  const identity = identityToProve(user)
  await requireNoOpenOrders(deps, deps.database.db, userId)
  const code = { otp, ...(challengeId !== undefined && { challengeId }) }
  await deps.proof().prove({ ...identity, ...code, source, log })

  const now = new Date(deps.clock.now())
  const revocation = await inTransaction(deps.database.db, async (tx) => {
    const admins = await lockAdmins(tx)
    if (admins.length === 1 && admins[0] === userId) throw accountProblems.lastAdmin()
    const locked = await lockUser(tx, userId)
    if (!locked || locked.blockedAt) throw httpProblems.unauthorized() // a block outlives whoever is blocked
    // With the account locked. Who orders holds it until the order is there to be seen.
    await requireNoOpenOrders(deps, tx, userId)
    const version = await eraseUser(tx, userId, now)
    await insertAuditEvents(tx, now, [{ kind: 'user.deleted', userId }])
    const letter = sealLetter(deps.seal, locked, now.getTime()) ?? null
    await deps.events.emit(tx, accountDeleted, { userId, letter })
    return insertUserRevocation(tx, userId, version)
  })
  deps.revocations.add([revocation])
  deps.telemetry.accountChanged(log, 'deleted', userId)
}
