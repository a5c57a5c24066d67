import { HttpConnection } from './http-connection.ts'
import type { Recording } from './load.ts'
import type { SelfDriven } from './measure.ts'
import { type Place, startServer } from './server-process.ts'

/** Starts a program that does its work inside itself, by `serveWork`, and has the harness drive it. */
export async function startWorkServer(
  file: URL,
  options: Place & { env: Record<string, string> },
): Promise<Pick<SelfDriven, 'pid' | 'cores' | 'warmUp' | 'work' | 'stop'>> {
  const server = await startServer(file, options)
  const connection = await HttpConnection.open(server.port)
  const work: SelfDriven['work'] = async (seconds, connections) => {
    const { body } = await connection.post('/', JSON.stringify({ seconds, atOnce: connections }))
    return { ...(body as unknown as Omit<Recording, 'loadShare'>), loadShare: 0 }
  }
  return {
    pid: server.pid,
    cores: server.cores,
    warmUp: work,
    work,
    async stop() {
      connection.close()
      await server.stop()
    },
  }
}
