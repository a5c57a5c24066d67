import type { Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { hasAnyRole } from '../accounts/index.ts'
import { type Applied, columnsOf, type ImportKind, type Numbered, readCells } from '../imports/index.ts'
import { insertCategory, listCategories, updateCategory } from './category-queries.ts'
import { type CategoryRow, categoryCells, planCategories, slugKey } from './category-rows.ts'
import { readSeen, writeSeen } from './import-seen-queries.ts'
import { markPendingBelow } from './pending-queries.ts'
import { type RefreshDeps, type RefreshPendingDeps, refreshOwnPending, refreshPending } from './refresh-products.ts'

async function apply(
  { changes }: RefreshDeps,
  tx: Tx,
  { rows, now }: { rows: readonly Numbered<CategoryRow>[]; now: Date },
): Promise<Applied> {
  const seen = await readSeen(
    tx,
    rows.map(({ row }) => slugKey(row.slug)),
  )
  const categories = await listCategories(tx, { withArchived: true })
  const plan = planCategories(rows, { categories, seen }, () => newId('cat'))
  // There are some hundreds of them, so one statement each is no burden.
  for (const each of plan.added) await insertCategory(tx, { ...each, now })
  for (const { id, content, isFoundOtherwise } of plan.changed) {
    await updateCategory(tx, { id, now, content, archivedAt: null })
    if (isFoundOtherwise) await markPendingBelow(tx, id)
  }
  if (plan.seen.size > 0) await writeSeen(tx, plan.seen)
  if (plan.added.length + plan.changed.length > 0) await changes.note(tx, 'categories', ['all'])
  return plan.applied
}

/** In the order of the levels, so that parents come first. */
function* byLevel<C extends { depth: number }>(categories: readonly C[]): Generator<C> {
  for (let depth = 1; depth <= 3; depth += 1) yield* categories.filter((category) => category.depth === depth)
}

/** Categories, by slug. What is in those that are renamed or moved is marked as pending, as by products. */
export const categoryKind = (deps: RefreshPendingDeps): ImportKind<CategoryRow> => ({
  name: 'categories',
  columns: columnsOf(categoryCells),
  mayBeUsedBy: (caller) => hasAnyRole(caller, ['admin']),
  read: (record) => readCells(categoryCells, record),
  apply: (tx, rows, { now }) => apply(deps, tx, { rows, now }),
  conclude: (tx) => refreshOwnPending(deps, tx),
  afterwards: () => refreshPending(deps),
  async *export({ background }) {
    const categories = await listCategories(background, { withArchived: false })
    const slugs = new Map(categories.map(({ id, slug }) => [id, slug]))
    for (const { slug, name, parentId, position, imageUrl } of byLevel(categories))
      yield { slug, name, parent: parentId === null ? null : slugs.get(parentId), position, image_url: imageUrl }
  },
})
