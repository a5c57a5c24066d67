import type { Database } from '../../platform/database/database.ts'
import { type PageRequest, pageOf } from '../../platform/http/pagination.ts'
import type { FeeRule } from './fee-rule.ts'
import { type FeeRuleFilter, listRules, readRule } from './fee-rule-queries.ts'
import { feeRuleProblems } from './pricing-problems.ts'

/** By kind and position, page by page. */
export async function listFeeRules(
  { database }: { database: Pick<Database, 'db'> },
  { filter, page }: { filter: FeeRuleFilter; page: PageRequest },
): Promise<{ items: readonly FeeRule[]; nextCursor: string | null }> {
  const place = { limit: page.limit + 1, ...(page.after && { after: page.after }) }
  const rules = await listRules(database.db, filter, place)
  return pageOf(rules, page, ({ kind, position, id }) => [kind, String(position), id])
}

/** An archived one too. @throws fee_rule.not_found */
export async function seeFeeRule(
  { database }: { database: Pick<Database, 'db'> },
  { id }: { id: string },
): Promise<FeeRule> {
  const rule = await readRule(database.db, id)
  if (!rule) throw feeRuleProblems.notFound()
  return rule
}
