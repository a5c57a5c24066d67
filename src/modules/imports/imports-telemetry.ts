import type { Logger } from '../../platform/observability/logger.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import { errorPlace, errorWords } from '../../platform/queue/error-words.ts'
import type { Import } from './import.ts'

/** One function for each thing that happens to imports. Nothing here sees a row, a fault or a file's name. */
export type ImportsTelemetry = ReturnType<typeof createImportsTelemetry>

const factsOf = ({ id, kind, rowsRead, rowsFaulty, isDryRun }: Import) => ({
  importId: id,
  kind,
  rowsRead,
  rowsFaulty,
  isDryRun,
})

export function createImportsTelemetry(log: Logger, metrics?: Metrics) {
  const finished = metrics?.counter('imports_finished_total', 'Imports that are over, by what became of them.', [
    'kind',
    'status',
  ])
  const rows = metrics?.counter('import_rows_total', 'Rows that imports have applied, by what they changed.', [
    'kind',
    'outcome',
  ])
  const exported = metrics?.counter('exports_total', 'Exports that were begun.', ['kind', 'format'])

  return {
    received(given: Import) {
      log.info(factsOf(given), 'import received')
    },
    finished(given: Import) {
      const { kind, status, created, changed, unchanged, isDryRun } = given
      finished?.inc({ kind, status })
      if (!isDryRun)
        for (const [outcome, count] of Object.entries({ created, changed, unchanged }))
          rows?.inc({ kind, outcome }, count)
      log.info({ ...factsOf(given), status, created, changed, unchanged }, 'import over')
    },
    abandoned(importIds: readonly string[]) {
      if (importIds.length > 0) log.warn({ importIds }, 'imports abandoned: their files did not come whole')
    },
    failed({ id, kind }: Import, error: unknown) {
      const facts = { importId: id, kind, reason: errorWords(error), at: errorPlace(error), alarm: true }
      log.error(facts, 'import refused, because applying it fails again and again')
    },
    exported(kind: string, format: string) {
      exported?.inc({ kind, format })
    },
  }
}
