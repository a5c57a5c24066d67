import { HttpConnection } from './http-connection.ts'

/** Milliseconds that each part of one operation took, by name. */
export type Parts = Readonly<Record<string, number>>

/** One piece of work on a connection. @throws for every answer that is not the right one */
export type Operation = (connection: HttpConnection) => Promise<Parts>

export interface Load {
  port: number
  connections: number
  operation: Operation
  /** Until when: for so long, or so many operations, whichever ends first. */
  seconds?: number
  operations?: number
}

export interface Recording {
  seconds: number
  /** Right ones only. */
  operations: number
  errors: number
  /** What the first error said. */
  firstError?: string
  /** Milliseconds of each right operation. */
  durations: number[]
  /** The same for its parts. */
  parts: Record<string, number[]>
  /** CPU time of the load, this process, as a share of one core. */
  loadShare: number
}

/**
 * Closed loop: every connection begins its next operation when the one before is answered, and each that has begun
 * is waited for. Wrong answers and broken connections are errors, never work.
 */
export async function drive({
  port,
  connections,
  operation,
  seconds = Infinity,
  operations = Infinity,
}: Load): Promise<Recording> {
  const durations: number[] = []
  const parts: Record<string, number[]> = {}
  let begun = 0
  let errors = 0
  let firstError: string | undefined

  const opened = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(port)))
  const cpu = process.cpuUsage()
  const start = performance.now()
  const end = start + seconds * 1000

  async function loop(first: HttpConnection): Promise<void> {
    let connection = first
    while (begun < operations) {
      const startedAt = performance.now()
      if (startedAt >= end) break
      begun += 1
      try {
        if (!connection.isOpen) connection = await HttpConnection.open(port)
        const took = await operation(connection)
        durations.push(performance.now() - startedAt)
        for (const [name, ms] of Object.entries(took)) {
          parts[name] ??= []
          parts[name].push(ms)
        }
      } catch (error) {
        errors += 1
        firstError ??= error instanceof Error ? error.message : String(error)
      }
    }
    connection.close()
  }
  await Promise.all(opened.map(loop))

  const elapsedMs = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  return {
    seconds: elapsedMs / 1000,
    operations: durations.length,
    errors,
    ...(firstError !== undefined && { firstError }),
    durations,
    parts,
    loadShare: (user + system) / 1000 / elapsedMs,
  }
}
