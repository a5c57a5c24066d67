import type { FastifyPluginAsync } from 'fastify'
import { createAccountParts } from './account-parts.ts'
import { holdAccount, readContact, readStaff } from './account-queries.ts'
import type { Accounts, AccountsDeps } from './accounts.ts'
import { readAddress } from './address-queries.ts'
import { addressRoutes } from './address-routes.ts'
import { auditRoutes } from './audit-routes.ts'
import { authRoutes } from './auth-routes.ts'
import { stillHolds } from './authenticate.ts'
import { callerHook, visitorHook } from './caller-hook.ts'
import { cleanUpAccounts } from './clean-up-accounts.ts'
import { keepCurrent } from './keep-current.ts'
import { meRoutes } from './me-routes.ts'
import { runOperatorCommand } from './operator-command.ts'
import { createSessionOpener } from './session-opener.ts'
import { userRoutes } from './user-routes.ts'
import { wellKnownRoutes } from './well-known-routes.ts'

export { type AccountLetter, accountDeleted, emailReplaced } from './account-events.ts'
export { accountProblems } from './account-problems.ts'
export type { Accounts } from './accounts.ts'
export { accountsSettings } from './accounts-settings.ts'
export type { Address } from './address.ts'
export { tokenFields } from './auth-schemas.ts'
export { OwnUser } from './me-schemas.ts'
export { runOperatorCommand } from './operator-command.ts'
export { type Caller, hasAnyRole, mayActIn, type Role } from './permissions.ts'

/**
 * Owns users, their addresses and devices, sessions and their tokens, roles, and the audit of it all. Promises one
 * account for a phone or e-mail however many first sign-ins meet, one successor for a refresh token, and that an access
 * token that was revoked is refused within 5 s by every instance, without a database read for a request. Nothing it
 * logs, counts, audits or throws holds a token, a code, a whole number or an address. It sends no codes and knows none:
 * sign-in lends it the proof that somebody owns a phone or an address.
 */
export function createAccounts(deps: AccountsDeps): Accounts {
  const parts = createAccountParts(deps)
  const { failedSignIns, cookies, log, telemetry } = parts
  let stop: (() => void) | undefined

  const routes: FastifyPluginAsync = async (app) => {
    for (const each of [authRoutes, meRoutes, addressRoutes, userRoutes, auditRoutes]) await app.register(each(parts))
  }

  return {
    ...createSessionOpener(parts),
    handOver: cookies.handOver,
    noteFailedSignIn: failedSignIns.note,
    authenticate: (requirements) => callerHook(parts, requirements),
    recognize: () => visitorHook(parts),
    stillHolds: (caller) => stillHolds(parts, caller),
    findAddress: readAddress,
    findContact: readContact,
    findStaff: readStaff,
    holdAccount,
    proveOwnershipWith(proof) {
      parts.lent.proof = proof
    },
    keepWhileOrdersAreOpen(openOrdersOf) {
      parts.lent.openOrdersOf = openOrdersOf
    },
    routes,
    wellKnownRoutes: wellKnownRoutes(parts),
    runCommand: (command) => runOperatorCommand(parts, command),
    cleanUp: () => cleanUpAccounts(parts),
    async start() {
      await parts.signingKeys.load()
      await parts.revocations.poll()
      stop = keepCurrent(parts)
    },
    async close() {
      stop?.()
      await failedSignIns.flush().catch((error: unknown) => telemetry.pollFailed(log, error))
    },
  }
}
