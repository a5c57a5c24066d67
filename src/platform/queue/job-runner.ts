import type { PgBoss } from 'pg-boss'
import { startStopwatch } from '../clock.ts'
import type { Logger } from '../observability/logger.ts'
import type { Pressure } from '../pressure.ts'
import type { KnownJob } from './job.ts'
import type { QueueTelemetry } from './queue-telemetry.ts'
import { type RunningAttempt, runAttempt } from './run-attempt.ts'
import { createSettling, settledOf } from './settling.ts'

export interface JobRunnerDeps {
  boss: Pick<PgBoss, 'fetch' | 'complete' | 'fail' | 'touch'>
  log: Logger
  telemetry: QueueTelemetry
  /** While it is high, jobs wait: for two seconds, and then not again for a while. */
  pressure?: Pick<Pressure, 'isHigh'>
}

/** Takes jobs of one kind out of the queue and runs them, so many at once as its definition allows. */
export interface JobRunner {
  /** Takes what is there, at once or as soon as there is room and enough has come. */
  wake(): void
  /** Tells the database that this process lives, and learns which jobs it has lost. */
  touch(): Promise<void>
  /** Takes nothing more. Resolves when all that runs is over. */
  stop(): Promise<void>
  /** Gives what still runs up; it will be run again. How many that were. */
  abandon(): number
}

/** After so long jobs that gave way look again whether they still have to. */
const givingWayMs = 200
/** So long requests that wait for the database come before jobs; then not again for a while, however many they are. */
const longestGivingWayMs = 2000
const givingWayEveryMs = 8000
/** How many times as many as run at once may wait for being written down. */
const mostUnsettled = 4

export function createJobRunner(deps: JobRunnerDeps, job: KnownJob): JobRunner {
  const { boss, telemetry } = deps
  const settling = createSettling(boss, job.name)
  const running = new Set<RunningAttempt>()
  /** Of those the ones whose handlers are not over yet. */
  let busy = 0
  let mayHaveMore = false
  /** The last taking got all that there was room for. */
  let isFull = false
  /** What it got, and how much of that is not over yet. */
  let last = { left: 0 }
  let taking: Promise<void> | undefined
  let isStopping = false
  let rest: NodeJS.Timeout | undefined
  let sinceGivingWay: (() => number) | undefined

  const room = () => (isStopping ? 0 : Math.min(job.atOnce - busy, mostUnsettled * job.atOnce - running.size))
  const isWorthIt = () =>
    mayHaveMore &&
    room() > 0 &&
    (rest === undefined || (isFull && (last.left === 0 || room() >= Math.ceil(job.atOnce / 2))))

  function beginRest(ms: number): void {
    clearTimeout(rest)
    rest = setTimeout(() => {
      rest = undefined
      takeNext()
    }, ms)
    rest.unref()
  }

  async function take(): Promise<void> {
    mayHaveMore = false
    // Few sizes: each is a statement of its own.
    const batchSize = room() === job.atOnce ? job.atOnce : 2 ** Math.floor(Math.log2(room()))
    const fetched = await boss.fetch<object>(job.name, { batchSize, includeMetadata: true })
    const batch = { left: fetched.length }
    last = batch
    for (const each of fetched) begin(runAttempt({ ...deps, settling }, job, each), batch)
    isFull = fetched.length === batchSize
    mayHaveMore ||= isFull
    beginRest(job.restMs)
  }

  function begin(attempt: RunningAttempt, batch: { left: number }): void {
    running.add(attempt)
    busy += 1
    void attempt.handled.then(() => {
      busy -= 1
      batch.left -= 1
      takeNext()
    })
    void attempt.over.then(() => {
      running.delete(attempt)
      takeNext()
    })
  }

  function givesWay(): boolean {
    if (!deps.pressure?.isHigh()) return false
    if (!sinceGivingWay || sinceGivingWay() >= givingWayEveryMs) sinceGivingWay = startStopwatch()
    return sinceGivingWay() < longestGivingWayMs
  }

  function takeNext(): void {
    if (taking || !isWorthIt()) return
    if (givesWay()) {
      beginRest(givingWayMs)
      return
    }
    taking = take()
      .catch((error: unknown) => {
        mayHaveMore = false // the next round asks again
        telemetry.faulty(error)
      })
      .finally(() => {
        taking = undefined
        takeNext() // there were more, or somebody woke it after it had looked
      })
  }

  return {
    wake() {
      mayHaveMore = true
      takeNext()
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
      clearTimeout(rest)
      await taking
      await Promise.all([...running].map(({ over }) => over))
    },
    abandon() {
      for (const attempt of running) attempt.abandon(new Error('the process stopped'))
      return running.size
    },
  }
}
