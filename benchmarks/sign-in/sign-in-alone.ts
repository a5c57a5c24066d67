import { readConfig } from '../../src/config.ts'
import { healthRoutes } from '../../src/modules/health/index.ts'
import { createMessaging } from '../../src/modules/messaging/index.ts'
import { createSignIn } from '../../src/modules/sign-in/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import type { Db } from '../../src/platform/database/database.ts'
import { createServer } from '../../src/platform/http/server.ts'
import { createLogger } from '../../src/platform/observability/logger.ts'
import { createMetrics } from '../../src/platform/observability/metrics.ts'
import { metricsRoutes } from '../../src/platform/observability/metrics-routes.ts'
import { createPhoneParser } from '../../src/platform/phone.ts'
import { connectRedis } from '../../src/platform/redis/connect-redis.ts'
import { signedIn } from '../floors/answers.ts'

/**
 * Sign-in as `src/app.ts` puts it together, without accounts: what codes, limits, messages, log and metrics cost, and
 * nothing of a database. `npm run bench accounts` measures the whole.
 */
const config = readConfig(process.env, systemClock.now())
const { development } = config
const clock = systemClock
const log = await createLogger(config.log, { development })
const metrics = createMetrics()
const redis = config.redis.url ? await connectRedis(config.redis, log) : undefined
const parsePhone = createPhoneParser(['IN'])
const server = await createServer({ settings: config.http, development, log, metrics })
const messaging = createMessaging({
  settings: config.messaging,
  orderTextSettings: config.orderTexts,
  emailSettings: config.email,
  providerSettings: config.vendors,
  codeLifeSeconds: config.signIn.lifeSeconds,
  development,
  parsePhone,
  clock,
  log,
  metrics,
  ...(config.http.publicUrl !== undefined && { publicUrl: config.http.publicUrl }),
})
const { success: _success, message: _message, ...session } = signedIn
const signIn = createSignIn({
  settings: config.signIn,
  secretKey: config.secretKey,
  development,
  messaging,
  accounts: {
    canOpenSessions: async () => undefined,
    openSession: async () => session as never,
    handOver: (_answer, opened) => opened,
    noteFailedSignIn: () => undefined,
  },
  db: undefined as unknown as Db,
  queue: { define: ({ name }) => ({ name }), enqueue: async () => undefined },
  locale: config.messaging.locale,
  parsePhone,
  metrics,
  clock,
  ...(redis && { redis: { client: redis, keyPrefix: config.redis.keyPrefix } }),
})
await server.register(
  healthRoutes({
    version: '0',
    clock,
    database: { kind: 'embedded', ping: async () => undefined },
    challengeStore: signIn.store,
    sms: messaging.health,
    email: messaging.emailHealth,
    isStopping: () => false,
  }),
  { prefix: '/api' },
)
await server.register(signIn.routes, { prefix: '/api' })
await server.register(metricsRoutes({ metrics, token: config.metrics.token, development }))
await server.listen({ host: '127.0.0.1', port: config.http.port })
process.on('SIGTERM', () => process.exit(0))
