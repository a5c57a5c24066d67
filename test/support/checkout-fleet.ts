import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { startStopwatch } from '../../src/platform/clock.ts'
import type { Tally } from './checkout-report.ts'
import { freePort, type ServerProcess, startServer } from './processes.ts'

/** Server processes that come back at once, each at its own address, however often they are killed. */
export interface Fleet {
  /** Where each is, whether it lives or not. */
  readonly urls: readonly string[]
  isReady(at: number): boolean
  /** How long the latest start took. */
  readonly startMs: number
  /** Ends one as a crash does, wherever it is, also while it starts. */
  kill(at: number): void
  /** Resolves when all of them take requests. */
  allReady(): Promise<void>
  /** All that all of them have printed. */
  output(): string
  end(): Promise<void>
}

/** Three seconds, on a machine that does nothing else. */
const startMs = 60_000

interface Slot {
  url: string
  child?: ChildProcess
  server?: ServerProcess
  life: Promise<void>
}

export async function startFleet(count: number, env: Record<string, string>, tally: Tally): Promise<Fleet> {
  const printed: string[] = []
  let latestMs = 0
  let isOver = false

  async function live(slot: Slot, port: number): Promise<void> {
    const settings = { ...env, API_PORT: String(port) }
    while (!isOver) {
      const elapsed = startStopwatch()
      const began = await startServer(settings, { spawned: (child) => (slot.child = child), withinMs: startMs }).catch(
        (error: Error) => error,
      )
      if (began instanceof Error) {
        printed.push(began.message)
        tally.count('server starts that came to nothing')
        await sleep(200)
        continue
      }
      tally.count('server starts')
      latestMs = elapsed()
      slot.server = began
      await began.ended
      delete slot.server
      printed.push(began.output())
    }
  }

  const slots = await Promise.all(
    Array.from({ length: count }, async () => {
      const port = await freePort()
      const slot: Slot = { url: `http://127.0.0.1:${port}`, life: Promise.resolve() }
      slot.life = live(slot, port)
      return slot
    }),
  )
  const allReady = async () => {
    const deadline = Date.now() + 2 * startMs
    while (!slots.every(({ server }) => server)) {
      if (Date.now() > deadline) throw new Error(`the servers are not ready:\n${printed.at(-1)}`)
      await sleep(20)
    }
  }
  const end = async () => {
    isOver = true
    for (const { child } of slots) child?.kill('SIGTERM')
    await Promise.all(slots.map(({ life }) => life))
  }
  await allReady().catch(async (error: unknown) => {
    await end()
    throw error
  })
  return {
    urls: slots.map(({ url }) => url),
    get startMs() {
      return latestMs
    },
    isReady: (at) => slots[at]?.server !== undefined,
    kill(at) {
      const { child, server } = slots[at] as Slot
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      tally.count(server ? 'kill -9 of a server' : 'kill -9 of a server that was starting')
    },
    allReady,
    output: () => [...printed, ...slots.flatMap(({ server }) => server?.output() ?? [])].join('\n'),
    end,
  }
}
