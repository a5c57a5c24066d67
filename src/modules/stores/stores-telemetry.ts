import type { Logger } from '../../platform/observability/logger.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { StoreStatus } from './dark-store.ts'

/** One function for each thing that happens to stores: a line in the log, a count in the metrics. */
export type StoresTelemetry = ReturnType<typeof createStoresTelemetry>

export function createStoresTelemetry(metrics: Metrics) {
  const changes = metrics.counter('store_changes_total', 'Changes of stores, by kind.', ['kind'])
  return {
    storeChanged(
      log: Logger,
      {
        kind,
        ...facts
      }: { kind: 'added' | 'changed' | 'archived'; storeId: string; status: StoreStatus; actorId?: string },
    ) {
      changes.inc({ kind })
      log.info(facts, `store ${kind}`)
    },
  }
}
