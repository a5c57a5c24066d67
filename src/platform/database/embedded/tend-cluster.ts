import type { Logger } from '../../observability/logger.ts'
import type { Engine } from '../engine.ts'

const everyMs = 60_000
const roundsToVacuum = 30

/**
 * Does what a server's background processes would: a checkpoint each minute, so that a start after a kill is short, and
 * every half hour a vacuum. Returns what ends it.
 */
export function tendCluster({ connectInBackground }: Pick<Engine, 'connectInBackground'>, log: Logger): () => void {
  let round = 0
  const tend = async () => {
    round += 1
    const session = await connectInBackground()
    try {
      if (round % roundsToVacuum === 0) await session.query('vacuum (analyze)')
      await session.query('checkpoint')
    } finally {
      session.release()
    }
  }
  const timer = setInterval(() => {
    tend().catch((error: unknown) => log.error({ err: error }, 'the embedded database could not be tended'))
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
