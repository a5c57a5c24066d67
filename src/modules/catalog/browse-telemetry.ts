import { startStopwatch } from '../../platform/clock.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'

/** What an answer was made for. */
export type ReadingKind = 'categories' | 'list' | 'product' | 'search' | 'suggest'

/** Counts what the page cache saves, and times what it does not. */
export type BrowseTelemetry = ReturnType<typeof createBrowseTelemetry>

export function createBrowseTelemetry(metrics: Metrics) {
  const lookups = metrics.counter('catalog_pages_total', 'Answers to shoppers, from memory or made anew.', ['source'])
  const durations = metrics.histogram(
    'catalog_read_duration_seconds',
    'Time that an answer to shoppers took to make.',
    ['kind'],
    [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
  )
  const kept = { found: 0, missed: 0 }
  /** Counted by hand until somebody asks, since finding a counter by its label costs as much as finding a page. */
  const collect = () => {
    lookups.inc({ source: 'memory' }, kept.found)
    lookups.inc({ source: 'made' }, kept.missed)
    kept.found = 0
    kept.missed = 0
  }
  Object.assign(lookups, { collect }) // what the constructor's option of that name does

  return {
    found() {
      kept.found += 1
    },
    missed() {
      kept.missed += 1
    },
    async timed<T>(kind: ReadingKind, work: () => Promise<T>): Promise<T> {
      const elapsedMs = startStopwatch()
      try {
        return await work()
      } finally {
        durations.observe({ kind }, elapsedMs() / 1000)
      }
    },
  }
}
