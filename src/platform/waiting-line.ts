import { Unavailable } from './unavailable.ts'

/** Lets so many do something at once. The others wait in the order of their coming. @throws Unavailable */
export interface WaitingLine {
  <T>(work: () => Promise<T>): Promise<T>
  isWaitedIn(): boolean
}

export interface WaitingLineOptions {
  /** What is waited for, for the log. */
  name: string
  atOnce: number
  mostWaiting: number
  longestWaitMs: number
}

/**
 * For what many want in the same moment and few can have at once, such as sessions of the database: who waits here takes
 * none, and is let in before those who come after him. Whoever finds the line too long, or waits too long, is turned away.
 */
export function createWaitingLine({ name, atOnce, mostWaiting, longestWaitMs }: WaitingLineOptions): WaitingLine {
  const waiting = new Set<() => void>()
  let inside = 0

  async function enter(): Promise<void> {
    if (inside < atOnce) {
      inside += 1
      return
    }
    if (waiting.size >= mostWaiting) throw new Unavailable(name, new Error(`${mostWaiting} wait already`))
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    waiting.add(resolve)
    const timer = setTimeout(() => {
      waiting.delete(resolve)
      reject(new Unavailable(name, new Error(`nobody was let in within ${longestWaitMs} ms`)))
    }, longestWaitMs)
    try {
      await promise
    } finally {
      clearTimeout(timer)
    }
  }

  /** The next one takes the place, so that nobody who comes meanwhile is before him. */
  function leave(): void {
    const [next] = waiting
    if (!next) {
      inside -= 1
      return
    }
    waiting.delete(next)
    next()
  }

  const line = async <T>(work: () => Promise<T>): Promise<T> => {
    await enter()
    try {
      return await work()
    } finally {
      leave()
    }
  }
  return Object.assign(line, { isWaitedIn: () => waiting.size > 0 })
}
