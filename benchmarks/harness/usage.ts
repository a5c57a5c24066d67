import { readFileSync } from 'node:fs'
import type { Cores } from './cores.ts'

/** Clock ticks a second of /proc: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100

/** A file of /proc; `undefined` where there is none. */
export const readProc = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined // no /proc here, or the process has ended
  }
}

/** CPU time of a process since it started, user and system, all threads; `undefined` where it cannot be read. */
export function cpuMsOf(pid: number): number | undefined {
  const stat = readProc(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The name in brackets may hold spaces: fields are counted from after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond
}

/** Resident memory of a process; `undefined` where it cannot be read. */
export function rssMiBOf(pid: number): number | undefined {
  const kib = /^VmRSS:\s+(\d+)/m.exec(readProc(`/proc/${pid}/status`) ?? '')?.[1]
  return kib === undefined ? undefined : Number(kib) / 1024
}

/** Time for which a core has not been idle since the machine started, or was taken by its host. */
function busyMsOf(core: number): number | undefined {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readProc('/proc/stat') ?? '')?.[1]
  if (line === undefined) return undefined
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.trim().split(' ').map(Number)
  return ((user + nice + system + irq + softirq + steal) * 1000) / ticksPerSecond
}

/** Tells what some processes work. */
export interface CpuMeter {
  name: string
  /** CPU time until now, from any point on; `NaN` where it cannot be read. Asked often enough to notice each process. */
  readMs(): number
}

export const processMeter = (name: string, pid: number): CpuMeter => ({
  name,
  readMs: () => cpuMsOf(pid) ?? Number.NaN,
})

/** What was used in a while; what cannot be read is absent. */
export interface Usage {
  serverCpuMs?: number
  /** The server's with that of all others. */
  cpuMs?: number
  /** The others' by the names of their meters; absent without others, and when one cannot be read. */
  otherCpuMs?: Record<string, number>
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

export interface Watched {
  /** The server's; absent where what works for it is all there is. */
  pid?: number
  cores: Cores
  others?: readonly CpuMeter[]
  /** Another process that makes the load. */
  load?: CpuMeter
}

/** Watches a server, and what works for it, from now on. */
export function watchUsage({ pid, cores, others = [], load }: Watched) {
  const used = [cores.server, cores.load].filter((core) => core !== undefined)
  const server: CpuMeter = pid === undefined ? { name: 'server', readMs: () => 0 } : processMeter('server', pid)
  const meters = [server, ...others]
  const loads = [processMeter('load', process.pid), ...(load ? [load] : [])]
  const takeTimes = () => ({
    meters: meters.map((meter) => meter.readMs()),
    load: sum(loads.map((each) => each.readMs())),
    cores: sum(used.map((core) => busyMsOf(core) ?? Number.NaN)),
  })
  const before = takeTimes()
  const readRss = () => (pid === undefined ? undefined : rssMiBOf(pid))
  let rssMiB = readRss()
  const timer = setInterval(() => {
    const rss = readRss()
    if (rss !== undefined && rss > (rssMiB ?? 0)) rssMiB = rss
    for (const meter of others) meter.readMs()
  }, samplePauseMs)

  return {
    stop(): Usage {
      clearInterval(timer)
      const after = takeTimes()
      const spent = after.meters.map((ms, at) => ms - (before.meters[at] ?? Number.NaN))
      const cpuMs = sum(spent)
      const byName = others.map(({ name }, at) => [name, spent[at + 1] ?? Number.NaN])
      return {
        ...known({
          serverCpuMs: spent[0],
          cpuMs,
          foreignMs:
            used.length > 0 ? Math.max(0, after.cores - before.cores - cpuMs - after.load + before.load) : undefined,
          rssMiB,
        }),
        ...(others.length > 0 && Number.isFinite(cpuMs) && { otherCpuMs: Object.fromEntries(byName) }),
      }
    },
  }
}
