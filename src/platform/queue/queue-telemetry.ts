import type { Database } from '../database/database.ts'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import { Unavailable } from '../unavailable.ts'
import { errorPlace, errorWords } from './error-words.ts'
import { deadLetterQueue } from './job.ts'
import { readBacklog } from './queue-queries.ts'

/** One function for each thing that happens in the queue. Nothing here sees a payload. */
export type QueueTelemetry = ReturnType<typeof createQueueTelemetry>

/** pg-boss hands on copies of errors, which have lost their class. */
const isOutage = (error: unknown): boolean =>
  error instanceof Unavailable || (error as { name?: string } | undefined)?.name === 'Unavailable'

export function createQueueTelemetry(log: Logger, metrics?: Metrics) {
  const attempts = metrics?.counter(
    'queue_attempts_total',
    'Attempts at jobs: done; retried, when another follows; failed, when it was the last; lost, when it was no longer ours at its end.',
    ['job', 'outcome'],
  )

  return {
    done(job: string, attemptLog: Logger, ms: number) {
      attempts?.inc({ job, outcome: 'done' })
      attemptLog.debug({ ms: Math.round(ms) }, 'job done')
    },
    failed(job: string, attemptLog: Logger, error: unknown, isLast: boolean) {
      attempts?.inc({ job, outcome: isLast ? 'failed' : 'retried' })
      const facts = { reason: errorWords(error), at: errorPlace(error) }
      if (isLast) attemptLog.error(facts, 'job failed for the last time')
      else attemptLog.warn(facts, 'job failed, it will be tried again')
    },
    lost(job: string, attemptLog: Logger) {
      attempts?.inc({ job, outcome: 'lost' })
      attemptLog.warn('job was no longer ours at its end: another worker may run it again')
    },
    /** Something between the queue and its database. That the database is out of reach, it says itself. */
    faulty(error: unknown) {
      if (!isOutage(error)) log.error({ reason: errorWords(error), at: errorPlace(error) }, 'the queue has a fault')
    },
    /** A sign of trouble that pg-boss sees: a slow statement, a backlog. Its figures stay out: they hold whole statements. */
    warned(type: unknown) {
      log.warn({ type }, 'pg-boss warns')
    },
    stopping(unfinished: number) {
      log.warn({ unfinished }, 'stopped before all jobs were done, they will be run again')
    },
    /** Reads what waits each time that metrics are asked for. While the database is away there are no figures. */
    watchBacklog(database: Pick<Database, 'raw'>) {
      const dead = metrics?.gauge(
        'queue_dead_letters',
        'Jobs that failed for the last time and wait for an operator, in the whole database.',
        ['job'],
      )
      const waiting = metrics?.gauge('queue_waiting_jobs', 'Jobs that could run now, in the whole database.', ['job'])
      const oldest = metrics?.gauge(
        'queue_oldest_waiting_seconds',
        'How long the oldest job has waited that could run, in the whole database.',
        ['job'],
      )
      if (!dead || !waiting || !oldest) return
      const gauges = [dead, waiting, oldest]
      const read = async () => {
        const rows = await readBacklog(database, deadLetterQueue).catch(() => [])
        for (const gauge of gauges) gauge.reset()
        for (const { job, isDead, count, oldestSeconds } of rows) {
          if (isDead) dead.set({ job }, count)
          else waiting.set({ job }, count)
          if (!isDead) oldest.set({ job }, oldestSeconds)
        }
      }
      let reading: Promise<void> | undefined // the gauges are asked at the same time, and share one statement
      const collect = () => {
        reading ??= read().finally(() => {
          reading = undefined
        })
        return reading
      }
      for (const gauge of gauges) Object.assign(gauge, { collect })
    },
  }
}
