import type { Queryable } from '../../platform/database/database.ts'
import { readAccessToken } from './access-token.ts'
import { deriveAccountKeys, pseudonymOf } from './account-keys.ts'
import type { AccountsDeps } from './accounts.ts'
import { createAccountsTelemetry } from './accounts-telemetry.ts'
import type { OpenOrdersOf } from './delete-account.ts'
import { createFailedSignIns } from './failed-sign-ins.ts'
import type { Proof } from './prove-ownership.ts'
import { createRefreshTokens } from './refresh-token.ts'
import { createRevocations } from './revocations.ts'
import { createSessionCookies } from './session-cookies.ts'
import { createSigningKeys } from './signing-keys.ts'
import { createTokenCache } from './token-cache.ts'

const dayInSeconds = 86_400

/** What the use cases of this module share, made once. */
export function createAccountParts(deps: AccountsDeps) {
  const { settings, database, parsePhone, clock, log, publicUrl, development, origins, secretKey } = deps
  const keys = deriveAccountKeys(secretKey)
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
  /** Lent by sign-in and by orders, once. */
  const lent: { proof?: Proof; openOrdersOf?: OpenOrdersOf } = {}
  return {
    database,
    events: deps.events,
    seal: deps.seal,
    parsePhone,
    secretKey,
    ...(deps.previousSecretKey && { previousSecretKey: deps.previousSecretKey }),
    clock,
    log,
    telemetry,
    issuer,
    signingKeys,
    lent,
    outage: { isKnown: false },
    proof() {
      if (!lent.proof) throw new Error('nobody lent accounts the check of codes')
      return lent.proof
    },
    openOrdersOf(on: Queryable, userId: string) {
      if (!lent.openOrdersOf) throw new Error('nobody lent accounts a look at orders')
      return lent.openOrdersOf(on, userId)
    },
    refreshTokens: createRefreshTokens(keys.refreshTokens, previous?.refreshTokens),
    refreshLifeSeconds: settings.refreshDays * dayInSeconds,
    tokens: createTokenCache((token) => readAccessToken({ keys: signingKeys, issuer, clock }, token), clock),
    revocations: createRevocations(database, clock),
    cookies: createSessionCookies({
      enabled: settings.cookies,
      development,
      allowedOrigins: publicUrl === undefined ? origins : [...origins, publicUrl],
    }),
    pseudonymOfSource: (source: string) => pseudonymOf(keys, 'source', source),
    failedSignIns: createFailedSignIns({
      db: database.db,
      pseudonymOf: (kind, subject) => pseudonymOf(keys, kind, subject),
      clock,
      telemetry,
    }),
  }
}
