import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { takeUndisturbed } from '../harness/disturbance.ts'
import { drive } from '../harness/load.ts'
import { type Fact, fact } from '../harness/report.ts'
import type { ServerProcess } from '../harness/server-process.ts'
import { percentile } from '../harness/statistics.ts'
import { rssMiBOf, watchUsage } from '../harness/usage.ts'
import { askForCode, signIn } from './operations.ts'

/** What the memory store holds at most, used challenges included until they end. */
const most = 100_000
const few = 1_000
/** Signed in before anything is counted, so that the code is compiled. */
const warmUp = 10_000
/** Signed in while the clock runs. With these the store reaches its bound, and no further. */
const counted = 10_000
const many = most - warmUp - counted
/** Long enough for the garbage collector to have its idle turn. */
const settleMs = 10_000
const collectMs = 2000
const collectOnSignal = fileURLToPath(new URL('./collect-on-signal.ts', import.meta.url))

type Start = (flags: readonly string[]) => Promise<ServerProcess>

/** What sign-ins cost while so many challenges live. */
interface Pace {
  opsPerSecond: number
  p99Ms: number
  cpuMsPerOp: number
  errors: number
  foreignShare: number
}

async function paceWith(live: number, start: Start, connections: number): Promise<Pace> {
  const server = await start([])
  try {
    const shared = { port: server.port, connections }
    const warm = await drive({ ...shared, operation: signIn(), operations: warmUp })
    const filled = await drive({ ...shared, operation: askForCode, operations: live })
    const usage = watchUsage(server)
    const taken = await drive({ ...shared, operation: signIn(), operations: counted })
    const { serverCpuMs = Number.NaN, foreignMs = 0 } = usage.stop()
    return {
      opsPerSecond: taken.operations / taken.seconds,
      p99Ms: percentile(taken.durations, 0.99),
      cpuMsPerOp: serverCpuMs / taken.operations,
      errors: warm.errors + filled.errors + taken.errors,
      foreignShare: foreignMs / 1000 / taken.seconds,
    }
  } finally {
    await server.stop()
  }
}

interface Holding {
  rssMiB: number
  /** What is left of the heap when everything unused is collected. */
  heapMiB: number
  errors: number
}

async function holdingOf({ pid, port }: ServerProcess): Promise<Omit<Holding, 'errors'>> {
  await pause(settleMs)
  const rssMiB = rssMiBOf(pid) ?? Number.NaN
  process.kill(pid, 'SIGUSR2')
  await pause(collectMs)
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  const heapBytes = /^nodejs_heap_size_used_bytes (\S+)/m.exec(metrics)?.[1]
  return { rssMiB, heapMiB: Number(heapBytes ?? Number.NaN) / 1024 / 1024 }
}

/** What a full store holds more than a nearly empty one, and the answer to one more than fits. */
async function growth(start: Start, connections: number): Promise<Holding & { beyond: string }> {
  const server = await start(['--expose-gc', '--import', collectOnSignal])
  try {
    const shared = { port: server.port, connections, operation: askForCode }
    const first = await drive({ ...shared, operations: few })
    const before = await holdingOf(server)
    const rest = await drive({ ...shared, operations: most - few })
    const after = await holdingOf(server)
    const { firstError = 'accepted' } = await drive({ ...shared, operations: 1 })
    return {
      rssMiB: after.rssMiB - before.rssMiB,
      heapMiB: after.heapMiB - before.heapMiB,
      errors: first.errors + rest.errors,
      beyond: firstError,
    }
  } finally {
    await server.stop()
  }
}

const paceFacts = (live: number, paces: readonly Pace[]): Fact[] => {
  const of = (figure: keyof Pace) => paces.map((pace) => pace[figure])
  return [
    fact(`${live} live challenges: sign-ins`, '/s', of('opsPerSecond')),
    fact(`${live} live challenges: p99`, 'ms', of('p99Ms')),
    fact(`${live} live challenges: CPU a sign-in`, 'ms', of('cpuMsPerOp')),
  ]
}

/** What live challenges cost in memory, and whether many of them slow sign-ins down. */
export async function measureManyChallenges(
  start: Start,
  { runs, connections, say }: { runs: number; connections: number; say: (line: string) => void },
): Promise<Fact[]> {
  const grown: Holding[] = []
  const withFew: Pace[] = []
  const withMany: Pace[] = []
  let errors = 0
  const pace = async (live: number): Promise<Pace> => {
    const taken = await takeUndisturbed(`${live} live challenges`, () => paceWith(live, start, connections), say)
    errors += taken.errors
    return taken.calmest
  }
  for (let round = 0; round < runs; round += 1) {
    const { beyond, ...held } = await growth(start, connections)
    grown.push(held)
    errors += held.errors
    withFew.push(await pace(few))
    withMany.push(await pace(many))
    say(`round ${round + 1}: ${most} live: ${Math.round(held.heapMiB)} MiB of heap more; one more: ${beyond}`)
  }
  const ratios = (figure: keyof Pace) => withMany.map((pace, round) => pace[figure] / (withFew[round]?.[figure] ?? 0))
  return [
    fact(
      `${most} live challenges: RSS more than with ${few}`,
      'MiB',
      grown.map(({ rssMiB }) => rssMiB),
    ),
    fact(
      `${most} live challenges: heap more, all unused collected`,
      'MiB',
      grown.map(({ heapMiB }) => heapMiB),
    ),
    ...paceFacts(few, withFew),
    ...paceFacts(many, withMany),
    fact(`${many} against ${few} live: sign-ins`, '×', ratios('opsPerSecond')),
    fact(`${many} against ${few} live: p99`, '×', ratios('p99Ms')),
    fact(`${many} against ${few} live: CPU a sign-in`, '×', ratios('cpuMsPerOp')),
    fact('many challenges: errors', '', [errors]),
  ]
}
