import {
  type Applied,
  type Fault,
  integer,
  type Numbered,
  optional,
  type RowOf,
  required,
  text,
} from '../imports/index.ts'
import { type Category, type CategoryContent, deepest } from './category.ts'
import type { Seen } from './import-seen-queries.ts'
import { imageUrlText, slugText } from './product-cells.ts'

/** Parents stand before what is below them, or are there already. */
export const categoryCells = {
  slug: required({ name: 'slug', description: 'What a row is known by.', example: 'milk' }, slugText),
  name: required({ name: 'name', description: 'As it is shown.', example: 'Milk' }, text({ longest: 80 })),
  parent: optional(
    { name: 'parent', description: 'The slug of the one above; none for the first level.', example: 'dairy' },
    slugText,
  ),
  position: optional(
    { name: 'position', description: 'Among those of one parent, the lowest first.', example: '1' },
    integer({ minimum: 0, maximum: 1_000_000 }),
  ),
  imageUrl: optional(
    { name: 'image_url', description: 'Its picture.', example: 'https://img.shop.example/milk.jpg' },
    imageUrlText,
  ),
}

export type CategoryRow = RowOf<typeof categoryCells>

type Known = Pick<Category, 'id' | 'depth' | 'archivedAt'> & CategoryContent

export interface CategoryPlan {
  applied: Applied
  /** Parents first. */
  added: { id: string; depth: number; content: CategoryContent }[]
  changed: { id: string; content: CategoryContent; isFoundOtherwise: boolean }[]
  seen: Map<string, Seen>
}

export const slugKey = (slug: string): string => `category ${slug}`

function* faultsOf(
  row: CategoryRow,
  { own, parent, before }: { own: Known | undefined; parent: Known | undefined; before: Seen | undefined },
): Generator<Fault> {
  if (before) yield { column: 'slug', reason: `is in line ${before.line} already` }
  if (own?.archivedAt) yield { column: 'slug', reason: 'this category is archived: bring it back first' }
  if (row.parent === undefined) return
  if (!parent) yield { column: 'parent', reason: 'there is no category with this slug, here or in a line before' }
  else if (parent.archivedAt) yield { column: 'parent', reason: 'this category is archived' }
  else if (own && parent.depth !== own.depth - 1)
    yield {
      column: 'parent',
      reason: 'a category stays as deep as it is: this parent is not as deep as the one so far',
    }
  else if (parent.depth >= deepest) yield { column: 'parent', reason: `categories are at most ${deepest} levels deep` }
}

/** What has to be written for rows to be so, and which of them cannot be. Ids come in. */
export function planCategories(
  rows: readonly Numbered<CategoryRow>[],
  { categories, seen: before }: { categories: readonly Category[]; seen: ReadonlyMap<string, Seen> },
  newCategoryId: () => string,
): CategoryPlan {
  const bySlug = new Map<string, Known>(categories.map((category) => [category.slug, category]))
  const seen = new Map<string, Seen>()
  const faults: (Fault & { line: number })[] = []
  const added: CategoryPlan['added'] = []
  const changed: CategoryPlan['changed'] = []
  let unchanged = 0
  for (const { line, row } of rows) {
    const own = bySlug.get(row.slug)
    const parent = row.parent === undefined ? undefined : bySlug.get(row.parent)
    const key = slugKey(row.slug)
    const wrong = [...faultsOf(row, { own, parent, before: before.get(key) ?? seen.get(key) })]
    faults.push(...wrong.map((fault) => ({ ...fault, line })))
    if (wrong.length > 0) continue
    seen.set(key, { line, given: {} })
    const content: CategoryContent = {
      slug: row.slug,
      name: row.name,
      parentId: parent?.id ?? own?.parentId ?? null,
      position: row.position ?? own?.position ?? 0,
      imageUrl: row.imageUrl ?? own?.imageUrl ?? null,
    }
    const isFoundOtherwise = own?.name !== content.name || own.parentId !== content.parentId
    const category = own ?? { id: newCategoryId(), depth: (parent?.depth ?? 0) + 1, archivedAt: null }
    bySlug.set(row.slug, { ...category, ...content })
    if (!own) added.push({ id: category.id, depth: category.depth, content })
    else if (isFoundOtherwise || own.position !== content.position || own.imageUrl !== content.imageUrl)
      changed.push({ id: own.id, content, isFoundOtherwise })
    else unchanged += 1
  }
  return { applied: { created: added.length, changed: changed.length, unchanged, faults }, added, changed, seen }
}
