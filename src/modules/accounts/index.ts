import type { FastifyPluginAsync } from 'fastify'
import { readAccessToken } from './access-token.ts'
import { deriveAccountKeys, pseudonymOf } from './account-keys.ts'
import type { Accounts, AccountsDeps } from './accounts.ts'
import { createAccountsTelemetry } from './accounts-telemetry.ts'
import { addressRoutes } from './address-routes.ts'
import { auditRoutes } from './audit-routes.ts'
import { authRoutes } from './auth-routes.ts'
import { callerHook } from './caller-hook.ts'
import { cleanUpAccounts } from './clean-up-accounts.ts'
import { createFailedSignIns } from './failed-sign-ins.ts'
import { keepCurrent } from './keep-current.ts'
import { meRoutes } from './me-routes.ts'
import { openSession } from './open-session.ts'
import { runOperatorCommand } from './operator-command.ts'
import type { Proof } from './prove-ownership.ts'
import { createRefreshTokens } from './refresh-token.ts'
import { createRevocations } from './revocations.ts'
import { createSessionCookies } from './session-cookies.ts'
import { createSigningKeys } from './signing-keys.ts'
import { createTokenCache } from './token-cache.ts'
import { userRoutes } from './user-routes.ts'
import { wellKnownRoutes } from './well-known-routes.ts'

export { accountProblems } from './account-problems.ts'
export type { Accounts } from './accounts.ts'
export { accountsSettings } from './accounts-settings.ts'
export { tokenFields } from './auth-schemas.ts'
export { OwnUser } from './me-schemas.ts'
export { runOperatorCommand } from './operator-command.ts'

const dayInSeconds = 86_400

/**
 * Owns users, their addresses and devices, sessions and their tokens, roles, and the audit of it all. Promises one
 * account for a phone or e-mail however many first sign-ins meet, one successor for a refresh token, and that an access
 * token that was revoked is refused within 5 s by every instance, without a database read for a request. Nothing it
 * logs, counts, audits or throws holds a token, a code, a whole number or an address. It sends no codes and knows none:
 * sign-in lends it the proof that somebody owns a phone or an address.
 */
export function createAccounts(deps: AccountsDeps): Accounts {
  const { settings, database, clock, log, publicUrl, development } = deps
  const keys = deriveAccountKeys(deps.secretKey)
  const previous = deps.previousSecretKey && deriveAccountKeys(deps.previousSecretKey)
  const telemetry = createAccountsTelemetry(deps.metrics)
  const issuer = settings.issuer ?? publicUrl ?? 'blinkit'
  const signingKeys = createSigningKeys({
    db: database.db,
    sealingKey: keys.signingKeys,
    ...(previous && { previousSealingKey: previous.signingKeys }),
    clock,
    log,
  })
  const revocations = createRevocations(database, clock)
  const failedSignIns = createFailedSignIns({
    db: database.db,
    pseudonymOf: (kind, subject) => pseudonymOf(keys, kind, subject),
    clock,
    telemetry,
  })
  const cookies = createSessionCookies({
    enabled: settings.cookies,
    development,
    allowedOrigins: publicUrl === undefined ? deps.origins : [...deps.origins, publicUrl],
  })
  let lent: Proof | undefined
  const shared = {
    database,
    parsePhone: deps.parsePhone,
    refreshTokens: createRefreshTokens(keys.refreshTokens, previous?.refreshTokens),
    tokens: createTokenCache((token) => readAccessToken({ keys: signingKeys, issuer, clock }, token), clock),
    pseudonymOfSource: (source: string) => pseudonymOf(keys, 'source', source),
    refreshLifeSeconds: settings.refreshDays * dayInSeconds,
    proof() {
      if (!lent) throw new Error('nobody lent accounts the check of codes')
      return lent
    },
    signingKeys,
    revocations,
    cookies,
    issuer,
    clock,
    telemetry,
  }
  let stop: (() => void) | undefined

  const routes: FastifyPluginAsync = async (app) => {
    for (const each of [authRoutes, meRoutes, addressRoutes, userRoutes, auditRoutes]) await app.register(each(shared))
  }

  return {
    openSession: (input) => openSession(shared, input),
    handOver: cookies.handOver,
    noteFailedSignIn: failedSignIns.note,
    authenticate: (requirements) => callerHook(shared, requirements),
    proveOwnershipWith(proof) {
      lent = proof
    },
    routes,
    wellKnownRoutes: wellKnownRoutes(shared),
    runCommand: (command) => runOperatorCommand({ ...shared, secretKey: deps.secretKey }, command),
    cleanUp: () => cleanUpAccounts(shared),
    async start() {
      await signingKeys.load()
      await revocations.poll()
      stop = keepCurrent({ signingKeys, revocations, failedSignIns, log, telemetry })
    },
    async close() {
      stop?.()
      await failedSignIns.flush().catch((error: unknown) => telemetry.pollFailed(log, error))
    },
  }
}
