import { setTimeout as pause } from 'node:timers/promises'
import { type Fact, fact } from '../harness/report.ts'
import type { ServerProcess } from '../harness/server-process.ts'
import { rssMiBOf } from '../harness/usage.ts'

const starts = 5
const idleMs = 5000

/**
 * How long a process takes from its spawn until it answers, and what it holds 5 s later. The first start only fills
 * the cache of compiled code and does not count.
 */
export async function measureStart(
  name: string,
  start: (env: Record<string, string>) => Promise<ServerProcess>,
): Promise<Fact[]> {
  const readyMs: number[] = []
  const idleMiB: number[] = []
  for (let turn = 0; turn <= starts; turn += 1) {
    const server = await start({})
    try {
      if (turn === 0) continue
      readyMs.push(server.readyInMs)
      await pause(idleMs)
      idleMiB.push(rssMiBOf(server.pid) ?? Number.NaN)
    } finally {
      await server.stop()
    }
  }
  const uncached = await start({ NODE_DISABLE_COMPILE_CACHE: '1' })
  await uncached.stop()
  return [
    fact(`${name}: spawn to first answer`, 'ms', readyMs),
    fact(`${name}: the same without compile cache`, 'ms', [uncached.readyInMs]),
    fact(`${name}: RSS after 5 s idle`, 'MiB', idleMiB),
  ]
}
