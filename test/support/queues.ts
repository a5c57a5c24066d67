import { pino } from 'pino'
import { systemClock } from '../../src/platform/clock.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { createMetrics } from '../../src/platform/observability/metrics.ts'
import type { Pressure } from '../../src/platform/pressure.ts'
import { createQueue, type Queue } from '../../src/platform/queue/queue.ts'
import { allowed } from './time-limits.ts'

export interface TestQueue extends Queue {
  /** Everything that was logged so far. */
  logged(): string
  /** The value of a metric such as `queue_attempts_total{job="a",outcome="done"}`. */
  metric(name: string): Promise<number | undefined>
}

/** A queue that looks for the jobs of others ten times a second, unless said otherwise. */
export function aQueue(
  database: Database,
  { pollSeconds = 0.1, pressure }: { pollSeconds?: number; pressure?: Pick<Pressure, 'isHigh'> } = {},
): TestQueue {
  const lines: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  const metrics = createMetrics()
  const queue = createQueue({
    database,
    settings: { inProcess: true, pollSeconds },
    clock: systemClock,
    log,
    metrics,
    ...(pressure && { pressure }),
  })
  return {
    ...queue,
    logged: () => lines.join(''),
    async metric(name) {
      const lines = (await metrics.expose()).text.split('\n')
      const line = lines.find((each) => each.startsWith(`${name} `))
      return line === undefined ? undefined : Number(line.slice(name.length))
    },
  }
}

/** Resolves when something is so; fails when it is not within the time. */
export async function until(isSo: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const deadline = Date.now() + allowed(withinMs)
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`was not so within ${allowed(withinMs)} ms: ${isSo}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
