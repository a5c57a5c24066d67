import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { setImmediate as turn } from 'node:timers/promises'
import type { Recording } from './load.ts'

/** One piece of work. @throws when it did not do what it should */
export type Work = () => Promise<void>

/** Most that are written down one by one: enough for a percentile. */
const mostDurations = 200_000

/** So many loops do the work again and again for a while. Each that has begun is waited for. */
async function repeat(work: Work, seconds: number, atOnce: number): Promise<Omit<Recording, 'loadShare'>> {
  const durations: number[] = []
  let operations = 0
  let errors = 0
  let firstError: string | undefined
  const start = performance.now()
  const end = start + seconds * 1000
  async function loop(): Promise<void> {
    for (;;) {
      await turn() // what else the process has to do gets its time, as between requests
      const startedAt = performance.now()
      if (startedAt >= end) return
      try {
        await work()
        operations += 1
        if (durations.length < mostDurations) durations.push(performance.now() - startedAt)
      } catch (error) {
        errors += 1
        firstError ??= error instanceof Error ? error.message : String(error)
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, loop))
  const took = (performance.now() - start) / 1000
  return { seconds: took, operations, errors, ...(firstError !== undefined && { firstError }), durations, parts: {} }
}

/** Serves at `API_PORT`: it works when it is told to, for as long and at so many things at once as it is told. */
export function serveWork(work: Work): void {
  const answer = async (request: IncomingMessage) => {
    if (request.method !== 'POST') return { success: true }
    const { seconds, atOnce } = JSON.parse(await text(request)) as { seconds: number; atOnce: number }
    return repeat(work, seconds, atOnce)
  }
  createServer((request, response) => {
    answer(request).then(
      (body) => {
        const bytes = Buffer.from(JSON.stringify(body))
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes)
      },
      () => response.destroy(),
    )
  }).listen(Number(process.env['API_PORT']), '127.0.0.1')
}
