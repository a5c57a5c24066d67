import type { Readable } from 'node:stream'
import { importProblems } from './import-problems.ts'

interface Limits {
  mostBytes: number
  /** Without any bytes for so long, the connection is cut. */
  longestPauseMs: number
}

/**
 * The bytes of a request as they come. When they are not all wanted, the rest is thrown away as it comes, so that the
 * sender learns why.
 * @throws import.too_large, import.abandoned when the sender has gone or says nothing more
 */
export async function* readBody(body: Readable, { mostBytes, longestPauseMs }: Limits): AsyncGenerator<Uint8Array> {
  const pieces = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array, undefined>
  let size = 0
  try {
    for (;;) {
      const timer = setTimeout(() => body.destroy(), longestPauseMs)
      const next = await pieces
        .next()
        .catch(() => {
          throw importProblems.abandoned()
        })
        .finally(() => clearTimeout(timer))
      if (next.done) return
      size += next.value.length
      if (size > mostBytes) throw importProblems.tooLarge()
      yield next.value
    }
  } finally {
    await pieces.return?.()
    if (!body.destroyed) body.resume()
  }
}
