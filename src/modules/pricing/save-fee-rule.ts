import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { editProblems } from '../../platform/http/etag.ts'
import { type IdempotentAnswer, type IdempotentRequest, idempotently } from '../../platform/idempotency/idempotently.ts'
import { newId } from '../../platform/ids.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { explainRefusal } from './explain-refusal.ts'
import { type FeeRule, type FeeRuleContent, type FeeRuleView, toFeeRuleView } from './fee-rule.ts'
import { insertRule, lockRule, updateRule } from './fee-rule-queries.ts'
import { feeRulesTopic } from './kept-fee-rules.ts'
import { feeRuleProblems } from './pricing-problems.ts'
import type { PricingTelemetry } from './pricing-telemetry.ts'

export interface SaveFeeRuleDeps {
  database: Pick<Database, 'db'>
  changes: Pick<ChangeFeed, 'note'>
  clock: Clock
  telemetry: Pick<PricingTelemetry, 'changed'>
}

export interface AddFeeRuleInput {
  content: FeeRuleContent
  once: IdempotentRequest
  actorId: string
  log: Logger
}

/** In a transaction of the caller's. */
export async function insertFeeRule(
  { changes, clock }: Pick<SaveFeeRuleDeps, 'changes' | 'clock'>,
  tx: Tx,
  content: FeeRuleContent,
): Promise<FeeRule> {
  const rule = await insertRule(tx, { id: newId('fee'), now: new Date(clock.now()), content })
  await changes.note(tx, feeRulesTopic, ['all'])
  return rule
}

/** Adds a fee rule; every instance charges by it within a second. @throws pricing.invalid, pricing.store_unknown, idempotency.* */
export async function addFeeRule(
  deps: SaveFeeRuleDeps,
  { content, once, actorId, log }: AddFeeRuleInput,
): Promise<IdempotentAnswer<{ success: true; feeRule: FeeRuleView }>> {
  try {
    const answer = await idempotently(deps, once, async (tx) => {
      const feeRule = toFeeRuleView(await insertFeeRule(deps, tx, content))
      return { status: 201, body: { success: true as const, feeRule } }
    })
    const { id } = answer.body.feeRule
    if (!answer.isReplayed) deps.telemetry.changed(log, { subject: 'fee rule', kind: 'added', id, actorId })
    return answer
  } catch (error) {
    throw explainRefusal(error)
  }
}

/** A rule that is locked in the version that somebody saw. @throws fee_rule.not_found, edit.conflict */
async function lockVersion(tx: Tx, { id, version }: { id: string; version: number }): Promise<FeeRule> {
  const rule = await lockRule(tx, id)
  if (!rule) throw feeRuleProblems.notFound()
  if (rule.version !== version) throw editProblems.conflict()
  return rule
}

export interface ChangeFeeRuleInput {
  id: string
  /** The version that it is changed from. */
  version: number
  /** What is absent stays. */
  change: Partial<FeeRuleContent>
  /** Brings an archived rule back. */
  archived?: false
  actorId: string
  log: Logger
}

/** @throws fee_rule.not_found, edit.conflict, pricing.invalid, pricing.store_unknown */
export async function changeFeeRule(
  { database, changes, clock, telemetry }: SaveFeeRuleDeps,
  { id, version, change, archived, actorId, log }: ChangeFeeRuleInput,
): Promise<FeeRule> {
  const now = new Date(clock.now())
  try {
    const changed = await inTransaction(database.db, async (tx) => {
      const before = await lockVersion(tx, { id, version })
      const archivedAt = archived === false ? null : before.archivedAt
      const rule = await updateRule(tx, { id, now, content: { ...before, ...change }, archivedAt })
      await changes.note(tx, feeRulesTopic, ['all'])
      return rule
    })
    telemetry.changed(log, { subject: 'fee rule', kind: 'changed', id, actorId })
    return changed
  } catch (error) {
    throw explainRefusal(error)
  }
}

/** Archives a rule: nothing is charged by it any more. One that is archived stays as it is. @throws fee_rule.not_found, edit.conflict */
export async function archiveFeeRule(
  { database, changes, clock, telemetry }: SaveFeeRuleDeps,
  { id, version, actorId, log }: Omit<ChangeFeeRuleInput, 'change' | 'archived'>,
): Promise<void> {
  const now = new Date(clock.now())
  const isNew = await inTransaction(database.db, async (tx) => {
    const before = await lockVersion(tx, { id, version })
    if (before.archivedAt) return false
    await updateRule(tx, { id, now, content: before, archivedAt: now })
    await changes.note(tx, feeRulesTopic, ['all'])
    return true
  })
  if (isNew) telemetry.changed(log, { subject: 'fee rule', kind: 'archived', id, actorId })
}
