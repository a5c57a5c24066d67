import type { CaseResult } from '../harness/measure.ts'
import { type Bound, type Fact, fact } from '../harness/report.ts'
import { type Cache, pageCase, sameSqlFloor } from './page-cases.ts'
import { type Kind, kinds } from './pages.ts'
import { servingInProcess } from './serving-cases.ts'
import { works } from './stock-cases.ts'

type Figure = 'opsPerSecond' | 'p99Ms' | 'cpuMsPerOp'

/** A figure of each run of a case that was run. */
const figureOf =
  (cases: readonly CaseResult[]) =>
  (text: string, unit: string, name: string, figure: Figure, wanted?: Bound): Fact[] => {
    const values = cases.find((each) => each.name === name)?.runs.map((run) => run[figure] ?? Number.NaN)
    return values ? [fact(text, unit, values, wanted)] : []
  }

const ratioOf =
  (cases: readonly CaseResult[]) =>
  (text: string, name: string, wanted?: Bound): Fact[] => {
    const found = cases.find((each) => each.name === name)
    return found && found.ratios.length > 0 ? [fact(text, '×', found.ratios, wanted)] : []
  }

/** What a page costs in the large catalogue for what the same costs in the small one, round by round. */
function growth(cases: readonly CaseResult[], kind: Kind, cache: Cache, [small, large]: [number, number]): Fact[] {
  const runsOf = (size: number) => cases.find(({ name }) => name === pageCase(kind, size, cache))?.runs
  const [before, after] = [runsOf(small), runsOf(large)]
  if (!before || !after) return []
  const ratios = after.map(
    ({ cpuMsPerOp = Number.NaN }, round) => cpuMsPerOp / (before[round]?.cpuMsPerOp ?? Number.NaN),
  )
  const wanted = kind === 'list' || kind === 'product' ? { atMost: 1.5 } : undefined
  return [fact(`CPU of ${kind}, ${cache}: 200,000 products for 1,000`, '×', ratios, wanted)]
}

/** What was to be reached, and what the cases came to. */
export function figuresOf(cases: readonly CaseResult[], sizes: readonly number[]): Fact[] {
  const [small = 0, large = 0] = [Math.min(...sizes), Math.max(...sizes)]
  const figure = figureOf(cases)
  const ratio = ratioOf(cases)
  const at = (size: number) => `${size.toLocaleString('en')} products`
  return [
    ...sizes.flatMap((size) => [
      ...ratio(`cached list against bare Fastify, ${at(size)}`, pageCase('list', size, 'cached'), { atLeast: 0.7 }),
      ...ratio(`uncached list against its SQL, ${at(size)}`, pageCase('list', size, 'uncached'), { atLeast: 0.5 }),
      ...ratio(`bare Fastify with pg against the same SQL, ${at(size)}`, sameSqlFloor(size)),
      ...figure(`CPU of a cached list, ${at(size)}`, 'ms', pageCase('list', size, 'cached'), 'cpuMsPerOp', {
        atMost: 0.25,
      }),
    ]),
    ...(['cached', 'uncached'] as const).flatMap((cache) => [
      ...figure(`p99 of search, ${cache}, ${at(large)}`, 'ms', pageCase('search', large, cache), 'p99Ms', {
        atMost: 50,
      }),
      ...figure(`p99 of list, ${cache}, ${at(large)}`, 'ms', pageCase('list', large, cache), 'p99Ms', { atMost: 15 }),
      ...figure(`CPU of search, ${cache}, ${at(20_000)}`, 'ms', pageCase('search', 20_000, cache), 'cpuMsPerOp', {
        atMost: 10,
      }),
      ...kinds.flatMap((kind) => (small < large ? growth(cases, kind, cache, [small, large]) : [])),
    ]),
    ...figure('p99 of serviceability in process', 'ms', servingInProcess, 'p99Ms', { atMost: 2 }),
    ...works.flatMap((work) =>
      ratio(`${work} against its SQL`, work, { atLeast: work === 'reserve 3 lines' ? 0.6 : 0.5 }),
    ),
  ]
}
