import type { CaseResult } from '../harness/measure.ts'
import { type Fact, fact } from '../harness/report.ts'

/** How a case did against another of the same rounds: how many times its rate, and the share of its CPU time. */
export function compare(name: string, ours: CaseResult | undefined, theirs: CaseResult | undefined): Fact[] {
  if (!ours || !theirs) return []
  const ratios = (figure: 'opsPerSecond' | 'cpuMsPerOp') =>
    ours.runs.map((run, round) => (run[figure] ?? Number.NaN) / (theirs.runs[round]?.[figure] ?? Number.NaN))
  return [fact(`${name}: rate`, '×', ratios('opsPerSecond')), fact(`${name}: CPU`, '×', ratios('cpuMsPerOp'))]
}
