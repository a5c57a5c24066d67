import type { Logger } from '../../platform/observability/logger.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { Difference } from './verification-queries.ts'

/** One function for each thing worth counting about stock. What a transaction that was rolled back did counts too. */
export type InventoryTelemetry = ReturnType<typeof createInventoryTelemetry>

export function createInventoryTelemetry(metrics: Pick<Metrics, 'counter'>) {
  const reservations = metrics.counter('stock_reservations_total', 'Reservations asked for, by outcome.', ['outcome'])
  const settled = metrics.counter('stock_reservations_settled_total', 'Steps of reservations, by step.', ['step'])
  const adjusted = metrics.counter('stock_adjustments_total', 'Adjustments and transfers of stock, by kind.', ['kind'])
  const differences = metrics.counter(
    'stock_differences_total',
    'Levels found whose reserved units are not those of their open reservations.',
    [],
  )
  return {
    asked(outcome: string) {
      reservations.inc({ outcome })
    },
    settled(
      step: 'extended' | 'committed' | 'consumed' | 'released' | 'expired' | 'lines_released' | 'taken_back',
      count = 1,
    ) {
      if (count > 0) settled.inc({ step }, count)
    },
    adjusted(kind: string) {
      adjusted.inc({ kind })
    },
    differs(log: Logger, found: readonly Difference[]) {
      differences.inc({}, found.length)
      for (const difference of found)
        log.error({ ...difference, alarm: true }, 'reserved stock is not the sum of its open reservations')
    },
  }
}
