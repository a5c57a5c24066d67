import type { Logger } from '../observability/logger.ts'

declare const payloadOf: unique symbol

/** A kind of work that can be put into the queue. The payload it takes is part of its type. */
export interface Job<P extends object> {
  readonly name: string
  [payloadOf]?(payload: P): void
}

export interface Attempt {
  /** Lines carry the job, its id and the attempt. Never log the payload. */
  log: Logger
  /** 1 at first. */
  attempt: number
  /** Aborted when the time is up, the process stops, or another worker has the job: nothing that is done afterwards counts. */
  signal: AbortSignal
}

/** Must be safe to repeat: a job runs at least once, and again after a crash at any point of its run. */
export type Handle<P extends object> = (payload: P, attempt: Attempt) => Promise<unknown>

export interface JobDefinition<P extends object> {
  /** Unique, such as `send-email`; letters, digits, `_ . / -`. It is in the database, so it stays as it is. */
  name: string
  /** Attempts after the first that failed. Then the job is dead, and waits for `npm run queue`. */
  retries?: number
  /** The first pause, which doubles with each attempt up to the longest. Each is shortened by chance, by half at most. */
  backoff?: { firstSeconds: number; longestSeconds: number }
  /** An attempt that takes longer has failed. */
  expireInSeconds?: number
  /** How many of its kind one process runs at once. */
  atOnce?: number
  /**
   * Between two takings while jobs keep coming: those that come meanwhile are taken with one statement. One that comes alone is
   * taken at once.
   */
  restMs?: number
  /** Gets what was enqueued: ids and not what they stand for, because payloads rest in the database for a while. */
  handle: Handle<P>
}

export interface ScheduleDefinition extends Pick<JobDefinition<object>, 'name' | 'expireInSeconds'> {
  /** It runs once in each such span of time since 1970 (86 400: each day from midnight UTC), whatever the number of processes. */
  everySeconds: number
  handle: (attempt: Attempt) => Promise<unknown>
}

/** A kind of work as it is kept, everything filled in. */
export interface KnownJob extends Required<JobDefinition<object>> {
  /** Of work that comes by the clock. */
  everySeconds?: number
}

/** With these an attempt follows after some 5, 10, 20, 40, 80 … seconds, and the last after a good half hour. */
const defaults = {
  retries: 8,
  backoff: { firstSeconds: 5, longestSeconds: 900 },
  expireInSeconds: 60,
  atOnce: 4,
  restMs: 200,
}

export const knownJob = (definition: JobDefinition<object>): KnownJob => ({ ...defaults, ...definition })

/** Two more attempts soon; after that the next span of time is another try, so that nothing is worth keeping. */
export const knownSchedule = ({ handle, ...definition }: ScheduleDefinition): KnownJob => ({
  ...defaults,
  ...definition,
  retries: 2,
  atOnce: 1,
  handle: (_payload, attempt) => handle(attempt),
})

/** The queue that keeps jobs after their last attempt. */
export const deadLetterQueue = 'dead-letters'

/** A worker that is not heard of for so long is dead, and its jobs are another's. The shortest that pg-boss takes is 10. */
const heartbeatSeconds = 15
export const touchSeconds = 5

const hour = 3600
const day = 24 * hour
/** Nothing that waits is ever dropped. pg-boss wants a number. */
const forever = 3650 * day
const deadLetterDays = 90
/** The worker itself ends an attempt that takes too long; the database comes later, for a worker that cannot. */
const expiryGraceSeconds = 30

/** What pg-boss is to know of the queue of each job. */
export const queueOptions = (job: KnownJob) => ({
  retryLimit: job.retries,
  retryDelay: Math.max(1, Math.round(job.backoff.firstSeconds / 2)), // doubled before the first pause already
  retryBackoff: true,
  retryDelayMax: job.backoff.longestSeconds,
  expireInSeconds: job.expireInSeconds + expiryGraceSeconds,
  heartbeatSeconds,
  retentionSeconds: forever,
  deleteAfterSeconds: Math.max(hour, 2 * (job.everySeconds ?? 0)), // what was done marks its span of time as served
  deadLetter: job.everySeconds === undefined ? deadLetterQueue : null,
})

export const deadLetterOptions = { retentionSeconds: deadLetterDays * day, deleteAfterSeconds: hour }
