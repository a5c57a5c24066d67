import type { Writable } from 'node:stream'
import type { PoolClient, Query } from 'pg'
import { startStopwatch } from '../clock.ts'
import { type DatabaseTelemetry, reasonOf } from './database-telemetry.ts'
import type { Session, StatementResult } from './session.ts'
import { breaksSession, isOutage, translate } from './statement-error.ts'

export interface PostgresSessionDeps {
  /** The driver's, which is loaded by those who use it only. */
  Query: typeof Query
  /** How long a statement may wait for its answer; for ever when absent. */
  longestWaitMs: number | undefined
  telemetry: DatabaseTelemetry
}

const streamOf = (client: PoolClient): Writable =>
  (client as unknown as { connection: { stream: Writable } }).connection.stream

/**
 * Has what is sent in this turn leave in one write: a statement, which `pg` makes two of, the beginning of its transaction,
 * and others that follow at once. A write costs 40 µs and more, because it wakes the server: it was a third of a checkout's CPU.
 */
function leaveTogether(stream: Writable): void {
  if (stream.writableCorked > 0) return
  stream.cork()
  process.nextTick(() => stream.uncork())
}

/**
 * Ends a connection when an answer takes longer than this, since a frozen server cancels nothing: all that waits for it fails.
 * One timer for all that is under way; answers come in the order in which they were asked for.
 */
function limitWaits(stream: Writable, longestMs: number | undefined) {
  if (longestMs === undefined) return { asked: () => undefined, answered: () => undefined }
  const elapsedMs = startStopwatch()
  const askedAt: number[] = []
  let timer: NodeJS.Timeout | undefined
  const look = () => {
    const leftMs = (askedAt[0] ?? 0) + longestMs - elapsedMs()
    if (leftMs > 0) timer = setTimeout(look, leftMs)
    else stream.destroy()
  }
  return {
    asked() {
      if (askedAt.push(elapsedMs()) === 1) timer = setTimeout(look, longestMs)
    },
    answered() {
      askedAt.shift()
      if (askedAt.length === 0) clearTimeout(timer)
    },
  }
}

/** A session that is thrown away as soon as something went wrong with it rather than with a statement. */
export function openPostgresSession(
  client: PoolClient,
  { Query, longestWaitMs, telemetry }: PostgresSessionDeps,
): Session {
  const stream = streamOf(client)
  const waits = limitWaits(stream, longestWaitMs)
  let broken: unknown
  let beginning: string | undefined

  /**
   * Not the driver's own promise or time-out: it assigns a function to a property for each of them, which V8 puts among
   * old objects, where it keeps the whole answer until the next full collection. Lists took a tenth more CPU for that.
   * A name that is missing is an unnamed statement; without values too, the text may hold several.
   */
  function ask<Result = StatementResult>(text: string, values?: readonly unknown[], name?: string): Promise<Result> {
    if (broken) return Promise.reject(translate(broken))
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    const query = new Query(text, values as unknown[], (error, result) => {
      waits.answered()
      if (!error) {
        telemetry.answered()
        resolve(result as Result)
        return
      }
      if (isOutage(error)) telemetry.failed(reasonOf(error), error)
      if (breaksSession(error)) broken = error
      reject(translate(error))
    })
    if (name !== undefined) Object.assign(query, { name })
    waits.asked()
    client.query(query)
    return promise
  }

  return {
    query(text, values = [], name) {
      leaveTogether(stream)
      const before = beginning
      beginning = undefined
      if (before === undefined) return ask(text, values, name)
      return Promise.all([ask(before), ask(text, values, name)]).then(([, result]) => result)
    },
    begin(sql) {
      beginning = sql
    },
    async run(sql) {
      try {
        const results = [await ask<StatementResult | StatementResult[]>(sql)].flat()
        return { rows: results.flatMap(({ rows }) => rows) }
      } catch (error) {
        broken ??= error // it may have stopped inside a transaction
        throw error
      }
    },
    release: (discard) => client.release(Boolean(discard || broken)),
  }
}
