import type { CommandResponse, PgBoss } from 'pg-boss'
import { Unavailable } from '../unavailable.ts'

/** One attempt of a job, which nobody else has any more once another began. */
export interface Claim {
  id: string
  retryCount: number
}

/** Writes down how attempts at jobs of one kind went. Each says whether the job was still ours. */
export interface Settling {
  /** Together with others that end at the same time. @throws Unavailable; StatementError */
  complete(claim: Claim): Promise<boolean>
  /** At once. @throws Unavailable; StatementError */
  fail(claim: Claim, reason: string): Promise<boolean>
}

/** What pg-boss answers, of which its types tell nothing. */
export const settledOf = (response: CommandResponse): string[] => (response as { settled: string[] }).settled

/** So long what is done may wait for others. A process that dies meanwhile has its job done twice, as always. */
const gatherMs = 50

interface Waiting {
  claim: Claim
  resolve(isOurs: boolean): void
  reject(error: unknown): void
}

export function createSettling(boss: Pick<PgBoss, 'complete' | 'fail'>, name: string): Settling {
  let waiting: Waiting[] = []

  async function completeTogether(all: readonly Waiting[]): Promise<void> {
    const claims = all.map(({ claim }) => claim)
    const settled = new Set(settledOf(await boss.complete(name, claims)))
    for (const { claim, resolve } of all) resolve(settled.has(claim.id))
  }

  async function completeAll(): Promise<void> {
    const all = waiting
    waiting = []
    try {
      await completeTogether(all)
    } catch (error) {
      // What the database refuses of many, such as by a deadlock, it may take one by one.
      const isWorthIt = all.length > 1 && !(error instanceof Unavailable)
      for (const each of all)
        if (isWorthIt) await completeTogether([each]).catch(each.reject)
        else each.reject(error)
    }
  }

  return {
    complete(claim) {
      const { promise, resolve, reject } = Promise.withResolvers<boolean>()
      if (waiting.length === 0) setTimeout(completeAll, gatherMs)
      waiting.push({ claim, resolve, reject })
      return promise
    },
    async fail(claim, reason) {
      return settledOf(await boss.fail(name, claim, { reason })).length > 0
    },
  }
}
