import type { Logger } from '../../platform/observability/logger.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { CallResult } from './call-endpoint.ts'
import type { DisabledReason } from './endpoint.ts'

/** One function for each thing that happens to messages for operators. No line holds an address, which may hold a secret. */
export type WebhooksTelemetry = ReturnType<typeof createWebhooksTelemetry>

export function createWebhooksTelemetry(metrics: Pick<Metrics, 'counter'>) {
  const attempts = metrics.counter('webhook_attempts_total', 'Messages sent to endpoints of operators, by outcome.', [
    'outcome',
  ])
  const disabled = metrics.counter('webhook_endpoints_disabled_total', 'Endpoints disabled by themselves, by reason.', [
    'reason',
  ])
  return {
    attempted(
      log: Logger,
      facts: { endpointId: string; deliveryId: string; attempt: number } & CallResult,
      isDone: boolean,
    ) {
      attempts.inc({ outcome: isDone ? 'delivered' : 'failed' })
      log.debug(facts, isDone ? 'webhook delivered' : 'webhook not delivered')
    },
    disabled(log: Logger, endpointId: string, reason: DisabledReason) {
      disabled.inc({ reason })
      log.error({ endpointId, reason, alarm: true }, 'webhook endpoint was disabled')
    },
    unsigned(log: Logger, endpointId: string) {
      log.error({ endpointId, alarm: true }, 'the secret of a webhook endpoint does not open: it has to be replaced')
    },
    endpointChanged(
      log: Logger,
      change: 'added' | 'changed' | 'removed' | 'secret replaced',
      facts: { endpointId: string; actorId: string },
    ) {
      log.info(facts, `webhook endpoint ${change}`)
    },
  }
}
