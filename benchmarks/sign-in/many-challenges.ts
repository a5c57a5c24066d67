import { setTimeout as pause } from 'node:timers/promises'
import { drive, type Load } from '../harness/load.ts'
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

type Start = () => Promise<ServerProcess>

/** What sign-ins cost while so many challenges live. */
interface Pace {
  opsPerSecond: number
  p99Ms: number
  cpuMsPerOp: number
}

async function mustDrive(load: Load) {
  const recording = await drive(load)
  if (recording.errors > 0) throw new Error(`${recording.errors} errors: ${recording.firstError}`)
  return recording
}

async function paceWith(live: number, start: Start, connections: number): Promise<Pace> {
  const server = await start()
  try {
    const shared = { port: server.port, connections }
    await mustDrive({ ...shared, operation: signIn(), operations: warmUp })
    await mustDrive({ ...shared, operation: askForCode, operations: live })
    const usage = watchUsage(server)
    const { operations, seconds, durations } = await mustDrive({ ...shared, operation: signIn(), operations: counted })
    const { serverCpuMs = Number.NaN } = usage.stop()
    const cpuMsPerOp = serverCpuMs / operations
    return { opsPerSecond: operations / seconds, p99Ms: percentile(durations, 0.99), cpuMsPerOp }
  } finally {
    await server.stop()
  }
}

/** RSS with a full store above RSS with a nearly empty one, and the answer to one more than fits. */
async function growth(start: Start, connections: number): Promise<{ mib: number; beyond: string }> {
  const server = await start()
  try {
    const shared = { port: server.port, connections, operation: askForCode }
    const restingRss = async () => {
      await pause(settleMs)
      return rssMiBOf(server.pid) ?? Number.NaN
    }
    await mustDrive({ ...shared, operations: few })
    const before = await restingRss()
    await mustDrive({ ...shared, operations: most - few })
    const mib = (await restingRss()) - before
    const { firstError = 'accepted' } = await drive({ ...shared, operations: 1 })
    return { mib, beyond: firstError }
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
  const grown: number[] = []
  const withFew: Pace[] = []
  const withMany: Pace[] = []
  for (let round = 0; round < runs; round += 1) {
    const { mib, beyond } = await growth(start, connections)
    grown.push(mib)
    withFew.push(await paceWith(few, start, connections))
    withMany.push(await paceWith(many, start, connections))
    say(`round ${round + 1}: ${most} live: ${Math.round(mib)} MiB more; one more: ${beyond}`)
  }
  const ratios = (figure: keyof Pace) => withMany.map((pace, round) => pace[figure] / (withFew[round]?.[figure] ?? 0))
  return [
    fact(`${most} live challenges: RSS above ${few}`, 'MiB', grown),
    ...paceFacts(few, withFew),
    ...paceFacts(many, withMany),
    fact(`${many} against ${few} live: sign-ins`, '×', ratios('opsPerSecond')),
    fact(`${many} against ${few} live: p99`, '×', ratios('p99Ms')),
    fact(`${many} against ${few} live: CPU a sign-in`, '×', ratios('cpuMsPerOp')),
  ]
}
