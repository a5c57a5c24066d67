import { readFileSync } from 'node:fs'

/** Clock ticks a second of /proc: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined // no /proc here, or the process has ended
  }
}

/** CPU time of a process since it started, user and system, all threads; `undefined` where it cannot be read. */
function cpuMsOf(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The name in brackets may hold spaces: fields are counted from after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond
}

/** Resident memory of a process; `undefined` where it cannot be read. */
export function rssMiBOf(pid: number): number | undefined {
  const kib = /^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1]
  return kib === undefined ? undefined : Number(kib) / 1024
}

/** Time that a core has not been idle since the machine started, its host's thefts included. */
function busyMsOf(core: number): number | undefined {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(read('/proc/stat') ?? '')?.[1]
  if (line === undefined) return undefined
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.trim().split(' ').map(Number)
  return ((user + nice + system + irq + softirq + steal) * 1000) / ticksPerSecond
}

/** What was used in a while; what cannot be read is absent. */
export interface Usage {
  serverCpuMs?: number
  otherCpuMs?: number
  /** Time for which other work had the server's core. */
  foreignMs?: number
  /** Most that the server held. */
  rssMiB?: number
}

const samplePauseMs = 200
const isKnown = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value)

/** Watches a server, and what works for it, from now on. */
export function watchUsage({
  pid,
  core,
  others = [],
}: {
  pid: number
  core: number | undefined
  others?: readonly number[]
}) {
  const timesNow = () => [...[pid, ...others].map(cpuMsOf), core === undefined ? undefined : busyMsOf(core)]
  const before = timesNow()
  let rssMiB = rssMiBOf(pid)
  const timer = setInterval(() => {
    const rss = rssMiBOf(pid)
    if (rss !== undefined && rss > (rssMiB ?? 0)) rssMiB = rss
  }, samplePauseMs)

  return {
    stop(): Usage {
      clearInterval(timer)
      const spent = timesNow().map((ms, at) => (ms ?? Number.NaN) - (before[at] ?? Number.NaN))
      const [serverCpuMs = Number.NaN] = spent
      const otherCpuMs = spent.slice(1, -1).reduce((sum, ms) => sum + ms, 0)
      const foreignMs = Math.max(0, (spent.at(-1) ?? Number.NaN) - serverCpuMs - otherCpuMs)
      return {
        ...(isKnown(serverCpuMs) && { serverCpuMs }),
        ...(isKnown(otherCpuMs) && { otherCpuMs }),
        ...(isKnown(foreignMs) && { foreignMs }),
        ...(rssMiB !== undefined && { rssMiB }),
      }
    },
  }
}
