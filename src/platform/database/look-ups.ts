import type { Session, StatementResult } from './session.ts'

/** Whoever comes last waits for so many others. */
const mostTogether = 8

interface Asked {
  sql: string
  values: readonly unknown[]
  name: string | undefined
  answer(result: Promise<StatementResult>): void
}

/**
 * Statements that are asked in one turn of the event loop go together: one session, one write, answered in their order,
 * each with an error of its own. To wake a process of PostgreSQL takes as long as it needs for a look into an index.
 */
export function createLookUps(connect: () => Promise<Session>) {
  let asked: Asked[] = []

  async function askTogether(group: readonly Asked[]): Promise<void> {
    try {
      const session = await connect()
      const results = group.map(({ sql, values, name, answer }) => {
        const result = session.query(sql, values, name)
        answer(result)
        return result
      })
      await Promise.allSettled(results)
      session.release()
    } catch (error) {
      for (const { answer } of group) answer(Promise.reject(error))
    }
  }

  function askAll(): void {
    const all = asked
    asked = []
    for (let at = 0; at < all.length; at += mostTogether) void askTogether(all.slice(at, at + mostTogether))
  }

  return (sql: string, values: readonly unknown[], name?: string): Promise<StatementResult> => {
    const { promise, resolve } = Promise.withResolvers<StatementResult>()
    if (asked.push({ sql, values, name, answer: resolve }) === 1) setImmediate(askAll)
    return promise
  }
}
