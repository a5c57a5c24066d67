import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Child, newFolder, startChild } from './child-process.ts'
import type { Cores } from './cores.ts'
import type { Recording } from './load.ts'
import type { SelfDriven } from './measure.ts'
import type { BenchDatabase } from './postgres-databases.ts'
import { cpuMsOf } from './usage.ts'

const program = 'pgbench'
const longestSeconds = 3600

/** What one client does again and again: lines as pgbench reads them. */
export interface Script {
  text: string
  /** How often it is chosen among the others. */
  weight: number
}

/** Whether it is installed. */
export const hasPgbench = (): boolean =>
  (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)))

/** A line of its log: client, number, microseconds, script, and when it ended in seconds and microseconds since 1970. */
const lineOf = /^\d+ \d+ (\d+) \d+ (\d+) (\d+)/gm

/** Milliseconds of each transaction that ended in a span of time. */
function readLog(folder: string, from: number, to: number): number[] {
  const durations: number[] = []
  for (const name of readdirSync(folder).filter((each) => each.startsWith('log.'))) {
    for (const [, took, seconds, micros] of readFileSync(join(folder, name), 'latin1').matchAll(lineOf)) {
      const endedAt = Number(seconds) * 1000 + Number(micros) / 1000
      if (endedAt >= from && endedAt < to) durations.push(Number(took) / 1000)
    }
  }
  return durations
}

const epochMs = (): number => performance.timeOrigin + performance.now()

/**
 * The statements of a case, run by `pgbench` and nothing else: statements prepared, one thread on the core of the load, the
 * backends on that of the server. The database is dropped in the end where it is the case's own.
 */
export function runByPgbench(
  { database, cores, drop = false }: { database: BenchDatabase; cores: Cores; drop?: boolean },
  scripts: readonly Script[],
): SelfDriven {
  const folder = newFolder()
  const files = scripts.flatMap(({ text, weight }, at) => {
    const file = join(folder, `${at}.sql`)
    writeFileSync(file, text)
    return ['-f', `${file}@${weight}`]
  })
  let child: Child | undefined
  const start = (connections: number): Promise<Child> => {
    const log = ['-l', `--log-prefix=${join(folder, 'log')}`]
    const load = ['-c', String(connections), '-j', '1', '-T', String(longestSeconds)]
    return startChild(program, ['-n', '-M', 'prepared', ...load, ...log, ...files, database.url], { core: cores.load })
  }
  let lastCpuMs = Number.NaN
  /** What was last seen, once it has ended. */
  const readCpuMs = (): number => {
    if (child) lastCpuMs = cpuMsOf(child.pid) ?? lastCpuMs
    return lastCpuMs
  }
  return {
    cores,
    others: [database.meter],
    load: { name: 'pgbench', readMs: readCpuMs },
    settle: () => database.pin(cores.server),
    async warmUp(seconds, connections) {
      child = await start(connections)
      await pause(seconds * 1000)
      return child.isRunning() ? { errors: 0 } : { errors: 1, firstError: 'pgbench ended by itself' }
    },
    async work(seconds): Promise<Recording> {
      const running = child
      if (!running) throw new Error('pgbench has not been warmed up')
      const cpuBefore = readCpuMs()
      const from = epochMs()
      await pause(seconds * 1000)
      const to = epochMs()
      const cpuMs = readCpuMs() - cpuBefore
      const code = await running.end('SIGALRM') // as its own clock ends it: the log is written to its end
      const durations = readLog(folder, from, to)
      return {
        seconds: (to - from) / 1000,
        operations: durations.length,
        errors: code === 0 ? 0 : 1,
        ...(code !== 0 && { firstError: `pgbench exited with ${code}` }),
        durations,
        parts: {},
        loadShare: cpuMs / (to - from),
      }
    },
    async stop() {
      await child?.stop()
      rmSync(folder, { recursive: true, force: true })
      if (drop) await database.drop()
    },
  }
}
