import Fastify from 'fastify'
import { type Logger, pino } from 'pino'
import {
  type Capture,
  createPayments,
  type PaymentListener,
  type Payments,
  paymentProviders,
  paymentsSettings,
  type RefundRecord,
} from '../../src/modules/payments/index.ts'
import { type Env, readSection } from '../../src/platform/config/read-section.ts'
import { Secret } from '../../src/platform/config/secret.ts'
import type { Database, Tx } from '../../src/platform/database/database.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { newId } from '../../src/platform/ids.ts'
import { createMetrics, type Metrics } from '../../src/platform/observability/metrics.ts'
import type { Job, JobDefinition, ScheduleDefinition } from '../../src/platform/queue/job.ts'
import { type SetClock, setClock } from './clock.ts'
import type { WebhookCall } from './fake-gateway.ts'

type Deps = Parameters<typeof createPayments>[0]

/** What whoever owns the orders was told, those of transactions that were rolled back too. */
export interface Told {
  captured: Capture[]
  failed: { orderId: string; paymentId: string; reason: string }[]
  refunded: RefundRecord[]
}

export interface Till {
  payments: Payments
  database: Database
  clock: SetClock
  metrics: Metrics
  told: Told
  log: Logger
  logged(): string
  within<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Has a provider tell something, as a webhook: the status that it is answered with. */
  hear(provider: string, call: WebhookCall): Promise<number>
  /** Runs what was asked for, and what follows from it. Jobs that fail stay, and are tried once each. */
  work(): Promise<void>
  /** Jobs that wait. */
  waiting(): readonly { name: string; payload: object }[]
  /** What comes by the clock. */
  tick(name: string): Promise<void>
  /** A payment of an order of its own. */
  open(method: string, amountPaise?: number): Promise<{ id: string; orderId: string; userId: string; storeId: string }>
  metric(line: string): Promise<number>
}

const never: Deps['authenticate'] = () => (_request, _reply, done) => done(new Error('nobody signs in here'))

/** Fails as soon as anything is wrong with it. */
export function paymentsConfig(env: Env, development: boolean) {
  const faults: string[] = []
  const context = { development, now: 0 }
  const settings = readSection(paymentsSettings, env, context, faults)
  const providerSettings = Object.fromEntries(
    paymentProviders.map(({ id, settings: section }) => [id, readSection(section, env, context, faults)]),
  )
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return { settings, providerSettings }
}

/**
 * The module over a database, with a stand-in for whoever owns the orders: it locks by an advisory lock and, like a shop
 * that has sold everything, is told and keeps the money. Jobs wait until `work`, where there is no `queue`.
 */
export function aTill(
  database: Database,
  {
    env = {},
    development = true,
    clock = setClock(),
    authenticate = never,
    listener = {},
    queue,
  }: {
    env?: Env
    development?: boolean
    clock?: SetClock
    authenticate?: Deps['authenticate']
    listener?: Partial<PaymentListener>
    queue?: Deps['queue']
  } = {},
): Till {
  const lines: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  const metrics = createMetrics()
  const jobs = new Map<string, JobDefinition<object>>()
  const schedules = new Map<string, ScheduleDefinition>()
  let waiting: { name: string; payload: object }[] = []
  const bench: Deps['queue'] = {
    define<P extends object>(definition: JobDefinition<P>): Job<P> {
      jobs.set(definition.name, definition as unknown as JobDefinition<object>)
      return { name: definition.name }
    },
    async enqueue(_on, { name }, payload) {
      waiting.push({ name, payload })
    },
    schedule: (definition) => void schedules.set(definition.name, definition),
  }
  const payments = createPayments({
    ...paymentsConfig(env, development),
    secretKey: new Secret('test-key-'.repeat(5)),
    development,
    database,
    authenticate,
    queue: queue ?? bench,
    clock,
    log,
    metrics,
  })
  const told: Told = { captured: [], failed: [], refunded: [] }
  payments.listen({
    async lock(tx, orderId) {
      await tx
        .selectNoFrom((eb) => eb.fn('pg_advisory_xact_lock', [eb.fn('hashtext', [eb.val(orderId)])]).as('l'))
        .execute()
    },
    captured: async (_tx, capture) => void told.captured.push(capture),
    failed: async (_tx, failure) => void told.failed.push(failure),
    refunded: async (_tx, refund) => void told.refunded.push(refund),
    ...listener,
  })
  const server = Fastify()
  void server.register(payments.webhookRoutes)
  server.setErrorHandler((error: { status?: number; statusCode?: number }, _request, reply) =>
    reply.code(error.status ?? error.statusCode ?? 500).send(),
  )
  const attempt = { log, attempt: 1, signal: new AbortController().signal }
  const within: Till['within'] = (work) => inTransaction(database.db, work)
  return {
    payments,
    database,
    clock,
    metrics,
    told,
    log,
    logged: () => lines.join(''),
    within,
    waiting: () => waiting,
    async hear(provider, { headers, body }) {
      const post = {
        method: 'POST',
        url: `/${provider}`,
        headers: { ...headers, 'content-type': 'application/json' },
      } as const
      return (await server.inject({ ...post, payload: body })).statusCode
    },
    async work() {
      const failed: typeof waiting = []
      while (waiting.length > 0) {
        const [job, ...rest] = waiting
        waiting = rest
        if (job)
          await jobs
            .get(job.name)
            ?.handle(job.payload, attempt)
            .catch(() => failed.push(job))
      }
      waiting = failed
    },
    async tick(name) {
      const schedule = schedules.get(name)
      if (!schedule) throw new Error(`no ${name} is scheduled`)
      await schedule.handle(attempt)
    },
    async open(method, amountPaise = 25_000) {
      const order = { orderId: newId('ord'), userId: newId('usr'), storeId: newId('sto') }
      const { id } = await within((tx) => payments.open(tx, { ...order, method, amountPaise }))
      return { ...order, id }
    },
    async metric(line) {
      const found = (await metrics.expose()).text.split('\n').find((each) => each.startsWith(`${line} `))
      return found === undefined ? 0 : Number(found.slice(line.length))
    },
  }
}
