import type { Tx } from '../../platform/database/database.ts'
import type { KnownLine } from './adjustment.ts'
import { adjustLevels, insertLevels, type MovedLevel, type Movement } from './movement-queries.ts'
import { type ShowStockDeps, showStock } from './show-stock.ts'
import { type AvailabilityChange, mostOnHand } from './stock.ts'
import { stockProblems } from './stock-problems.ts'

/** A line with its sign; without one where it is a count. */
export interface MoveLine extends KnownLine {
  storeId: string
}

const toChange = ({
  storeId,
  variantId,
  onHand,
  reserved,
  buffer,
  change,
  lowStockAt,
}: MovedLevel): AvailabilityChange => {
  const before = onHand - reserved - buffer
  return { storeId, variantId, before, after: before + change, lowStockAt }
}

function refuse(kind: Movement['kind'], lines: readonly MoveLine[], levels: readonly MovedLevel[]): never {
  const byKey = new Map(levels.map((level) => [`${level.storeId} ${level.variantId}`, level]))
  const paired = lines.flatMap((line) => {
    const level = byKey.get(`${line.storeId} ${line.variantId}`)
    return level ? [{ ...line, ...level }] : []
  })
  const tooMuch = paired.filter(({ onHand, change }) => onHand + change > mostOnHand)
  if (tooMuch.length > 0) {
    const reason = `There would be more than ${mostOnHand} of it.`
    throw stockProblems.linesInvalid({ lines: tooMuch.map(({ line }) => ({ line, reason })) })
  }
  const short = paired
    .filter(({ onHand, change, reserved }) => onHand + change < reserved)
    .map(({ line, variantId, sku, quantity, onHand, reserved }) => ({
      line,
      variantId,
      sku,
      wanted: Math.abs(quantity),
      onHand,
      reserved,
    }))
  throw (kind === 'count' ? stockProblems.belowReserved : stockProblems.short)({ lines: short })
}

/**
 * Changes what there is, line by line with a movement each, all of it or nothing.
 * @throws stock.short, stock.below_reserved, stock.lines_invalid with every line that cannot be
 */
export async function moveStock(
  deps: ShowStockDeps,
  tx: Tx,
  lines: readonly MoveLine[],
  movement: Movement,
): Promise<MovedLevel[]> {
  await insertLevels(tx, lines, movement.now)
  const levels = await adjustLevels(tx, lines, movement)
  if (!levels.every(({ isDone }) => isDone)) refuse(movement.kind, lines, levels)
  await showStock(deps, tx, levels.map(toChange))
  return levels
}

/** What an answer says of each line, in the order of the lines. */
export const toMovedView = (lines: readonly MoveLine[], levels: readonly MovedLevel[]) =>
  lines.flatMap(({ storeId, variantId, sku }) => {
    const level = levels.find((each) => each.storeId === storeId && each.variantId === variantId)
    if (!level) return []
    const { onHand, change, reserved, buffer } = level
    return [
      { variantId, sku, change, onHand: onHand + change, reserved, available: onHand + change - reserved - buffer },
    ]
  })
