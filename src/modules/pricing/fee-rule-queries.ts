import { sql } from 'kysely'
import type { Queryable, Tx } from '../../platform/database/database.ts'
import type { FeeKind } from './bill.ts'
import { type FeeRule, type FeeRuleContent, minutesOf, timeOf } from './fee-rule.ts'
import './pricing-tables.ts'

const columns = [
  'id',
  'store_id as storeId',
  'kind',
  'amount_paise as amountPaise',
  'items_from_paise as itemsFromPaise',
  'items_below_paise as itemsBelowPaise',
  'window_from as windowFrom',
  'window_to as windowTo',
  'explanation',
  'position',
  'is_active as isActive',
  'version',
  'created_at as createdAt',
  'updated_at as updatedAt',
  'archived_at as archivedAt',
] as const

const toRule = <Row extends { windowFrom: number | null; windowTo: number | null }>({
  windowFrom,
  windowTo,
  ...row
}: Row) => ({
  ...row,
  window: windowFrom === null || windowTo === null ? null : { from: timeOf(windowFrom), to: timeOf(windowTo) },
})

const contentColumns = (content: FeeRuleContent) => ({
  store_id: content.storeId,
  kind: content.kind,
  amount_paise: content.amountPaise,
  items_from_paise: content.itemsFromPaise,
  items_below_paise: content.itemsBelowPaise,
  window_from: content.window && minutesOf(content.window.from),
  window_to: content.window && minutesOf(content.window.to),
  explanation: content.explanation,
  position: content.position,
  is_active: content.isActive,
})

/** Those that may apply. */
export async function readActiveRules(on: Queryable): Promise<FeeRule[]> {
  const query = on
    .selectFrom('fee_rules')
    .select(columns)
    .where('archived_at', 'is', null)
    .where('is_active', '=', true)
  return (await query.execute()).map(toRule)
}

export interface FeeRuleFilter {
  storeId?: string
  kind?: FeeKind
  isArchived: boolean
}

/** By kind and position. */
export async function listRules(
  on: Queryable,
  { storeId, kind, isArchived }: FeeRuleFilter,
  { after, limit }: { after?: readonly string[]; limit: number },
): Promise<FeeRule[]> {
  let query = on
    .selectFrom('fee_rules')
    .select(columns)
    .where('archived_at', isArchived ? 'is not' : 'is', null)
    .orderBy('kind')
    .orderBy('position')
    .orderBy('id')
    .limit(limit)
  if (storeId !== undefined) query = query.where('store_id', '=', storeId)
  if (kind !== undefined) query = query.where('kind', '=', kind)
  if (after) query = query.where(sql<boolean>`(kind, position, id) > (${after[0]}, ${Number(after[1])}, ${after[2]})`)
  return (await query.execute()).map(toRule)
}

/** An archived one too. */
export async function readRule(on: Queryable, id: string): Promise<FeeRule | undefined> {
  const row = await on.selectFrom('fee_rules').select(columns).where('id', '=', id).executeTakeFirst()
  return row && toRule(row)
}

/** Reads a rule, an archived one too, and keeps others from changing it until the transaction ends. */
export async function lockRule(tx: Tx, id: string): Promise<FeeRule | undefined> {
  const row = await tx.selectFrom('fee_rules').select(columns).where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
  return row && toRule(row)
}

export async function insertRule(
  tx: Tx,
  { id, now, content }: { id: string; now: Date; content: FeeRuleContent },
): Promise<FeeRule> {
  const row = await tx
    .insertInto('fee_rules')
    .values({ id, ...contentColumns(content), created_at: now, updated_at: now, archived_at: null })
    .returning(columns)
    .executeTakeFirstOrThrow()
  return toRule(row)
}

export interface FeeRuleUpdate {
  id: string
  now: Date
  content: FeeRuleContent
  archivedAt: Date | null
}

/** The next version of a rule that is locked. */
export async function updateRule(tx: Tx, { id, now, content, archivedAt }: FeeRuleUpdate): Promise<FeeRule> {
  const row = await tx
    .updateTable('fee_rules')
    .set(({ eb }) => ({
      ...contentColumns(content),
      archived_at: archivedAt,
      updated_at: now,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirstOrThrow()
  return toRule(row)
}

/** Archived ones count. */
export const hasRules = async (on: Queryable): Promise<boolean> =>
  (await on.selectFrom('fee_rules').select('id').limit(1).executeTakeFirst()) !== undefined
