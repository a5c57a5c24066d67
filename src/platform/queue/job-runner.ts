import type { PgBoss } from 'pg-boss'
import type { Logger } from '../observability/logger.ts'
import type { KnownJob } from './job.ts'
import type { QueueTelemetry } from './queue-telemetry.ts'
import { type RunningAttempt, runAttempt, settledOf } from './run-attempt.ts'

export interface JobRunnerDeps {
  boss: Pick<PgBoss, 'fetch' | 'complete' | 'fail' | 'touch'>
  log: Logger
  telemetry: QueueTelemetry
}

/** Takes jobs of one kind out of the queue and runs them, so many at once as its definition allows. */
export interface JobRunner {
  /** Takes what is there, now or as soon as there is room. Never rejects. */
  wake(): Promise<void>
  /** Tells the database that this process lives, and learns which jobs it has lost. */
  touch(): Promise<void>
  /** Takes nothing more. Resolves when all that runs is over. */
  stop(): Promise<void>
  /** Gives what still runs up; it will be run again. How many that were. */
  abandon(): number
}

export function createJobRunner(deps: JobRunnerDeps, job: KnownJob): JobRunner {
  const { boss, telemetry } = deps
  const running = new Set<RunningAttempt>()
  let mayHaveMore = false
  let taking: Promise<void> | undefined
  let isStopping = false

  const hasRoom = () => !isStopping && running.size < job.atOnce

  async function take(): Promise<void> {
    while (mayHaveMore && hasRoom()) {
      mayHaveMore = false
      const room = job.atOnce - running.size
      const fetched = await boss.fetch<object>(job.name, { batchSize: room, includeMetadata: true })
      for (const each of fetched) begin(runAttempt(deps, job, each))
      mayHaveMore ||= fetched.length === room
    }
  }

  function begin(attempt: RunningAttempt): void {
    running.add(attempt)
    void attempt.over.then(() => {
      running.delete(attempt)
      if (mayHaveMore && hasRoom()) void takeOnce()
    })
  }

  function takeOnce(): Promise<void> {
    taking ??= take()
      .catch((error: unknown) => {
        mayHaveMore = false // the next round asks again
        telemetry.faulty(error)
      })
      .finally(() => {
        taking = undefined
        if (mayHaveMore && hasRoom()) void takeOnce() // somebody woke it after it had looked
      })
    return taking
  }

  return {
    wake() {
      mayHaveMore = true
      return takeOnce()
    },
    async touch() {
      const held = [...running]
      if (held.length === 0) return
      const response = await boss.touch(
        job.name,
        held.map(({ id, retryCount }) => ({ id, retryCount })),
      )
      const ours = new Set(settledOf(response))
      for (const attempt of held) if (running.has(attempt) && !ours.has(attempt.id)) attempt.forget()
    },
    async stop() {
      isStopping = true
      await taking
      await Promise.all([...running].map(({ over }) => over))
    },
    abandon() {
      for (const attempt of running) attempt.abandon(new Error('the process stopped'))
      return running.size
    },
  }
}
