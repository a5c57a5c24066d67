import type { Writable } from 'node:stream'

/** Writes to a stream. What went wrong, if anything; resolves when the stream has worked on it. */
function written(stream: Writable, bytes?: Buffer): Promise<Error | null | undefined> {
  const { promise, resolve } = Promise.withResolvers<Error | null | undefined>()
  if (bytes) stream.write(bytes, resolve)
  else stream.once('error', resolve).end(() => resolve(undefined))
  return promise
}

/**
 * Has a parser work on bytes, piece by piece, and yields what it has put into `found` meanwhile. It gets the next piece
 * when that has been taken, and what it found before it failed is not lost.
 * @throws what the parser fails with
 */
export async function* passThrough<T>(
  source: AsyncIterable<Buffer>,
  parser: Writable,
  found: T[],
): AsyncGenerator<T, void> {
  parser.on('error', () => undefined)
  for await (const bytes of source) {
    const failure = await written(parser, bytes)
    yield* found.splice(0)
    if (failure) throw failure
  }
  const failure = await written(parser)
  yield* found.splice(0)
  if (failure) throw failure
}
