import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { onCore } from './cores.ts'

const longestStopMs = 12_000
const running = new Set<ChildProcess>()

/** An empty folder to run in: no `.env` is found there, so no real vendor's keys either. */
const emptyFolder = mkdtempSync(join(tmpdir(), 'bench-'))

/** A new folder for data, gone with this process at the latest. */
export const newFolder = (): string => mkdtempSync(join(emptyFolder, 'data-'))

// However this process ends, nothing that it started is left.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(emptyFolder, { recursive: true, force: true })
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))

export interface Child {
  pid: number
  /** Whether it still runs. */
  isRunning(): boolean
  /** Asks it to end, and ends it when it does not. Resolves when it is gone. */
  stop(): Promise<void>
  /** The same by another signal. Resolves to what it exited with. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/**
 * Starts a program on a core, with this environment and nothing else of ours: a setting in the caller's shell
 * cannot change what is measured. Its output goes nowhere, its errors to ours.
 */
export async function startChild(
  program: string,
  args: readonly string[],
  { core, env = {} }: { core: number | undefined; env?: Record<string, string> },
): Promise<Child> {
  const [command, all] = onCore(core, program, args)
  const child = spawn(command, all, {
    cwd: emptyFolder,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  running.add(child)
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
  }).then(() => void running.delete(child))
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  const isRunning = () => child.exitCode === null && child.signalCode === null
  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (isRunning()) child.kill(signal)
    const limit = new AbortController()
    await Promise.race([gone, pause(longestStopMs, undefined, { signal: limit.signal }).catch(() => undefined)])
    limit.abort()
    if (isRunning()) child.kill('SIGKILL')
    await gone
    return child.exitCode
  }
  return {
    pid: child.pid as number,
    isRunning,
    end,
    stop: async () => void (await end('SIGTERM')),
  }
}

/** Below the ports that systems hand out by themselves, so that nobody gets the same one by chance meanwhile. */
const ports = { first: 20_000, count: 10_000 }

/** A port of the loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const port = ports.first + Math.floor(Math.random() * ports.count)
  const probe = createServer()
  const isFree = await new Promise<boolean>((resolve) => {
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => resolve(true))
  })
  await new Promise((resolve) => probe.close(resolve))
  return isFree ? port : freePort()
}
