import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { deadLetterQueue } from './job.ts'

/** A job that failed for the last time. Its payload stays where it is. */
export interface DeadLetter {
  id: string
  job: string
  diedAt: Date
  attempts: number
  reason: string
}

export interface DeadLetters {
  /** The oldest first, 1000 at most. */
  list(): Promise<DeadLetter[]>
  /** Puts them back into their queues, with all their attempts before them. How many that were; by id, or all. */
  retry(ids?: readonly string[]): Promise<number>
}

const batch = 1000

const reasonOf = (output: unknown): string => {
  const { reason, value } = (output ?? {}) as { reason?: string; value?: { message?: string } }
  return reason ?? value?.message ?? 'no reason is known' // pg-boss writes the second, for a worker that died
}

const letterOf = ({
  id,
  createdOn,
  sourceName,
  sourceRetryCount,
  sourceOutput,
}: JobWithMetadata<unknown>): DeadLetter => ({
  id,
  job: sourceName ?? 'unknown',
  diedAt: createdOn,
  attempts: (sourceRetryCount ?? 0) + 1,
  reason: reasonOf(sourceOutput),
})

export const createDeadLetters = (boss: () => Pick<PgBoss, 'findJobs' | 'redrive'>): DeadLetters => ({
  async list() {
    return (await boss().findJobs(deadLetterQueue, { queued: true, limit: batch })).map(letterOf)
  },
  async retry(ids) {
    if (ids) return boss().redrive(deadLetterQueue, { ids: [...ids] })
    let count = 0
    for (;;) {
      const moved = await boss().redrive(deadLetterQueue, { limit: batch })
      count += moved
      if (moved < batch) return count
    }
  },
})
