import type { PgBoss } from 'pg-boss'
import { type Clock, startStopwatch } from '../clock.ts'
import type { Database } from '../database/database.ts'
import type { Logger } from '../observability/logger.ts'
import type { Pressure } from '../pressure.ts'
import { type KnownJob, touchSeconds } from './job.ts'
import { createJobRunner } from './job-runner.ts'
import { readActiveJobs, readDueJobs } from './queue-queries.ts'
import type { QueueTelemetry } from './queue-telemetry.ts'

export interface WorkerDeps {
  boss: Pick<PgBoss, 'fetch' | 'complete' | 'fail' | 'touch' | 'send' | 'supervise'>
  database: Pick<Database, 'kind' | 'db' | 'executeSql'>
  jobs: readonly KnownJob[]
  clock: Clock
  log: Logger
  telemetry: QueueTelemetry
  pollSeconds: number
  pressure?: Pick<Pressure, 'isHigh'>
}

export interface Worker {
  /** There may be a job of that name. */
  wake(name: string): void
  /** Takes no more jobs, waits so long for those that run, gives up the rest. */
  stop(graceMs: number): Promise<void>
}

/** How long it may take to write down that the rest was given up. */
const abandonedMs = 1000

async function endsWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  const { promise: tooLate, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(resolve, ms, false)
  const ended = await Promise.race([work.then(() => true), tooLate])
  clearTimeout(timer)
  return ended
}

/**
 * Runs jobs until it is stopped. One statement a round asks for jobs of every kind at once; what this process enqueues
 * itself does not wait for it. An outage of the database ends nothing: rounds fail until it is over.
 */
export function startWorker({
  boss,
  database,
  jobs,
  clock,
  log,
  telemetry,
  pollSeconds,
  pressure,
}: WorkerDeps): Worker {
  const running = { boss, log, telemetry, ...(pressure && { pressure }) }
  const runners = new Map(jobs.map((job) => [job.name, createJobRunner(running, job)]))
  const names = [...runners.keys()]
  const schedules = jobs.flatMap(({ name, everySeconds }) =>
    everySeconds === undefined ? [] : [{ name, everySeconds, nextAt: 0 }],
  )
  let sinceTouch = startStopwatch()
  let isStopped = false
  let timer: NodeJS.Timeout | undefined

  /** Nobody else can have a job of the embedded database, so what is taken at the start died with another process. */
  async function recover(): Promise<void> {
    if (database.kind !== 'embedded') return
    for (const { name, ids } of await readActiveJobs(database))
      await boss.fail(name, ids, { reason: 'its worker died' })
  }

  async function touch(): Promise<void> {
    if (sinceTouch() < touchSeconds * 1000) return
    await Promise.all([...runners.values()].map((runner) => runner.touch()))
    sinceTouch = startStopwatch()
  }

  /** Every process asks for the run of each span of time; the database lets one of them in. */
  async function enqueueScheduled(): Promise<void> {
    for (const schedule of schedules) {
      if (clock.now() < schedule.nextAt) continue
      const { name, everySeconds } = schedule
      await boss.send(name, {}, { singletonSeconds: everySeconds })
      const spanMs = everySeconds * 1000
      schedule.nextAt = (Math.floor(clock.now() / spanMs) + 1) * spanMs
    }
  }

  async function round(): Promise<void> {
    await touch() // before anybody looks for jobs that were not touched
    await enqueueScheduled()
    const { names: due, hasLost } = await readDueJobs(database, names)
    for (const name of due) runners.get(name)?.wake()
    if (hasLost) await boss.supervise() // gives them to whoever asks next
  }

  let hasRecovered = false
  async function rounds(): Promise<void> {
    try {
      if (!hasRecovered) await recover()
      hasRecovered = true
      await round()
    } catch (error) {
      telemetry.faulty(error)
    }
    if (isStopped) return
    timer = setTimeout(() => {
      rounding = rounds()
    }, pollSeconds * 1000)
  }

  let rounding = rounds()
  return {
    wake: (name) => runners.get(name)?.wake(),
    async stop(graceMs) {
      isStopped = true
      clearTimeout(timer)
      const all = [...runners.values()]
      const over = Promise.all([rounding, ...all.map((runner) => runner.stop())])
      if (await endsWithin(graceMs, over)) return
      telemetry.stopping(all.reduce((count, runner) => count + runner.abandon(), 0))
      await endsWithin(abandonedMs, over)
    },
  }
}
