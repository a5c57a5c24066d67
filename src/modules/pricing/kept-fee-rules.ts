import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import { startStopwatch } from '../../platform/clock.ts'
import type { Queryable } from '../../platform/database/database.ts'
import { createFeeBook, type FeeBook } from './fee-rule.ts'
import { readActiveRules } from './fee-rule-queries.ts'

/** The topic under which changes of fee rules are noted. */
export const feeRulesTopic = 'fee-rules'

/** The fee rules of this process' memory. */
export interface KeptFeeRules {
  /**
   * As they were a second ago or later. No database is asked unless something changed, or it cannot be known that nothing
   * did; then on what the caller has, which may be a transaction. @throws Unavailable
   */
  current(on: Queryable): Promise<FeeBook>
}

/** For so long what was read is good where nobody tells of changes. */
const longestLagMs = 1000

export function createKeptFeeRules({ changes }: { changes: Pick<ChangeFeed, 'follow' | 'isCurrent'> }): KeptFeeRules {
  let kept: { book: FeeBook; told: number; sinceRead: () => number } | undefined
  /** How many changes were told. */
  let told = 0

  changes.follow(feeRulesTopic, () => {
    told += 1
  })

  return {
    async current(on) {
      if (kept?.told === told && (changes.isCurrent() || kept.sinceRead() < longestLagMs)) return kept.book
      const upTo = told // what is told while it is read may not be in it
      const sinceRead = startStopwatch()
      const book = createFeeBook(await readActiveRules(on))
      // A transaction may see what is never committed, or no more than there was when it began. Each reads for itself:
      // one that waited for another's reading would wait for the only session that the embedded database has.
      if (!on.isTransaction && upTo >= (kept?.told ?? 0)) kept = { book, told: upTo, sinceRead }
      return book
    },
  }
}
