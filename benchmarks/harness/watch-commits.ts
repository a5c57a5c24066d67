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
  const commits: Promise<number>[] = []
  const commit = async (): Promise<number> => {
    const startedAt = performance.now()
    await client.query({ name: 'watched-commit', text: 'insert into watched_commits values (now())' })
    return performance.now() - startedAt
  }
  const timer = setInterval(() => commits.push(commit()), 1000 / perSecond)
  return {
    async stop() {
      clearInterval(timer)
      try {
        return await Promise.all(commits)
      } finally {
        await client.end()
      }
    },
  }
}
