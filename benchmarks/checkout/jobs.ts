import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import type { BenchDatabase } from '../harness/postgres-databases.ts'

const pollPauseMs = 100
const longestMs = 60_000

/** Jobs of what was done: those that come by the clock have nothing in them. */
const waiting = `
  select count(*)::int as count from pgboss.job
  where state in ('created', 'retry', 'active') and data <> '{}'::jsonb and start_after < now() + interval '1 minute'`

/** Waits until all that was left for later is done. @throws when it is not after a minute */
export async function waitForJobs({ url }: Pick<BenchDatabase, 'url'>): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const begun = performance.now()
    for (;;) {
      const { rows } = await client.query<{ count: number }>(waiting)
      if (rows[0]?.count === 0) return
      if (performance.now() - begun > longestMs) throw new Error(`${rows[0]?.count} jobs are not done after a minute`)
      await pause(pollPauseMs)
    }
  } finally {
    await client.end()
  }
}
