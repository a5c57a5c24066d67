import type { Effort } from './measure.ts'
import type { TemplateOptions } from './postgres-templates.ts'
import type { Report } from './report.ts'
import type { Place } from './server-process.ts'

/** What `run.ts` tells a benchmark. */
export interface BenchContext {
  effort: Effort
  place: Place
  say(line: string): void
  /** Only the cases and facts whose name holds this text. */
  only?: string
  /** What becomes of databases that are expensive to make. */
  templates: TemplateOptions
}

/** What each file beside `run.ts` exports as `bench`. */
export type Bench = (context: BenchContext) => Promise<Pick<Report, 'circumstances' | 'cases' | 'facts'>>
