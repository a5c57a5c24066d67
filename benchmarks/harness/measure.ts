import { takeUndisturbed } from './disturbance.ts'
import { drive, type Operation, type Recording } from './load.ts'
import type { ServerProcess } from './server-process.ts'
import { type Latency, latencyOf, median } from './statistics.ts'
import { type CpuMeter, type Watched, watchUsage } from './usage.ts'

interface Started {
  /** What else works for it and is part of an operation's price, such as Redis. */
  others?: readonly CpuMeter[]
  /** Called between warming up and measuring: everything that it uses runs by now. */
  settle?(): void
  /** Waits until nothing is left to do that the work left for later. What that costs is part of the work's price. */
  drain?(): Promise<void>
  /** Looks at what the work left behind. Resolves to what is wrong with it, in words, which counts as an error. */
  inspect?(): Promise<string | undefined>
  /** Ends what was started for this run and removes what it left. */
  stop(): Promise<void>
}

/** A started program under test, which is asked over HTTP. */
export interface Subject extends Started {
  server: ServerProcess
  operation: Operation
}

/** One that works by itself when it is told to, at so many things at once. */
export interface SelfDriven extends Started, Watched {
  warmUp(seconds: number, connections: number): Promise<Faults>
  work(seconds: number, connections: number): Promise<Recording>
}

type Faults = Pick<Recording, 'errors' | 'firstError'>

export interface Case {
  name: string
  /** The name of the case that this one is held against. */
  floor?: string
  /** Instead of the usual ones. */
  connections?: number
  start(): Promise<Subject | SelfDriven>
}

export interface Effort {
  runs: number
  seconds: number
  warmUpSeconds: number
  connections: number
}

/** One case in one round. */
export interface Run extends Latency {
  opsPerSecond: number
  parts: Record<string, Latency>
  errors: number
  firstError?: string
  /** Server and others together, and the part of each other; absent where nobody tells. */
  cpuMsPerOp?: number
  otherCpuMsPerOp?: Record<string, number>
  /** Most that was seen while it ran. */
  rssMiB?: number
  /** CPU time as a share of one core: the server's with the others', and the load's. */
  serverShare?: number
  loadShare: number
  /** CPU time that other work took on the two cores, as a share of one. */
  foreignShare?: number
}

/** Everything of one case: medians of its runs, and the runs in the order of the rounds. */
export interface CaseResult extends Run {
  name: string
  floor: string | null
  /** Median of the ratios to the floor's rate in the same round. */
  ratioToFloor: number | null
  ratios: number[]
  /** The same of the 99th percentile and of the CPU time: how many times the floor's. */
  p99ToFloor: number | null
  cpuToFloor: number | null
  runs: Run[]
}

const perOperation = (cpuMs: Record<string, number>, operations: number): Record<string, number> =>
  Object.fromEntries(Object.entries(cpuMs).map(([name, ms]) => [name, ms / operations]))

/** What is watched of a program, and how it is made to work. */
function toSelfDriven(subject: Subject | SelfDriven): SelfDriven {
  if ('work' in subject) return subject
  const { server, operation, ...started } = subject
  const work: SelfDriven['work'] = (seconds, connections) =>
    drive({ port: server.port, connections, operation, seconds })
  return { ...started, pid: server.pid, cores: server.cores, warmUp: work, work }
}

async function runOnce(each: Case, { seconds, warmUpSeconds, ...usual }: Effort): Promise<Run> {
  const { connections = usual.connections } = each
  const subject = toSelfDriven(await each.start())
  try {
    const warmUp = await subject.warmUp(warmUpSeconds, connections)
    await subject.drain?.()
    subject.settle?.()
    const watchedFrom = performance.now()
    const usage = watchUsage(subject)
    const recording = await subject.work(seconds, connections)
    await subject.drain?.()
    const { cpuMs, otherCpuMs, foreignMs, rssMiB } = usage.stop()
    const watchedMs = performance.now() - watchedFrom
    const { operations, durations, parts, loadShare } = recording
    const wrong = await subject.inspect?.()
    const firstError = warmUp.firstError ?? recording.firstError ?? wrong
    return {
      opsPerSecond: operations / recording.seconds,
      ...latencyOf(durations),
      parts: Object.fromEntries(Object.entries(parts).map(([name, values]) => [name, latencyOf(values)])),
      errors: warmUp.errors + recording.errors + (wrong === undefined ? 0 : 1),
      ...(firstError !== undefined && { firstError }),
      ...(cpuMs !== undefined && {
        cpuMsPerOp: cpuMs / operations,
        serverShare: cpuMs / watchedMs,
      }),
      ...(otherCpuMs && { otherCpuMsPerOp: perOperation(otherCpuMs, operations) }),
      ...(rssMiB !== undefined && { rssMiB }),
      ...(foreignMs !== undefined && { foreignShare: foreignMs / watchedMs }),
      loadShare,
    }
  } finally {
    await subject.stop()
  }
}

type Figure =
  | 'opsPerSecond'
  | 'p50Ms'
  | 'p95Ms'
  | 'p99Ms'
  | 'cpuMsPerOp'
  | 'rssMiB'
  | 'serverShare'
  | 'foreignShare'
  | 'loadShare'

/** The median of a figure over the runs that have it. */
const middle = (runs: readonly Run[], figure: Figure): Partial<Record<Figure, number>> => {
  const values = runs.map((run) => run[figure]).filter((value) => value !== undefined)
  return values.length > 0 ? { [figure]: median(values) } : {}
}

/** The same of what each other took; of none, nothing. */
function middleOthers(runs: readonly Run[]): Pick<Run, 'otherCpuMsPerOp'> {
  const known = runs.map(({ otherCpuMsPerOp }) => otherCpuMsPerOp).filter((others) => others !== undefined)
  const names = Object.keys(known[0] ?? {})
  if (names.length === 0) return {}
  return {
    otherCpuMsPerOp: Object.fromEntries(
      names.map((name) => [name, median(known.map((others) => others[name] ?? Number.NaN))]),
    ),
  }
}

function middleParts(runs: readonly Run[]): Record<string, Latency> {
  const over = (name: string, figure: keyof Latency) => median(runs.map((run) => run.parts[name]?.[figure] ?? 0))
  const names = Object.keys(runs[0]?.parts ?? {})
  return Object.fromEntries(
    names.map((name) => [name, { p50Ms: over(name, 'p50Ms'), p95Ms: over(name, 'p95Ms'), p99Ms: over(name, 'p99Ms') }]),
  )
}

function summarise({ name, floor }: Case, runs: Run[], floorRuns: readonly Run[] | undefined): CaseResult {
  const against = (figure: 'opsPerSecond' | 'p99Ms' | 'cpuMsPerOp') =>
    (floorRuns ?? []).map((floorRun, round) => (runs[round]?.[figure] ?? Number.NaN) / (floorRun[figure] ?? Number.NaN))
  const ratios = against('opsPerSecond')
  const firstError = runs.find((run) => run.firstError !== undefined)?.firstError
  const figures = (['cpuMsPerOp', 'rssMiB', 'serverShare', 'foreignShare'] as const).map((figure) =>
    middle(runs, figure),
  )
  const must = (figure: Figure): number => middle(runs, figure)[figure] ?? 0
  return {
    name,
    opsPerSecond: must('opsPerSecond'),
    p50Ms: must('p50Ms'),
    p95Ms: must('p95Ms'),
    p99Ms: must('p99Ms'),
    parts: middleParts(runs),
    ...Object.assign({}, ...figures),
    ...middleOthers(runs),
    loadShare: must('loadShare'),
    errors: runs.reduce((sum, run) => sum + run.errors, 0),
    ...(firstError !== undefined && { firstError }),
    floor: floor ?? null,
    ratioToFloor: floorRuns ? median(ratios) : null,
    ratios,
    p99ToFloor: floorRuns ? median(against('p99Ms')) : null,
    cpuToFloor: floorRuns ? median(against('cpuMsPerOp')) : null,
    runs,
  }
}

async function runUndisturbed(each: Case, effort: Effort, say: (line: string) => void): Promise<Run> {
  const { calmest, errors } = await takeUndisturbed(each.name, () => runOnce(each, effort), say)
  return { ...calmest, errors }
}

/**
 * Runs every case once a round, each time on a fresh process, and the rounds in turn: what slows the machine down
 * for a while hits a case and its floor alike. Every second round goes backwards, so that none always comes first.
 */
export async function measure(
  cases: readonly Case[],
  effort: Effort,
  say: (line: string) => void,
): Promise<CaseResult[]> {
  const runs = new Map<string, Run[]>(cases.map(({ name }) => [name, []]))
  for (let round = 0; round < effort.runs; round += 1) {
    for (const each of round % 2 === 0 ? cases : cases.toReversed()) {
      const run = await runUndisturbed(each, effort, say)
      runs.get(each.name)?.push(run)
      const trouble = run.errors > 0 ? `, ${run.errors} errors: ${run.firstError}` : ''
      say(`round ${round + 1}: ${each.name}: ${Math.round(run.opsPerSecond)}/s${trouble}`)
    }
  }
  const runsOf = (name: string | undefined) => (name === undefined ? undefined : runs.get(name))
  return cases.map((each) => summarise(each, runsOf(each.name) ?? [], runsOf(each.floor)))
}
