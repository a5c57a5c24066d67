import { setTimeout as sleep } from 'node:timers/promises'
import type { PgBoss, QueueResult } from 'pg-boss'
import type { Database } from '../database/database.ts'
import { StatementError } from '../database/statement-error.ts'
import { deadLetterOptions, deadLetterQueue, type KnownJob, queueOptions } from './job.ts'
import type { QueueTelemetry } from './queue-telemetry.ts'

const hour = 3600
const day = 24 * hour

/**
 * What we do not use of pg-boss asks the database once a day instead of every few seconds: flows, schedules by cron,
 * its register of instances. Its maintenance (deleting what is done, attempts that expired) runs where work is done.
 */
const options = {
  schedule: false,
  registerInstance: false,
  openTelemetry: { enabled: false },
  flowIntervalSeconds: day,
  bamIntervalSeconds: hour,
  queueCacheIntervalSeconds: hour,
  superviseIntervalSeconds: 60,
  monitorIntervalSeconds: 2, // between two looks for jobs that were lost, when a worker has missed some
  maintenanceIntervalSeconds: hour,
}

interface OpenDeps {
  database: Pick<Database, 'kind' | 'executeSql'>
  jobs: readonly KnownJob[]
  telemetry: QueueTelemetry
}

type Kept = Pick<QueueResult, 'retryLimit' | 'retryDelay' | 'retryDelayMax' | 'expireInSeconds' | 'deleteAfterSeconds'>

const keptOf = ({ retryLimit, retryDelay, retryDelayMax, expireInSeconds, deleteAfterSeconds }: Kept): string =>
  [retryLimit, retryDelay, retryDelayMax, expireInSeconds, deleteAfterSeconds].join()

/** Makes the queues that are missing and corrects those whose options have changed: usually one statement. */
async function alignQueues(boss: PgBoss, jobs: readonly KnownJob[]): Promise<void> {
  const known = new Map((await boss.getQueues()).map((queue) => [queue.name, queue]))
  if (!known.has(deadLetterQueue)) await boss.createQueue(deadLetterQueue, deadLetterOptions)
  for (const job of jobs) {
    const queue = known.get(job.name)
    const { deadLetter, ...wanted } = queueOptions(job)
    const policy = job.everySeconds === undefined ? 'standard' : 'exclusive' // one run at a time, the next is not queued
    if (!queue) await boss.createQueue(job.name, { ...wanted, ...(deadLetter && { deadLetter }), policy })
    else if (keptOf(queue as Kept) !== keptOf(wanted)) await boss.updateQueue(job.name, wanted)
  }
}

const mostStarts = 10

/**
 * Of processes that install pg-boss's tables in the same moment, all but one fail (a session that has seen that there is
 * no schema goes on believing it), and find the tables there a moment later.
 */
async function startBoss(boss: PgBoss): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await boss.start()
      return
    } catch (error) {
      if (!(error instanceof StatementError) || attempt === mostStarts) throw error
      await sleep(100)
    }
  }
}

/**
 * pg-boss over our database, its own tables made or brought up to date where that is needed, and a queue for each job.
 * It is asked for jobs elsewhere: its own workers would each poll for themselves.
 */
export async function openBoss({ database, jobs, telemetry }: OpenDeps, { work }: { work: boolean }): Promise<PgBoss> {
  const { PgBoss } = await import('pg-boss') // 18 MB that a process without a queue does not need
  const boss = new PgBoss({
    ...options,
    db: { executeSql: async (text, values) => ({ rows: [...(await database.executeSql(text, values)).rows] }) },
    backend: database.kind === 'embedded' ? 'pglite' : 'postgres',
    supervise: work,
  })
  boss.on('error', (error) => telemetry.faulty(error))
  boss.on('warning', ({ data }) => telemetry.warned((data as { type?: unknown }).type))
  try {
    await startBoss(boss)
    await alignQueues(boss, jobs)
    return boss
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => undefined)
    throw error
  }
}
