import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import { StatementError, translate } from './statement-error.ts'

export interface SessionCounts {
  busy: number
  idle: number
  waiting: number
}

/** Why a caller was told that the database does not answer. */
export type OutageReason = 'no_session' | 'timeout' | 'lost'

/** One function for each thing that happens to the database: a line in the log, a count in the metrics. */
export type DatabaseTelemetry = ReturnType<typeof createDatabaseTelemetry>

export function createDatabaseTelemetry(log: Logger, metrics?: Metrics) {
  const outages = metrics?.counter(
    'database_outages_total',
    'Statements that the database did not answer: no session was free, it took too long, the connection was lost.',
    ['reason'],
  )
  let isReachable = true

  return {
    /** A statement or a session failed for a reason that is not its own. The log says so once, until it is over. */
    failed(reason: OutageReason, error: unknown) {
      outages?.inc({ reason })
      if (!isReachable || reason !== 'lost') return
      isReachable = false
      const { code, name } = error as NodeJS.ErrnoException
      log.error({ reason: code ?? name }, 'the database is out of reach')
    },
    answered() {
      if (isReachable) return
      isReachable = true
      log.info('the database is back')
    },
    /** The embedded database gave up, as when the disk is too full for its log. Nothing acknowledged is lost. */
    stopped(error: unknown) {
      log.fatal({ err: translate(error) }, 'the embedded database stopped: this process must be started again')
    },
    /** Reads the counts each time that metrics are asked for. */
    watchSessions(read: () => Record<string, SessionCounts>) {
      const gauge = metrics?.gauge('database_sessions', 'Sessions with the database, and callers that wait for one.', [
        'purpose',
        'state',
      ])
      if (!gauge) return
      const collect = () => {
        for (const [purpose, counts] of Object.entries(read()))
          for (const [state, count] of Object.entries(counts)) gauge.set({ purpose, state }, count)
      }
      Object.assign(gauge, { collect }) // what the constructor's option of that name does
    },
  }
}

/** What kind of outage an error is. */
export function reasonOf(error: unknown): OutageReason {
  if (error instanceof StatementError || !(error instanceof Error)) return 'lost'
  if (error.message === 'timeout exceeded when trying to connect') return 'no_session'
  return (error as { code?: string }).code === '57014' ? 'timeout' : 'lost'
}
