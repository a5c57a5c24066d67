import type { Queryable } from '../../platform/database/database.ts'
import {
  type AdjustmentKind,
  type AdjustmentLine,
  faultsOf,
  type KnownLine,
  mergeKnown,
  repeatedIn,
} from './adjustment.ts'
import { stockProblems } from './stock-problems.ts'

export interface IdentifyDeps {
  catalog: {
    findVariantIdsBySku(on: Queryable, skus: readonly string[]): Promise<ReadonlyMap<string, string>>
    readSkus(on: Queryable, variantIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  }
}

const present = <T>(values: readonly (T | undefined)[]): T[] => values.filter((value) => value !== undefined)

/**
 * Finds the variants of lines. Those of one variant become one, under the number of the first; a count may name each
 * once only.
 * @throws stock.lines_invalid with every line that cannot be
 */
export async function identifyLines(
  { catalog }: IdentifyDeps,
  on: Queryable,
  lines: readonly AdjustmentLine[],
  kind: AdjustmentKind | 'transfer',
): Promise<KnownLine[]> {
  const faults = faultsOf(lines, kind)
  const faulty = new Set(faults.map(({ line }) => line))
  const sound = lines.map((line, index) => ({ ...line, line: index + 1 })).filter(({ line }) => !faulty.has(line))
  const skus = await catalog.readSkus(on, present(sound.map(({ variantId }) => variantId)))
  const ids = await catalog.findVariantIdsBySku(on, present(sound.map(({ sku }) => sku)))
  const known = sound.flatMap(({ line, quantity, ...named }) => {
    const variantId = named.sku === undefined ? named.variantId : ids.get(named.sku)
    const sku = named.sku ?? skus.get(named.variantId ?? '')
    if (variantId !== undefined && sku !== undefined) return [{ line, variantId, sku, quantity }]
    faults.push({ line, reason: 'There is no such variant.' })
    return []
  })
  if (kind === 'count') faults.push(...repeatedIn(known))
  if (faults.length > 0) throw stockProblems.linesInvalid({ lines: faults.sort((a, b) => a.line - b.line) })
  return mergeKnown(known)
}
