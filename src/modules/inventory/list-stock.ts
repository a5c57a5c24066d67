import type { Database, Queryable } from '../../platform/database/database.ts'
import { wrongCursor } from '../../platform/http/explain-malformed.ts'
import { type PageRequest, pageOf } from '../../platform/http/pagination.ts'
import { type Level, readLevel, readLevels, readLowLevels } from './level-queries.ts'
import { type LevelKey, readMovements } from './movement-queries.ts'
import { stockProblems } from './stock-problems.ts'

export interface ListStockDeps {
  database: Pick<Database, 'db'>
  catalog: {
    findVariants(
      on: Queryable,
      variantIds: readonly string[],
    ): Promise<readonly { id: string; sku: string; name: string; pack: string }[]>
    findVariantIdsBySku(on: Queryable, skus: readonly string[]): Promise<ReadonlyMap<string, string>>
  }
}

/** A level with the words of its variant. */
export interface NamedLevel extends Level {
  sku: string
  name: string
  pack: string
}

async function withNames({ database, catalog }: ListStockDeps, levels: readonly Level[]): Promise<NamedLevel[]> {
  const ids = levels.map(({ variantId }) => variantId)
  const variants = new Map((await catalog.findVariants(database.db, ids)).map((variant) => [variant.id, variant]))
  return levels.map((level) => {
    const { sku = '', name = '', pack = '' } = variants.get(level.variantId) ?? {}
    return { ...level, sku, name, pack }
  })
}

export interface ListStockInput {
  storeId: string
  /** Only what is at its mark of low stock or under it, the most urgent first. */
  isLow: boolean
  sku?: string
  /** Its keys are the variant's id or, of low stock, the share that is left and the variant's id. */
  page: PageRequest
}

async function findIds(deps: ListStockDeps, sku: string): Promise<string[]> {
  return [...(await deps.catalog.findVariantIdsBySku(deps.database.db, [sku])).values()]
}

function readShare([share = '', variantId = '']: readonly string[]): { share: number; variantId: string } {
  if (!/^-?\d{1,15}$/.test(share)) throw wrongCursor()
  return { share: Number(share), variantId }
}

/** The levels of a store, by variant, or those that are low by urgency. */
export async function listStock(deps: ListStockDeps, { storeId, isLow, sku, page }: ListStockInput) {
  const variantIds = sku === undefined ? undefined : await findIds(deps, sku)
  if (variantIds?.length === 0) return { items: [], nextCursor: null }
  const wanted = { storeId, limit: page.limit + 1, ...(variantIds && { variantIds }) }
  const { db } = deps.database
  const { items, nextCursor } = isLow
    ? pageOf(
        await readLowLevels(db, { ...wanted, ...(page.after && { after: readShare(page.after) }) }),
        page,
        (level) => [String(level.share), level.variantId],
      )
    : pageOf(
        await readLevels(db, { ...wanted, ...(page.after?.[0] !== undefined && { after: page.after[0] }) }),
        page,
        ({ variantId }) => [variantId],
      )
  return { items: await withNames(deps, items), nextCursor }
}

/** @throws stock.not_found */
export async function findStock(deps: ListStockDeps, key: LevelKey): Promise<NamedLevel> {
  const level = await readLevel(deps.database.db, key)
  const [named] = level ? await withNames(deps, [level]) : []
  if (!named) throw stockProblems.notFound()
  return named
}

/** What became of the stock of a variant, the latest first. @throws stock.not_found */
export async function listMovements({ database }: Pick<ListStockDeps, 'database'>, key: LevelKey, page: PageRequest) {
  const before = page.after?.[0]
  if (before !== undefined && !/^\d{1,9}$/.test(before)) throw wrongCursor()
  if (!(await readLevel(database.db, key))) throw stockProblems.notFound()
  const movements = await readMovements(database.db, key, {
    limit: page.limit + 1,
    ...(before !== undefined && { before: Number(before) }),
  })
  return pageOf(movements, page, ({ number }) => [String(number)])
}
