import { mkdirSync, writeFileSync } from 'node:fs'
import type { CaseResult } from './measure.ts'
import { median } from './statistics.ts'

/** A figure that is not a rate, such as a start: the median of its values. */
export interface Fact {
  name: string
  unit: string
  value: number
  values: number[]
  /** What it should come to. */
  wanted?: Bound
}

export type Bound = { atLeast: number } | { atMost: number }

export interface Report {
  node: string
  cpu: string
  at: string
  /** What a reader has to know to compare: seconds, connections, which Redis. */
  circumstances: Record<string, string | number>
  cases: CaseResult[]
  facts: Fact[]
}

/** A fact from values taken one after the other. */
export const fact = (name: string, unit: string, values: number[], wanted?: Bound): Fact => ({
  name,
  unit,
  value: median(values),
  values,
  ...(wanted && { wanted }),
})

const isReached = (value: number, wanted: Bound): boolean =>
  'atLeast' in wanted ? value >= wanted.atLeast : value <= wanted.atMost

/** What was wanted, and whether it was reached. */
function describeWanted({ value, wanted }: Fact): string {
  if (!wanted) return ''
  const bound = 'atLeast' in wanted ? `≥ ${wanted.atLeast}` : `≤ ${wanted.atMost}`
  return `${bound}: ${isReached(value, wanted) ? 'reached' : 'MISSED'}`
}

const number = (value: number | null | undefined, digits: number): string =>
  value == null ? '–' : value.toFixed(digits)
const percent = (share: number | undefined): string => (share === undefined ? '–' : `${Math.round(share * 100)} %`)
const range = (values: readonly number[], digits: number): string =>
  values.length === 0 ? '–' : `${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)}`

const heads = [
  'case',
  'ops/s',
  '(runs)',
  'p50',
  'p95',
  'p99 ms',
  'CPU ms/op',
  'RSS MiB',
  'server',
  'load',
  'foreign',
  'errors',
  'ratio',
  '(rounds)',
  'p99 ×',
  'CPU ×',
]

/** What each other took, such as Redis, in brackets. */
const others = (cpuMs: Record<string, number> = {}): string => {
  const parts = Object.entries(cpuMs).map(([name, ms]) => `${number(ms, 3)} ${name}`)
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

const cells = (result: CaseResult): string[] => [
  result.name,
  number(result.opsPerSecond, 0),
  range(
    result.runs.map(({ opsPerSecond }) => opsPerSecond),
    0,
  ),
  number(result.p50Ms, 1),
  number(result.p95Ms, 1),
  number(result.p99Ms, 1),
  number(result.cpuMsPerOp, 3) + others(result.otherCpuMsPerOp),
  number(result.rssMiB, 0),
  percent(result.serverShare),
  percent(result.loadShare),
  percent(result.foreignShare),
  String(result.errors),
  number(result.ratioToFloor, 2),
  range(result.ratios, 2),
  number(result.p99ToFloor, 2),
  number(result.cpuToFloor, 2),
]

/** Rows as a Markdown table, its columns aligned. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[], fill = ' ') =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`
  const [head = [], ...body] = rows
  return [
    line(head),
    line(
      head.map(() => ''),
      '-',
    ),
    ...body.map((row) => line(row)),
  ].join('\n')
}

/** The report for people: both tables in Markdown. */
export function describeReport({ node, cpu, at, circumstances, cases, facts }: Report): string {
  const digits = (value: number) => (Math.abs(value) < 10 ? 2 : 0)
  const factRows = facts.map((each) => [
    each.name,
    `${each.value.toFixed(digits(each.value))} ${each.unit}`.trim(),
    range(each.values, digits(each.value)),
    describeWanted(each),
  ])
  const settings = Object.entries(circumstances).map(([name, value]) => `${name}: ${value}`)
  return [
    `Node ${node}, ${cpu}, ${at}`,
    settings.join(', '),
    '',
    table([heads, ...cases.map(cells)]),
    '',
    table([['fact', 'median', '(values)', 'wanted'], ...factRows]),
  ].join('\n')
}

/** Figures to four digits that count: more would pretend. */
const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value

/** Writes `results/<name>.json` beside the benchmarks. */
export function writeReport(name: string, report: Report): void {
  const folder = new URL('../results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(report, rounded, 2)}\n`)
}
