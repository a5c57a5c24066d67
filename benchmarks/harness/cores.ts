import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'

/** Which core the program under test runs on, with all that it needs, and which the load. */
export interface Cores {
  /** `undefined` where nothing can be pinned. */
  server: number | undefined
  load: number | undefined
}

const pinned = '/usr/bin/taskset'

/** The numbers of a list as the kernel writes it: `0-2,5`. */
const readList = (text: string): number[] =>
  text.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, step) => first + step)
  })

/** Moves a process, all its threads, onto a core. @throws where that is not allowed */
export const moveTo = (core: number, pid: number): void =>
  void execFileSync(pinned, ['-acp', String(core), String(pid)], { stdio: 'ignore' })

/**
 * Chooses two of the cores that this process may use and moves it, the load, onto one of them.
 * Without `taskset` or with one core nothing is pinned, and the figures depend on the scheduler.
 */
export function takeCores(): Cores {
  if (!existsSync(pinned) || availableParallelism() < 2) return { server: undefined, load: undefined }
  const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'
  const [load, server] = readList(allowed)
  if (load !== undefined) moveTo(load, process.pid)
  return { server, load }
}

/** The command line that runs a program on that core. */
export const onCore = (core: number | undefined, program: string, args: readonly string[]): [string, string[]] =>
  core === undefined ? [program, [...args]] : [pinned, ['-c', String(core), program, ...args]]

/** The machine in words, for the report. */
export const describeMachine = ({ server, load }: Cores): string => {
  const model = cpus()[0]?.model.trim() ?? 'unknown'
  const placing = server === undefined ? 'nothing pinned' : `server on core ${server}, load on core ${load}`
  return `${model}, ${cpus().length} cores, ${placing}`
}
