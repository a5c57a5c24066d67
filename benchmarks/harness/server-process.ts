import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Child, freePort, startChild } from './child-process.ts'
import type { Cores } from './cores.ts'
import { HttpConnection } from './http-connection.ts'

const requireNode = fileURLToPath(new URL('../../tools/require-node.cjs', import.meta.url))
const longestStartMs = 20_000
const pollPauseMs = 2

export interface ServerProcess extends Child {
  port: number
  cores: Cores
  /** From the spawn to the first 200 of `/api/health/live`. */
  readyInMs: number
}

async function isLive(port: number): Promise<boolean> {
  let connection: HttpConnection | undefined
  try {
    connection = await HttpConnection.open(port)
    return (await connection.get('/api/health/live')).status === 200
  } catch {
    return false
  } finally {
    connection?.close()
  }
}

/** Where servers run, and further flags for their Node. */
export interface Place {
  cores: Cores
  flags: readonly string[]
}

/** What a program is started with. */
type Started = Place & { env?: Record<string, string> }

/** Starts a file with the Node that runs this, as the npm scripts do. */
export const startNode = (file: URL, { cores, flags, env = {} }: Started): Promise<Child> =>
  startChild(process.execPath, ['-r', requireNode, ...flags, fileURLToPath(file)], { core: cores.server, env })

/**
 * Starts a server's file in the same way, and waits until it answers. It gets its port in `API_PORT`.
 *
 * @throws when it ends first, or is not ready in time
 */
export async function startServer(file: URL, { cores, flags, env = {} }: Started): Promise<ServerProcess> {
  const port = await freePort()
  const spawnedAt = performance.now()
  const child = await startNode(file, { cores, flags, env: { ...env, API_PORT: String(port) } })
  while (!(await isLive(port))) {
    if (!child.isRunning()) throw new Error(`${file.pathname} ended before it was ready`)
    if (performance.now() - spawnedAt > longestStartMs) {
      await child.stop()
      throw new Error(`${file.pathname} was not ready in time`)
    }
    await pause(pollPauseMs)
  }
  return { ...child, port, cores, readyInMs: performance.now() - spawnedAt }
}
