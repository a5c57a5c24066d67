export type MovementKind = 'inward' | 'sale' | 'return' | 'damage' | 'expiry' | 'transfer' | 'count'
export type ReservationStatus = 'held' | 'committed' | 'consumed' | 'released'

/** Units of a variant, at least one. */
export interface StockLine {
  variantId: string
  quantity: number
}

/** What of a variant can be promised, before and after a change. */
export interface AvailabilityChange {
  storeId: string
  variantId: string
  before: number
  after: number
  lowStockAt: number | null
}

export const mostLines = 200
/** Most units in a line. */
export const mostUnits = 1_000_000
/** Most units of a variant in a store; the database refuses more. */
export const mostOnHand = 100_000_000
/** From so many on, customers are not told the number. */
const mostShown = 5

export const isUnits = (value: number, least = 1): boolean =>
  Number.isInteger(value) && value >= least && value <= mostUnits

/** The units that customers are told of: 5 stands for five or more. */
export const unitsShown = (available: number): number => Math.max(0, Math.min(mostShown, available))

/** Whether a change takes what is available from over the mark of low stock to it or under it. */
export const fallsLow = ({ before, after, lowStockAt }: AvailabilityChange): boolean =>
  lowStockAt !== null && before > lowStockAt && after <= lowStockAt

const byVariant = (a: StockLine, b: StockLine) => (a.variantId < b.variantId ? -1 : 1)

/**
 * Each variant once, its quantities added up, by variant id: the order in which everybody locks levels.
 * @throws RangeError for no lines, too many, or a quantity that is no positive whole number
 */
export function mergeLines(lines: readonly StockLine[]): StockLine[] {
  if (lines.length === 0 || lines.length > mostLines)
    throw new RangeError(`1 to ${mostLines} lines are reserved at once.`)
  const units = new Map<string, number>()
  for (const { variantId, quantity } of lines) {
    if (!isUnits(quantity)) throw new RangeError('A quantity is a whole number, 1 at least.')
    units.set(variantId, (units.get(variantId) ?? 0) + quantity)
  }
  return [...units].map(([variantId, quantity]) => ({ variantId, quantity })).sort(byVariant)
}
