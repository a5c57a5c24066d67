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
 * One timer for all that is under way, since answers come in the order in which they were asked for.
 */
function limitWaits(stream: Writable, longestMs: number | undefined) {
  if (longestMs === undefined) return { asked: () => undefined, answered: () => undefined }
  const elapsedMs = startStopwatch()
  const askedAt: number[] = []
  let timer: NodeJS.Timeout | undefined
  const look = () => {
    const leftMs = (askedAt[0] ?? 0) + longestMs - elapsedMs()
    if (leftMs > 0) timer = setTimeout(look, leftMs)
    else stream.destroy(new Error(`no answer within ${longestMs} ms`))
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
   * One statement, failing with the driver's error as it comes. Without a name it is not prepared; without values too, the text may
   * hold several. Not by the driver's own promise or time-out: those are function literals that it assigns to a property, which V8
   * puts among old objects from the beginning, where each keeps its whole answer until the next full collection.
   */
  function ask<Result = StatementResult>(text: string, values?: readonly unknown[], name?: string): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    let isAnswered = false
    const settle = (error: unknown, result?: unknown): void => {
      if (isAnswered) return // the driver calls a second time after a value that cannot be sent
      isAnswered = true
      waits.answered()
      if (error) reject(error)
      else resolve(result as Result)
    }
    const query = new Query(text, values as unknown[], settle)
    if (name !== undefined) Object.assign(query, { name })
    waits.asked()
    try {
      client.query(query)
    } catch (error) {
      settle(error)
    }
    return promise
  }

  /** Notes what an error says of the database and of this session. What callers see in its place. */
  function failed(error: unknown): unknown {
    if (isOutage(error)) telemetry.failed(reasonOf(error), error)
    if (breaksSession(error)) broken ??= error
    return translate(error)
  }

  return {
    async query(text, values = [], name) {
      if (broken) throw translate(broken)
      leaveTogether(stream)
      const before = beginning
      beginning = undefined
      try {
        const result =
          before === undefined
            ? await ask(text, values, name)
            : (await Promise.all([ask(before), ask(text, values, name)]))[1]
        telemetry.answered()
        return result
      } catch (error) {
        throw failed(error)
      }
    },
    begin(sql) {
      beginning = sql
    },
    async run(sql) {
      if (broken) throw translate(broken)
      try {
        const results = [await ask<StatementResult | StatementResult[]>(sql)].flat()
        telemetry.answered()
        return { rows: results.flatMap(({ rows }) => rows) }
      } catch (error) {
        const seen = failed(error)
        broken ??= error // it may have stopped inside a transaction
        throw seen
      }
    },
    release: (discard) => client.release(Boolean(discard || broken)),
  }
}
