import { isUnits, mostUnits } from './stock.ts'

export const adjustmentKinds = ['inward', 'damage', 'expiry', 'count', 'return'] as const
export type AdjustmentKind = (typeof adjustmentKinds)[number]

/** What pickers may report, who otherwise only look. */
export const kindsForPickers: readonly AdjustmentKind[] = ['damage', 'expiry']

/** A line as an operator wrote it. */
export interface AdjustmentLine {
  variantId?: string
  sku?: string
  quantity: number
}

export interface FaultyLine {
  /** The first is 1. */
  line: number
  reason: string
}

/** What is wrong with lines as they are written, whatever there is in the catalogue. A count may find nothing. */
export function faultsOf(lines: readonly AdjustmentLine[], kind: AdjustmentKind | 'transfer'): FaultyLine[] {
  const least = kind === 'count' ? 0 : 1
  return lines.flatMap(({ variantId, sku, quantity }, index) => {
    const line = index + 1
    if ((variantId === undefined) === (sku === undefined)) return [{ line, reason: 'Name either variantId or sku.' }]
    if (!isUnits(quantity, least))
      return [{ line, reason: `The quantity must be a whole number from ${least} to ${mostUnits}.` }]
    return []
  })
}

/** Goods come in, or go. A count says how many there are, and has no sign. */
export const signedQuantity = (kind: AdjustmentKind, quantity: number): number =>
  kind === 'damage' || kind === 'expiry' ? -quantity : quantity

/** A line whose variant is known. */
export interface KnownLine {
  line: number
  variantId: string
  sku: string
  quantity: number
}

/** Lines of one variant as one, under the number of the first. */
export function mergeKnown(lines: readonly KnownLine[]): KnownLine[] {
  const merged = new Map<string, KnownLine>()
  for (const line of lines) {
    const known = merged.get(line.variantId)
    merged.set(line.variantId, known ? { ...known, quantity: known.quantity + line.quantity } : line)
  }
  return [...merged.values()]
}

/** Lines that count what another has counted: nobody can tell which is right. */
export function repeatedIn(lines: readonly KnownLine[]): FaultyLine[] {
  const first = new Map<string, number>()
  return lines.flatMap(({ line, variantId }) => {
    const before = first.get(variantId)
    if (before === undefined) first.set(variantId, line)
    return before === undefined ? [] : [{ line, reason: `Line ${before} counts the same.` }]
  })
}
