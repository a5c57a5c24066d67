import { setTimeout as sleep } from 'node:timers/promises'
import type { JobWithMetadata } from 'pg-boss'
import { startStopwatch } from '../clock.ts'
import type { Logger } from '../observability/logger.ts'
import { Unavailable } from '../unavailable.ts'
import { errorWords } from './error-words.ts'
import type { KnownJob } from './job.ts'
import type { QueueTelemetry } from './queue-telemetry.ts'
import type { Settling } from './settling.ts'

export interface AttemptDeps {
  settling: Settling
  log: Logger
  telemetry: QueueTelemetry
}

/** A job in the hands of this process. */
export interface RunningAttempt {
  id: string
  retryCount: number
  /** Ends with the handler, or when nobody waits for it any more. Never rejects. */
  handled: Promise<void>
  /** Ends when the database knows how the attempt went, or nobody can tell it. Never rejects. */
  over: Promise<void>
  /** Stops waiting for the handler: the attempt has failed. */
  abandon(reason: Error): void
  /** Another worker has the job: nothing is written about it any more. */
  forget(): void
}

const pauseMs = 1000

/** Rejects as soon as the signal is aborted, whatever the work does then. */
function within<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  return Promise.race([work(), aborted]).finally(() => signal.removeEventListener('abort', abort))
}

/** Runs one attempt of a job and writes down how it went, after an outage of the database too. */
export function runAttempt(
  { settling, log, telemetry }: AttemptDeps,
  job: KnownJob,
  { id, data, retryCount, retryLimit }: JobWithMetadata<object>,
): RunningAttempt {
  const controller = new AbortController()
  const { signal } = controller
  const attempt = retryCount + 1
  const attemptLog = log.child({ job: job.name, jobId: id, attempt })
  let isOurs = true
  let isAbandoned = false

  /** `false` when the job was no longer ours. Asks until the database answers, unless it was told not to wait. */
  async function settle(write: () => Promise<boolean>): Promise<boolean> {
    while (isOurs) {
      try {
        return await write()
      } catch (error) {
        if (!(error instanceof Unavailable) || isAbandoned) throw error
        await sleep(pauseMs)
      }
    }
    return false
  }

  const { promise: handled, resolve: endHandling } = Promise.withResolvers<void>()

  async function run(): Promise<void> {
    const elapsed = startStopwatch()
    const claim = { id, retryCount }
    let failure: unknown
    let hasFailed = false
    const timer = setTimeout(() => {
      controller.abort(new Error(`it took longer than ${job.expireInSeconds} s`))
    }, job.expireInSeconds * 1000)
    try {
      await within(signal, async () => job.handle(data, { log: attemptLog, attempt, signal }))
    } catch (error) {
      failure = error
      hasFailed = true
    } finally {
      clearTimeout(timer)
      endHandling()
    }
    const settled = await settle(() =>
      hasFailed ? settling.fail(claim, errorWords(failure)) : settling.complete(claim),
    )
    if (!settled) telemetry.lost(job.name, attemptLog)
    else if (hasFailed) telemetry.failed(job.name, attemptLog, failure, retryCount >= retryLimit)
    else telemetry.done(job.name, attemptLog, elapsed())
  }

  return {
    id,
    retryCount,
    handled,
    over: run().catch((error: unknown) => telemetry.faulty(error)),
    abandon(reason) {
      isAbandoned = true
      controller.abort(reason)
    },
    forget() {
      isOurs = false
      controller.abort(new Error('another worker has the job'))
    },
  }
}
