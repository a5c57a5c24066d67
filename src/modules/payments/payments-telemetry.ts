import type { Logger } from '../../platform/observability/logger.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'

/** One function for each thing worth counting about money. What a transaction that was rolled back did counts too. */
export type PaymentsTelemetry = ReturnType<typeof createPaymentsTelemetry>

/** What an operator has to look at. */
type Alarm = keyof typeof alarmLines

const alarmLines = {
  inexact: 'money came in that is not what was asked for',
  dispute: 'a payment is disputed',
  refund_failed: 'a refund failed, and a person is needed',
  refund_revived: 'a refund that had failed was paid out after all',
  refund_unaccounted: 'the provider gave back more than is known to have come in',
  keys: 'a payment provider needs an operator',
  stuck: 'what a payment provider told cannot be settled',
  unreadable: 'a payment event was sealed with another key',
  fault: 'fault in a payment provider',
}

export function createPaymentsTelemetry(metrics: Metrics) {
  const captures = metrics.counter(
    'payment_captures_total',
    'Money that came in, by whether it is what was asked for.',
    ['provider', 'outcome'],
  )
  const starts = metrics.counter('payment_starts_total', 'Payments that providers were told of, by outcome.', [
    'provider',
    'outcome',
  ])
  const failures = metrics.counter('payment_failures_total', 'Tries to pay that failed.', ['provider'])
  const refunds = metrics.counter('payment_refunds_total', 'Refunds, by what they became.', ['provider', 'status'])
  const events = metrics.counter('payment_events_total', 'Webhooks of payment providers, by what became of them.', [
    'provider',
    'outcome',
  ])
  const alarms = metrics.counter('payment_alarms_total', 'What an operator has to look at.', ['provider', 'alarm'])
  const circuits = metrics.gauge('payment_circuit_state', 'Circuit of a provider: 0 closed, 1 half-open, 2 open.', [
    'vendor',
  ])
  const durations = metrics.histogram(
    'payment_request_duration_seconds',
    'Time until a payment provider answered, or until it was given up.',
    ['vendor', 'status'],
    [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8],
  )
  return {
    circuits,
    durations,
    captured(provider: string, isExact: boolean) {
      captures.inc({ provider, outcome: isExact ? 'exact' : 'inexact' })
    },
    started(provider: string, outcome: string) {
      starts.inc({ provider, outcome })
    },
    failed(provider: string) {
      failures.inc({ provider })
    },
    refunded(provider: string, status: string) {
      refunds.inc({ provider, status })
    },
    heard(provider: string, outcome: string) {
      events.inc({ provider, outcome })
    },
    /** Ids and codes only. */
    alarm(log: Logger, alarm: Alarm, { provider, ...facts }: { provider: string } & Record<string, unknown>) {
      alarms.inc({ provider, alarm })
      log.error({ vendor: provider, ...facts, alarm: true }, alarmLines[alarm])
    },
  }
}
