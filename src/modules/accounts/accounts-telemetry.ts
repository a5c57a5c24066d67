import type { Logger } from '../../platform/observability/logger.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { EndReason } from './accounts-tables.ts'

/** One function for each thing that happens to accounts and sessions: a line in the log, a count in the metrics. */
export type AccountsTelemetry = ReturnType<typeof createAccountsTelemetry>

export function createAccountsTelemetry(metrics: Metrics) {
  const opened = metrics.counter(
    'sessions_opened_total',
    'Sessions opened, by identity and whether the account is new.',
    ['by', 'account'],
  )
  const refreshes = metrics.counter('session_refreshes_total', 'Refresh tokens traded, by what came of it.', [
    'outcome',
  ])
  const ended = metrics.counter('sessions_ended_total', 'Sessions ended before their time, by reason.', ['reason'])
  const changes = metrics.counter('account_changes_total', 'Changes of accounts, by kind.', ['kind'])
  const dropped = metrics.counter(
    'audit_failures_not_listed_total',
    'Failed sign-ins that were counted but not listed.',
    [],
  )

  return {
    sessionOpened(log: Logger, { by, userId, isNew }: { by: 'phone' | 'email'; userId: string; isNew: boolean }) {
      opened.inc({ by, account: isNew ? 'new' : 'known' })
      log.info({ userId, by, isNew }, 'session opened')
    },
    signInBlocked(log: Logger, userId: string) {
      log.info({ userId }, 'sign-in to a blocked account')
    },
    refreshed(outcome: 'renewed' | 'repeated' | 'refused') {
      refreshes.inc({ outcome })
    },
    refreshReused(log: Logger, sessionId: string) {
      refreshes.inc({ outcome: 'reused' })
      ended.inc({ reason: 'reused' })
      log.warn({ sessionId, alarm: true }, 'refresh token used twice: session ended')
    },
    sessionsEnded(log: Logger, reason: EndReason, count: number) {
      if (count === 0) return
      ended.inc({ reason }, count)
      log.info({ reason, count }, 'sessions ended')
    },
    accountChanged(log: Logger, kind: string, userId: string) {
      changes.inc({ kind })
      log.info({ userId, change: kind }, 'account changed')
    },
    failuresNotListed(count: number) {
      dropped.inc({}, count)
    },
    pollFailed(log: Logger, cause: unknown) {
      log.error({ err: cause }, 'revocations and signing keys could not be read')
    },
  }
}
