import type { Metrics } from '../../platform/observability/metrics.ts'

export type ChannelMetrics = ReturnType<typeof createMessagingMetrics>['sms']

/** What is counted about messages. No label holds a number, an address, a code or a vendor's text. */
export function createMessagingMetrics(metrics: Metrics) {
  const durations = metrics.histogram(
    'vendor_request_duration_seconds',
    'Time until a vendor answered, or until it was given up.',
    ['vendor', 'status'],
    [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8],
  )
  return {
    sms: {
      sends: metrics.counter('sms_sends_total', 'Attempts to send an SMS.', ['vendor', 'outcome', 'template']),
      receipts: metrics.counter('sms_receipts_total', 'Delivery receipts, forged and ignored ones too.', [
        'vendor',
        'state',
      ]),
      alarms: metrics.counter(
        'sms_alarms_total',
        'Failures that an operator has to act on: keys, balance, registration.',
        ['vendor'],
      ),
      circuits: metrics.gauge('sms_circuit_state', 'Circuit of a vendor: 0 closed, 1 half-open, 2 open.', ['vendor']),
      durations,
    },
    email: {
      sends: metrics.counter('email_sends_total', 'Attempts to send a mail.', ['vendor', 'outcome', 'template']),
      receipts: metrics.counter('email_receipts_total', 'Delivery receipts, forged and ignored ones too.', [
        'vendor',
        'state',
      ]),
      alarms: metrics.counter('email_alarms_total', 'Failures that an operator has to act on: keys, sender, quota.', [
        'vendor',
      ]),
      circuits: metrics.gauge('email_circuit_state', 'Circuit of a vendor: 0 closed, 1 half-open, 2 open.', ['vendor']),
      durations,
    },
  }
}
