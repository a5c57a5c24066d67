import type { Metrics } from '../../platform/observability/metrics.ts'

/** One function for each thing worth counting about carts. */
export type CartTelemetry = ReturnType<typeof createCartTelemetry>

export function createCartTelemetry(metrics: Pick<Metrics, 'counter'>) {
  const begun = metrics.counter('carts_begun_total', 'Carts begun, by whose they are.', ['owner'])
  const merged = metrics.counter('carts_merged_total', 'Carts of guests that went into those of accounts.', [])
  const refused = metrics.counter('carts_refused_total', 'Carts of guests that were not begun: too many.', [])
  const deleted = metrics.counter('carts_deleted_total', 'Carts deleted because nobody touched them, by owner.', [
    'owner',
  ])
  return {
    begun(owner: 'guest' | 'account') {
      begun.inc({ owner })
    },
    merged() {
      merged.inc()
    },
    refused() {
      refused.inc()
    },
    deleted(owner: 'guest' | 'account', count: number) {
      if (count > 0) deleted.inc({ owner }, count)
    },
  }
}
