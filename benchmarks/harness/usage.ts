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
export function cpuMsOf(pid: number): number | undefined {
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

const samplePauseMs = 200

/** Watches processes from now on. `stop` tells what they used meanwhile; `undefined` where that cannot be read. */
export function watchUsage(server: number, others: readonly number[] = []) {
  const cpuNow = () => [server, ...others].map((pid) => cpuMsOf(pid))
  const before = cpuNow()
  let peakMiB = rssMiBOf(server)
  const timer = setInterval(() => {
    const rss = rssMiBOf(server)
    if (rss !== undefined && rss > (peakMiB ?? 0)) peakMiB = rss
  }, samplePauseMs)

  return {
    stop(): { serverCpuMs?: number; otherCpuMs?: number; rssMiB?: number } {
      clearInterval(timer)
      const spent = cpuNow().map((ms, at) => (ms === undefined ? Number.NaN : ms - (before[at] ?? Number.NaN)))
      const [serverCpuMs = Number.NaN, ...rest] = spent
      const otherCpuMs = rest.reduce((sum, ms) => sum + ms, 0)
      return {
        ...(Number.isFinite(serverCpuMs) && { serverCpuMs }),
        ...(Number.isFinite(otherCpuMs) && { otherCpuMs }),
        ...(peakMiB !== undefined && { rssMiB: peakMiB }),
      }
    },
  }
}
