import type { Attempt } from '../../platform/queue/job.ts'
import { Unavailable } from '../../platform/unavailable.ts'
import type { Overdue } from './expiry-queries.ts'
import type { OrdersTelemetry } from './orders-telemetry.ts'

const batch = 50

interface Ending {
  /** The next of them, those that wait longest first. */
  read(part: { after: Overdue | undefined; limit: number }): Promise<Overdue[]>
  /** In a transaction of its own. Not when it was somebody else's by then. */
  end(order: Overdue): Promise<boolean>
}

/**
 * Ends all orders whose time is over, one after the other. One that cannot be ended stops none of the others: it is told of,
 * comes again, and fails the job once the others are through. How many.
 * @throws Error when some could not be ended; Unavailable at once
 */
export async function endOverdue(
  { telemetry }: { telemetry: Pick<OrdersTelemetry, 'notEnded'> },
  { read, end }: Ending,
  { log, signal }: Pick<Attempt, 'log' | 'signal'>,
): Promise<number> {
  let ended = 0
  let failed = 0
  let overdue: Overdue[] = []
  do {
    overdue = await read({ after: overdue.at(-1), limit: batch })
    for (const order of overdue) {
      if (signal.aborted) break
      try {
        if (await end(order)) ended += 1
      } catch (error) {
        if (error instanceof Unavailable) throw error
        failed += 1
        telemetry.notEnded(log, error, order.id)
      }
    }
  } while (overdue.length === batch && !signal.aborted)
  if (failed > 0) throw new Error(`${failed} of ${failed + ended} orders whose time is over could not be ended`)
  return ended
}
