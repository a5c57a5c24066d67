import type { OrderLine } from './orders.ts'

/** What a picker says that was found of a line. */
export interface FoundLine {
  variantId: string
  foundQuantity: number
}

/**
 * How much was found of each line; what nobody speaks of was found in full. Nothing when a line is none of the order's, comes
 * twice, or has more than was ordered.
 */
export function foundOf(lines: readonly OrderLine[], said: readonly FoundLine[]): Map<string, number> | undefined {
  const found = new Map(lines.map(({ variantId, quantity }) => [variantId, quantity]))
  const seen = new Set<string>()
  for (const { variantId, foundQuantity } of said) {
    if (seen.has(variantId) || foundQuantity > (found.get(variantId) ?? -1)) return undefined
    seen.add(variantId)
    found.set(variantId, foundQuantity)
  }
  return found
}

/** The units that are not there, by line. */
export const missingOf = (
  lines: readonly OrderLine[],
  found: ReadonlyMap<string, number>,
): { variantId: string; quantity: number }[] =>
  lines
    .map(({ variantId, quantity }) => ({ variantId, quantity: quantity - (found.get(variantId) ?? quantity) }))
    .filter(({ quantity }) => quantity > 0)

/** Whether an order was packed so. */
export const isFoundSo = (lines: readonly OrderLine[], found: ReadonlyMap<string, number>): boolean =>
  lines.every(({ variantId, foundQuantity }) => found.get(variantId) === foundQuantity)
