import { moveTo } from './cores.ts'
import { type CpuMeter, cpuMsOf, readProc } from './usage.ts'

/** What writes and cleans for all databases of a server. It counts as ours: nobody else should be working meanwhile. */
const shared = /: (?:walwriter|checkpointer|background writer|io worker)/

const childrenOf = (pid: number): number[] =>
  (readProc(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ').filter(Boolean).map(Number)

/** As PostgreSQL sets it: `postgres: main: user database 127.0.0.1(5000) idle`. */
const titleOf = (pid: number): string => readProc(`/proc/${pid}/cmdline`) ?? ''

/** Whether a title is that of a backend of a database, or of a process that cleans it. */
const worksFor = (title: string, database: string): boolean => title.includes(` ${database}`)

/**
 * The first process of the server, from one of its backends; `undefined` when that does not run on this machine, or
 * where the names of its processes do not tell what they work for.
 */
export function findPostmaster(backend: number, database: string): number | undefined {
  const title = titleOf(backend)
  if (!title.startsWith('postgres:') || !worksFor(title, database)) return undefined
  const parent = /^PPid:\s+(\d+)/m.exec(readProc(`/proc/${backend}/status`) ?? '')?.[1]
  const postmaster = Number(parent)
  return childrenOf(postmaster).includes(backend) ? postmaster : undefined
}

/**
 * What the server works for one database, from now on. A process that has ended counts with what was last seen of it,
 * one that began later from its beginning.
 */
export function postgresMeter(postmaster: number, database: string): CpuMeter {
  const lastMs = new Map<number, number>()
  return {
    name: 'PostgreSQL',
    readMs() {
      for (const pid of childrenOf(postmaster)) {
        const title = titleOf(pid)
        const ms = worksFor(title, database) || shared.test(title) ? cpuMsOf(pid) : undefined
        if (ms !== undefined) lastMs.set(pid, ms)
      }
      return [...lastMs.values()].reduce((total, ms) => total + ms, 0)
    },
  }
}

/** Moves what works for a database onto a core. `false` where this process must not. */
export function pinPostgres(postmaster: number, database: string, core: number): boolean {
  try {
    for (const pid of childrenOf(postmaster)) if (worksFor(titleOf(pid), database)) moveTo(core, pid)
    return true
  } catch {
    return false
  }
}
