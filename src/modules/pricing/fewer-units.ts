import { type Bill, feeKinds } from './bill.ts'
import { withUnits } from './bill-items.ts'
import { billOf } from './compute-bill.ts'

/** Whether a bill with items says what tax is in it. One of a seller who was not registered for GST does not. */
export const namesTax = ({ tax }: Bill): boolean => tax.goods.length > 0

/**
 * A bill with no more units than were found; a variant that is not in the map has all of its units. Fees, tip and what the
 * coupon took off each unit stay, and so does whether it names tax. Taken from the bill that the order was placed with, it is
 * the same however many steps lead to it. Without any unit it is a bill of nothing.
 * @throws RangeError for more units than were billed
 */
export function billFound(billed: Bill, found: ReadonlyMap<string, number>): Bill {
  const items = billed.items
    .map((item) => withUnits(item, found.get(item.variantId) ?? item.quantity))
    .filter(({ quantity }) => quantity > 0)
  const isTaxed = namesTax(billed)
  const lineOf = (kind: string) => billed.lines.find((line) => line.kind === kind)
  if (items.length === 0) return billOf([], { fees: [], couponExplanation: null, tipPaise: 0, isTaxed })
  return billOf(items, {
    fees: feeKinds.flatMap((kind) => {
      const line = lineOf(kind)
      return line ? [{ kind, amountPaise: line.amountPaise, explanation: line.explanation }] : []
    }),
    couponExplanation: lineOf('coupon')?.explanation ?? null,
    tipPaise: lineOf('tip')?.amountPaise ?? 0,
    isTaxed,
  })
}
