import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomSecret } from '../ids.ts'
import type { Db, Tx } from './database.ts'
import { rememberSession } from './session-dialect.ts'
import { isStale, StatementError } from './statement-error.ts'

/** serialization_failure and deadlock_detected: the server rolled back, and the same work may succeed now. */
const worthRetrying = new Set(['40001', '40P01'])
const mostAttempts = 12

/** Up to 5, 10, 20 … 80 ms, so that those who met do not meet again. */
const pauseMs = (attempt: number): number => ((randomSecret(1)[0] as number) / 256) * 5 * 2 ** Math.min(attempt, 4)

interface Surroundings {
  open: boolean
  /** A statement of it turned out to have been prepared before a migration. */
  isStale: boolean
  /** Statements that are sent together with the commit. */
  last: Promise<unknown>[]
  /** What follows once it is over. */
  after: ((isCommitted: boolean) => void)[]
  isCommitted: boolean
}

const around = new AsyncLocalStorage<Surroundings>()

/** Tells from now on whether the transaction that the caller runs in is still open. */
export function isInTransaction(): () => boolean {
  const transaction = around.getStore()
  return () => transaction?.open ?? false
}

/**
 * Has the commit of the transaction that the caller runs in not wait for this prepared statement, which has been begun:
 * both travel together. When it fails, the transaction fails with it.
 */
export function sendWithCommit(statement: Promise<unknown>): void {
  statement.catch(() => undefined) // the end of the transaction tells
  around.getStore()?.last.push(statement)
}

/**
 * Does something as soon as the transaction that the caller runs in is over, whichever way, and at once outside of one. It
 * does not throw. Where the answer to the commit is lost, it is told that nothing was committed, which may be wrong.
 */
export function afterTransaction(act: (isCommitted: boolean) => void): void {
  const transaction = around.getStore()
  if (transaction?.open) transaction.after.push(act)
  else act(true)
}

/** Whether statements of the transaction that the caller runs in may be prepared ones. */
export const mayUsePrepared = (): boolean => around.getStore()?.isStale !== true

/**
 * Runs work in one transaction: all of it is kept, or nothing. It may run more than once, when others got in its way
 * (serialization failures and deadlocks) or a migration did, so what it does besides statements on `tx` must bear that.
 * Read committed unless said otherwise.
 * @throws what the work throws; StatementError when others still got in the way after 12 attempts; Unavailable
 */
export async function inTransaction<T>(
  db: Db,
  work: (tx: Tx) => Promise<T>,
  { isolation }: { isolation?: 'serializable' } = {},
): Promise<T> {
  let hasStale = false
  for (let attempt = 1; ; attempt += 1) {
    const transaction: Surroundings = { open: true, isStale: hasStale, last: [], after: [], isCommitted: false }
    try {
      const builder = db.transaction()
      const result = await (isolation ? builder.setIsolationLevel(isolation) : builder).execute(async (tx) => {
        await rememberSession(tx)
        return around.run(transaction, () => work(tx as Tx))
      })
      transaction.isCommitted = true
      return result
    } catch (thrown) {
      const failed = (await Promise.allSettled(transaction.last)).find(({ status }) => status === 'rejected')
      const error: unknown = failed ? (failed as PromiseRejectedResult).reason : thrown
      const again = isStale(error) ? !hasStale : error instanceof StatementError && worthRetrying.has(error.code)
      hasStale ||= isStale(error)
      if (!again || attempt === mostAttempts) throw error
    } finally {
      transaction.open = false
      for (const act of transaction.after) act(transaction.isCommitted)
    }
    await sleep(pauseMs(attempt - 1))
  }
}
