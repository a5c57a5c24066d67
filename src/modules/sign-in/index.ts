import type { FastifyPluginAsync } from 'fastify'
import type { Clock } from '../../platform/clock.ts'
import type { Secret } from '../../platform/config/secret.ts'
import type { Values } from '../../platform/config/section.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { PhoneParser } from '../../platform/phone.ts'
import type { RedisClient } from '../../platform/redis/connect-redis.ts'
import type { Locale, Messaging } from '../messaging/index.ts'
import type { ChallengeStore } from './challenge-store.ts'
import { createCodes } from './codes.ts'
import { createMemoryChallengeStore } from './memory-challenge-store.ts'
import { createRedisChallengeStore } from './redis-challenge-store.ts'
import { resendUndelivered } from './resend-undelivered.ts'
import { policyFrom } from './sign-in-policy.ts'
import { signInRoutes } from './sign-in-routes.ts'
import type { signInSettings } from './sign-in-settings.ts'
import { createSignInTelemetry } from './sign-in-telemetry.ts'
import { createTestPhones } from './test-phones.ts'

export { signInSettings } from './sign-in-settings.ts'

export interface SignInDeps {
  settings: Values<typeof signInSettings>
  secretKey: Secret
  development: boolean
  messaging: Messaging
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
  /** Which store holds the challenges, and whether it answers. @throws Unavailable from `ping` */
  store: Pick<ChallengeStore, 'ping' | 'close'> & { kind: 'memory' | 'redis' }
}

/**
 * Sign-in by one-time code: owns challenges, their codes and every limit around them. Promises that one code signs
 * in once, that guesses and sends in parallel get what the limits leave, and that nothing it stores or logs tells
 * a code or a phone number. It knows no users: a verified phone is all it says.
 */
export function createSignIn(deps: SignInDeps): SignIn {
  const { settings, messaging, locale, parsePhone, redis, metrics, clock, development } = deps
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
    parsePhone,
    testPhones: createTestPhones(settings, { parsePhone, development, clock }),
    telemetry,
    locale,
    lifeSeconds: settings.lifeSeconds,
  }
  messaging.onReceipt((report, log) => resendUndelivered(shared, report, log))
  return {
    routes: signInRoutes(shared),
    store: { kind: redis ? 'redis' : 'memory', ping: () => challenges.ping(), close: () => challenges.close() },
  }
}
