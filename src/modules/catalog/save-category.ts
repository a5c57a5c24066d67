import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { editProblems } from '../../platform/http/etag.ts'
import { newId } from '../../platform/ids.ts'
import type { Job } from '../../platform/queue/job.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import { categoryProblems } from './catalog-problems.ts'
import { type Category, type CategoryContent, deepest } from './category.ts'
import {
  countInCategory,
  insertCategory,
  lockCategory,
  readProductIdsBelow,
  updateCategory,
} from './category-queries.ts'
import { explainRefusal } from './explain-refusal.ts'
import { markPendingBelow } from './pending-queries.ts'
import { refreshProducts } from './refresh-products.ts'

export interface SaveCategoryDeps {
  database: Pick<Database, 'db'>
  changes: Pick<ChangeFeed, 'note'>
  queue: Pick<Queue, 'enqueue'>
  /** Refreshes what is marked as pending. */
  pendingJob: Job<object>
  clock: Clock
}

const mostAtOnce = 500

/** A category to put something into. Nobody renames, moves or archives it until the transaction ends. */
async function lockParent(tx: Tx, id: string): Promise<Category> {
  const parent = await lockCategory(tx, id, { strength: 'forShare' })
  if (!parent) throw categoryProblems.unknown()
  if (parent.archivedAt) throw categoryProblems.archived()
  return parent
}

/** @throws category.unknown, category.archived, category.too_deep, catalog.taken */
export async function addCategory(
  { changes, clock }: Pick<SaveCategoryDeps, 'changes' | 'clock'>,
  tx: Tx,
  content: CategoryContent,
): Promise<Category> {
  const parent = content.parentId === null ? undefined : await lockParent(tx, content.parentId)
  const depth = (parent?.depth ?? 0) + 1
  if (depth > deepest) throw categoryProblems.tooDeep()
  try {
    const category = await insertCategory(tx, { id: newId('cat'), depth, now: new Date(clock.now()), content })
    await changes.note(tx, 'categories', ['all'])
    return category
  } catch (error) {
    throw explainRefusal(error)
  }
}

/** Names and paths are part of what products are found by; of very many products a job takes care. */
async function refreshBelow({ changes, queue, pendingJob }: SaveCategoryDeps, tx: Tx, id: string): Promise<void> {
  const productIds = await readProductIdsBelow(tx, id, mostAtOnce + 1)
  if (productIds.length <= mostAtOnce) return refreshProducts({ changes }, tx, productIds)
  await markPendingBelow(tx, id)
  await queue.enqueue(tx, pendingJob, {}, { singletonKey: 'all' })
}

export interface ChangeCategoryInput {
  id: string
  /** The version that it is changed from. */
  version: number
  /** What is absent stays. */
  change: Partial<CategoryContent>
  /** Brings an archived category back. */
  archived?: false
}

/**
 * Changes a category. Products in it and below it are found by its new name and path when the transaction is committed,
 * or some time later when there are more than 500.
 * @throws category.not_found, edit.conflict, category.unknown, category.archived, category.depth_fixed, catalog.taken
 */
export async function changeCategory(
  deps: SaveCategoryDeps,
  { id, version, change, archived }: ChangeCategoryInput,
): Promise<Category> {
  const now = new Date(deps.clock.now())
  try {
    return await inTransaction(deps.database.db, async (tx) => {
      const parent = change.parentId ? await lockParent(tx, change.parentId) : undefined
      const before = await lockVersion(tx, { id, version })
      const content = { ...before, ...change }
      const isMoved = content.parentId !== before.parentId
      if (isMoved && parent?.depth !== before.depth - 1) throw categoryProblems.depthFixed()
      const isBack = archived === false && before.archivedAt !== null
      if (isBack && content.parentId !== null) await lockParent(tx, content.parentId)
      const archivedAt = archived === false ? null : before.archivedAt
      const after = await updateCategory(tx, { id, now, content, archivedAt })
      if (isMoved || after.name !== before.name) await refreshBelow(deps, tx, id)
      await deps.changes.note(tx, 'categories', ['all'])
      return after
    })
  } catch (error) {
    throw explainRefusal(error)
  }
}

async function lockVersion(
  tx: Tx,
  { id, version, strength }: { id: string; version: number; strength?: 'forUpdate' },
): Promise<Category> {
  const category = await lockCategory(tx, id, strength ? { strength } : {})
  if (!category) throw categoryProblems.notFound()
  if (category.version !== version) throw editProblems.conflict()
  return category
}

/**
 * Archives a category that nothing is in but what is archived. One that is archived stays as it is.
 * @throws category.not_found, edit.conflict, category.not_empty
 */
export function archiveCategory(
  { database, changes, clock }: SaveCategoryDeps,
  { id, version }: { id: string; version: number },
): Promise<void> {
  const now = new Date(clock.now())
  return inTransaction(database.db, async (tx) => {
    // So strong that whoever is putting something into it is waited for.
    const category = await lockVersion(tx, { id, version, strength: 'forUpdate' })
    if (category.archivedAt) return
    const inside = await countInCategory(tx, id)
    if (inside.categories + inside.products > 0) throw categoryProblems.notEmpty(inside)
    await updateCategory(tx, { id, now, content: category, archivedAt: now })
    await changes.note(tx, 'categories', ['all'])
  })
}
