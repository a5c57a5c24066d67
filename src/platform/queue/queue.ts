import type { PgBoss } from 'pg-boss'
import type { Clock } from '../clock.ts'
import type { Values } from '../config/section.ts'
import type { Database, Queryable } from '../database/database.ts'
import { afterTransaction } from '../database/in-transaction.ts'
import { sqlOf } from '../database/sql-of.ts'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { Pressure } from '../pressure.ts'
import { createDeadLetters, type DeadLetters } from './dead-letters.ts'
import { type Job, type JobDefinition, type KnownJob, knownJob, knownSchedule, type ScheduleDefinition } from './job.ts'
import { openBoss } from './open-boss.ts'
import type { queueSettings } from './queue-settings.ts'
import { createQueueTelemetry } from './queue-telemetry.ts'
import { startWorker, type Worker } from './worker.ts'

export interface QueueDeps {
  database: Database
  settings: Values<typeof queueSettings>
  clock: Clock
  log: Logger
  metrics?: Metrics
  /** While it is high, no job is begun: for two seconds, and then not again for a while. */
  pressure?: Pick<Pressure, 'isHigh'>
}

export interface EnqueueOptions {
  /** It does not run before that. */
  startAfter?: Date
  /** While a job with this key waits, it is brought up to date with this payload, and no second one is added. */
  singletonKey?: string
}

/** The background work of this process, and the way to hand work to others. */
export interface Queue {
  /** Before the start. */
  define<P extends object>(definition: JobDefinition<P>): Job<P>
  /** Work that comes by the clock, once in each span of time across all processes. Before the start. */
  schedule(definition: ScheduleDefinition): void
  /**
   * Adds a job. Inside a transaction (with its `tx`) the job exists when the transaction is committed and not before,
   * and never when it is rolled back. Payloads rest in the database: ids, never a number, an address, a code or a token.
   */
  enqueue<P extends object>(on: Queryable, job: Job<P>, payload: NoInfer<P>, options?: EnqueueOptions): Promise<void>
  /** Makes it ready for jobs and, where `work` says so, runs them. @throws Unavailable */
  start(options: { work: boolean }): Promise<void>
  /** Finishes the jobs that run, 5 s at most; what is not done by then is run again. Nothing is lost. */
  stop(): Promise<void>
  /** Once it has started. */
  readonly deadLetters: DeadLetters
}

const graceMs = 5000

/** A queue in the database, on either engine. @see docs/decisions/0006-background-work.md */
export function createQueue({ database, settings, clock, log, metrics, pressure }: QueueDeps): Queue {
  const telemetry = createQueueTelemetry(log, metrics)
  const jobs = new Map<string, KnownJob>()
  let open: { boss: PgBoss; worker?: Worker } | undefined
  let starting: Promise<unknown> | undefined

  function add(job: KnownJob): void {
    if (starting) throw new Error(`Job ${job.name} must be defined before the queue starts.`)
    if (jobs.has(job.name)) throw new Error(`There are two jobs of the name ${job.name}.`)
    jobs.set(job.name, job)
  }

  function opened() {
    if (!open) throw new Error('The queue has not started.')
    return open
  }

  const deadLetters = createDeadLetters(() => opened().boss)
  return {
    define(definition) {
      add(knownJob(definition as unknown as JobDefinition<object>))
      return { name: definition.name }
    },
    schedule: (definition) => add(knownSchedule(definition)),
    async enqueue(on, { name }, payload, { startAfter, singletonKey } = {}) {
      const { boss, worker } = opened()
      const options = { db: sqlOf(on) as never, ...(startAfter && { startAfter }) }
      if (singletonKey === undefined) await boss.send(name, payload, options)
      else await boss.upsert(name, payload, { ...options, singletonKey })
      if (worker && !startAfter) afterTransaction(() => worker.wake(name))
    },
    async start({ work }) {
      if (starting) throw new Error('The queue has started already.')
      const known = [...jobs.values()]
      const opening = openBoss({ database, jobs: known, telemetry }, { work })
      starting = opening
      const boss = await opening
      const { pollSeconds } = settings
      open = {
        boss,
        ...(work && {
          worker: startWorker({
            boss,
            database,
            jobs: known,
            clock,
            log,
            telemetry,
            pollSeconds,
            ...(pressure && { pressure }),
          }),
        }),
      }
      telemetry.watchBacklog(database)
    },
    async stop() {
      await starting?.catch(() => undefined) // whoever waits for the start learns of it
      if (!open) return
      const { boss, worker } = open
      open = undefined
      await worker?.stop(graceMs)
      await boss.stop({ graceful: false })
    },
    deadLetters: {
      list: deadLetters.list,
      async retry(ids) {
        const count = await deadLetters.retry(ids)
        for (const name of jobs.keys()) open?.worker?.wake(name)
        return count
      },
    },
  }
}
