import type { DestinationStream } from 'pino'
import { apiOperations } from './api-operations.ts'
import { apiTags } from './api-tags.ts'
import type { Config } from './config.ts'
import { createAccounts } from './modules/accounts/index.ts'
import { healthRoutes } from './modules/health/index.ts'
import { createMessaging } from './modules/messaging/index.ts'
import { startNotifications } from './modules/notifications/index.ts'
import { createSignIn } from './modules/sign-in/index.ts'
import { createChangeFeed } from './platform/changes/change-feed.ts'
import { type Clock, systemClock } from './platform/clock.ts'
import { connectDatabase } from './platform/database/connect-database.ts'
import type { Database } from './platform/database/database.ts'
import { createEvents } from './platform/events/events.ts'
import { describeApi, serveApiDocs } from './platform/http/api-docs.ts'
import { allowedOrigins, createServer, type Server } from './platform/http/server.ts'
import { cleanUpIdempotency } from './platform/idempotency/idempotently.ts'
import { createLogger, type Logger } from './platform/observability/logger.ts'
import { createMetrics } from './platform/observability/metrics.ts'
import { metricsRoutes } from './platform/observability/metrics-routes.ts'
import { createPhoneParser, isCountry } from './platform/phone.ts'
import { createPressure } from './platform/pressure.ts'
import { createQueue } from './platform/queue/queue.ts'
import { runQueueCommand } from './platform/queue/queue-command.ts'
import { connectRedis } from './platform/redis/connect-redis.ts'
import { createSeal } from './platform/seal.ts'
import { createSales } from './sales.ts'
import { createShop, type Shop } from './shop.ts'
import { version } from './version.ts'

/** What tests put in the place of the real thing. */
export interface AppOverrides {
  clock?: Clock
  /** Also rules the Redis store, which otherwise goes by the Redis server's clock. */
  storeClock?: Clock
  /** Migrated, and closed by whoever opened it. */
  database?: Database
  logStream?: DestinationStream
  /** Where the console provider prints. */
  print?: (line: string) => void
  strictProblems?: boolean
}

export interface App {
  server: Server
  shop: Shop
  log: Logger
  /** Ends what is open, in the reverse order of opening; requests in flight are finished first. */
  close(): Promise<void>
}

/** Builds the whole service from its configuration: platform first, then the modules in the order of their dependencies. */
export async function createApp(config: Config, overrides: AppOverrides = {}): Promise<App> {
  const { development } = config
  const clock = overrides.clock ?? systemClock
  const log = await createLogger(config.log, {
    development,
    ...(overrides.logStream && { stream: overrides.logStream }),
  })
  const metrics = createMetrics()
  const redis = config.redis.url ? await connectRedis(config.redis, log) : undefined
  const database = overrides.database ?? (await connectDatabase(config.database, { log, metrics }))
  const pressure = createPressure()
  pressure.watch(database.isWaitedFor)
  const queue = createQueue({ database, settings: config.queue, clock, log, metrics, pressure })
  const events = createEvents(queue)
  const changes = createChangeFeed({ database, clock, log })
  const seal = createSeal('events', config.secretKey, config.signIn.secretKeyPrevious)
  const parsePhone = createPhoneParser(config.signIn.countries.filter(isCountry))
  let stopping = false

  const server = await createServer({
    settings: config.http,
    development,
    log,
    metrics,
    takesCookies: config.accounts.cookies,
    sharesItsThread: database.kind === 'embedded',
    ...(overrides.strictProblems !== undefined && { strictProblems: overrides.strictProblems }),
  })
  await describeApi(server, { version, tags: apiTags, operations: apiOperations })

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
    ...(overrides.print && { print: overrides.print }),
  })
  const accounts = createAccounts({
    settings: config.accounts,
    secretKey: config.secretKey,
    ...(config.signIn.secretKeyPrevious && { previousSecretKey: config.signIn.secretKeyPrevious }),
    database,
    parsePhone,
    development,
    ...(config.http.publicUrl !== undefined && { publicUrl: config.http.publicUrl }),
    origins: allowedOrigins(config.http, development),
    events,
    seal,
    clock,
    log,
    metrics,
  })
  const signIn = createSignIn({
    settings: config.signIn,
    secretKey: config.secretKey,
    development,
    messaging,
    accounts,
    db: database.db,
    queue,
    locale: config.messaging.locale,
    parsePhone,
    metrics,
    clock,
    ...(redis && { redis: { client: redis, keyPrefix: config.redis.keyPrefix } }),
    ...(overrides.storeClock && { storeClock: overrides.storeClock }),
  })
  accounts.proveOwnershipWith(signIn.proof)
  const { authenticate } = accounts
  const shop = createShop({ config, database, queue, events, changes, authenticate, clock, log, metrics })
  const sales = createSales({
    config,
    goods: shop,
    database,
    pressure,
    queue,
    events,
    changes,
    accounts,
    clock,
    log,
    metrics,
  })
  accounts.keepWhileOrdersAreOpen(sales.orders.openOrdersOf)
  startNotifications({
    settings: config.notifications,
    database,
    events,
    seal,
    messaging,
    accounts,
    orders: sales.orders,
    locale: config.messaging.locale,
    clock,
  })
  await accounts.start()
  queue.schedule({ name: 'accounts/clean-up', everySeconds: 3600, handle: accounts.cleanUp })
  queue.schedule({
    name: 'platform/forget-answers',
    everySeconds: 3600,
    handle: () => cleanUpIdempotency({ database, clock }),
  })
  queue.schedule({ name: 'platform/forget-changes', everySeconds: 60, handle: changes.cleanUp })
  await changes.start()
  await shop.start()
  await sales.start()
  await queue.start({ work: config.queue.inProcess })
  database.onCommand((command) => {
    const [subject, ...args] = command
    if (subject === 'queue') return runQueueCommand(queue, args)
    return subject === 'import' || subject === 'export'
      ? shop.imports.runCommand(command)
      : accounts.runCommand(command)
  })
  const health = healthRoutes({
    version,
    clock,
    database,
    challengeStore: signIn.store,
    sms: messaging.health,
    email: messaging.emailHealth,
    isStopping: () => stopping,
  })

  await server.register(health, { prefix: '/api' })
  await server.register(signIn.routes, { prefix: '/api' })
  await server.register(accounts.routes, { prefix: '/api' })
  await server.register(accounts.wellKnownRoutes)
  await server.register(shop.routes, { prefix: '/api' })
  await server.register(sales.routes, { prefix: '/api' })
  await server.register(messaging.routes, { prefix: '/api/webhooks' })
  await server.register(metricsRoutes({ metrics, token: config.metrics.token, development }))
  await serveApiDocs(server, { page: config.http.apiDocs })

  return {
    server,
    shop,
    log,
    async close() {
      stopping = true
      sales.stop()
      await server.close()
      await queue.stop()
      await shop.close()
      changes.stop()
      await messaging.close()
      await signIn.store.close()
      await accounts.close()
      if (!overrides.database) await database.close()
      log.flush()
    },
  }
}
