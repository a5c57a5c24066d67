import { readFileSync } from 'node:fs'
import type { Cores } from './cores.ts'

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

/** Time for which a core has not been idle since the machine started, or was taken by its host. */
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
  /** Time that work which is not ours took on the two cores. */
  foreignMs?: number
  /** Most that the server held. */
  rssMiB?: number
}

const samplePauseMs = 200
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Only figures that could be read. */
const known = <T extends Record<string, number | undefined>>(figures: T): { [name in keyof T]?: number } =>
  Object.fromEntries(Object.entries(figures).filter(([, value]) => Number.isFinite(value))) as never

/** Watches a server, and what works for it, from now on. */
export function watchUsage({ pid, cores, others = [] }: { pid: number; cores: Cores; others?: readonly number[] }) {
  const used = [cores.server, cores.load].filter((core) => core !== undefined)
  const takeTimes = () => ({
    processes: [pid, ...others].map((each) => cpuMsOf(each) ?? Number.NaN),
    load: cpuMsOf(process.pid) ?? Number.NaN,
    cores: sum(used.map((core) => busyMsOf(core) ?? Number.NaN)),
  })
  const before = takeTimes()
  let rssMiB = rssMiBOf(pid)
  const timer = setInterval(() => {
    const rss = rssMiBOf(pid)
    if (rss !== undefined && rss > (rssMiB ?? 0)) rssMiB = rss
  }, samplePauseMs)

  return {
    stop(): Usage {
      clearInterval(timer)
      const after = takeTimes()
      const spent = after.processes.map((ms, at) => ms - (before.processes[at] ?? Number.NaN))
      const ours = sum(spent) + after.load - before.load
      return known({
        serverCpuMs: spent[0],
        otherCpuMs: sum(spent.slice(1)),
        foreignMs: used.length > 0 ? Math.max(0, after.cores - before.cores - ours) : undefined,
        rssMiB,
      })
    },
  }
}
