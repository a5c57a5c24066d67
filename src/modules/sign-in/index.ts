import type { FastifyPluginAsync } from 'fastify'
import type { Clock } from '../../platform/clock.ts'
import type { Secret } from '../../platform/config/secret.ts'
import type { Values } from '../../platform/config/section.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { PhoneParser } from '../../platform/phone.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import type { RedisClient } from '../../platform/redis/connect-redis.ts'
import { createSeal } from '../../platform/seal.ts'
import type { Accounts } from '../accounts/index.ts'
import type { Locale, Messaging } from '../messaging/index.ts'
import type { Address } from './address.ts'
import type { ChallengeStore } from './challenge-store.ts'
import { createCodes } from './codes.ts'
import { createMemoryChallengeStore } from './memory-challenge-store.ts'
import { createRedisChallengeStore } from './redis-challenge-store.ts'
import { policyFrom } from './sign-in-policy.ts'
import { codeProblems, signInRoutes } from './sign-in-routes.ts'
import type { signInSettings } from './sign-in-settings.ts'
import { createSignInTelemetry } from './sign-in-telemetry.ts'
import { createReceiptTaker } from './take-receipt.ts'
import { createTestPhones } from './test-phones.ts'
import { verifyCode } from './verify-code.ts'

export { signInSettings } from './sign-in-settings.ts'

export interface SignInDeps {
  settings: Values<typeof signInSettings>
  secretKey: Secret
  development: boolean
  messaging: Messaging
  accounts: Pick<Accounts, 'openSession' | 'canOpenSessions' | 'handOver' | 'noteFailedSignIn'>
  db: Db
  queue: Pick<Queue, 'define' | 'enqueue'>
  locale: Locale
  parsePhone: PhoneParser
  /** The store of several processes; without it challenges live in this one. */
  redis?: { client: RedisClient; keyPrefix: string }
  metrics: Metrics
  clock: Clock
  /** Tests set the time that the Redis store goes by. */
  storeClock?: Clock
}

export interface SignIn {
  routes: FastifyPluginAsync
  /** Lends others the check of a code, for what a session alone does not allow. */
  proof: Parameters<Accounts['proveOwnershipWith']>[0]
  /** Which store holds the challenges, and whether it answers. @throws Unavailable from `ping` */
  store: Pick<ChallengeStore, 'ping' | 'close'> & { kind: 'memory' | 'redis' }
}

/**
 * Sign-in by one-time code: owns challenges, their codes and every limit around them. Promises that one code signs
 * in once, that guesses and sends in parallel get what the limits leave, and that nothing it stores or logs tells
 * a code, a phone number or an e-mail address. It knows no users: accounts open the session of whoever it verified.
 */
export function createSignIn(deps: SignInDeps): SignIn {
  const { settings, messaging, accounts, locale, parsePhone, redis, metrics, clock, development } = deps
  const policy = policyFrom(settings)
  const challenges = redis
    ? createRedisChallengeStore({
        redis: redis.client,
        keyPrefix: redis.keyPrefix,
        policy,
        ...(deps.storeClock && { clock: deps.storeClock }),
      })
    : createMemoryChallengeStore({ policy, clock })
  const naming = { namesStayInside: redis === undefined }
  const codes = createCodes(deps.secretKey, naming)
  const telemetry = createSignInTelemetry(metrics)
  const shared = {
    challenges,
    codes,
    ...(settings.secretKeyPrevious && { previousCodes: createCodes(settings.secretKeyPrevious, naming) }),
    messaging,
    accounts,
    noteFailure: accounts.noteFailedSignIn,
    parsePhone,
    testPhones: createTestPhones(settings, { parsePhone, development, clock }),
    telemetry,
    locale,
    lifeSeconds: settings.lifeSeconds,
  }
  const seal = createSeal('sign-in receipts', deps.secretKey, settings.secretKeyPrevious)
  messaging.onReceipt(createReceiptTaker({ ...shared, queue: deps.queue, db: deps.db, seal }))
  return {
    routes: signInRoutes(shared),
    proof: {
      prove: ({ otp, challengeId, source, log, ...identity }) => {
        const address: Address =
          'phone' in identity ? { kind: 'phone', phone: identity.phone } : { kind: 'email', email: identity.email }
        return verifyCode(shared, { address, otp, ...(challengeId !== undefined && { challengeId }), source, log })
      },
      problems: codeProblems,
    },
    store: { kind: redis ? 'redis' : 'memory', ping: () => challenges.ping(), close: () => challenges.close() },
  }
}
