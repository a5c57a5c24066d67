import { Client } from 'pg'
import type { BenchDatabase } from './postgres-databases.ts'

export interface WatchedCommits {
  /** Milliseconds that each commit took. Resolves when the last is there. */
  stop(): Promise<number[]>
}

/**
 * Commits a row so many times a second, in a session and a table of its own: what anything that is durable has to wait for on
 * this disk, while something else is measured.
 */
export async function watchCommits({ url }: Pick<BenchDatabase, 'url'>, perSecond: number): Promise<WatchedCommits> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query('create table watched_commits (at timestamptz not null)')
  const durations: number[] = []
  let last: Promise<void> = Promise.resolve()
  /** One after the other; who waits for the one before waits for his own too. */
  const commit = (): void => {
    const startedAt = performance.now()
    last = last.then(async () => {
      await client.query({ name: 'watched-commit', text: 'insert into watched_commits values (now())' })
      durations.push(performance.now() - startedAt)
    })
    last.catch(() => undefined) // the end tells
  }
  const timer = setInterval(commit, 1000 / perSecond)
  return {
    async stop() {
      clearInterval(timer)
      try {
        await last
        return durations
      } finally {
        await client.end()
      }
    },
  }
}
