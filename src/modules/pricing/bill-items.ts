import { proportion } from '../../platform/money.ts'
import type { BillItem, PricedLine } from './bill.ts'
import { gstWithin } from './gst.ts'

function assertSound(lines: readonly PricedLine[]): void {
  if (new Set(lines.map(({ variantId }) => variantId)).size < lines.length) throw new RangeError('a variant twice')
  for (const { quantity, mrpPaise, pricePaise, gstBasisPoints } of lines) {
    if (![quantity, mrpPaise, pricePaise, gstBasisPoints].every((each) => Number.isSafeInteger(each) && each >= 0))
      throw new RangeError('quantities, prices and rates are whole numbers, and none is negative')
    if (quantity === 0) throw new RangeError('a line without a unit')
    if (pricePaise > mrpPaise) throw new RangeError('a price above its MRP')
  }
}

/**
 * Shares a discount over amounts in proportion, so that the shares add up to it and none is more than its amount: each
 * is what the rounded sum grows by.
 */
function shareOut(discount: number, amounts: readonly number[]): number[] {
  const total = amounts.reduce((sum, each) => sum + each, 0)
  let amountSoFar = 0
  let sharedSoFar = 0
  return amounts.map((amount) => {
    amountSoFar += amount
    const shared = total === 0 ? 0 : proportion(discount, amountSoFar, total)
    const share = shared - sharedSoFar
    sharedSoFar = shared
    return share
  })
}

/** Lines as items of a bill, in their order, with what of a discount falls on each. The shares go by the variants' ids. */
export function itemsOf(lines: readonly PricedLine[], discountPaise: number): BillItem[] {
  assertSound(lines)
  const totals = new Map(lines.map((line) => [line.variantId, line.pricePaise * line.quantity]))
  const ids = [...totals.keys()].sort()
  const amounts = ids.map((id) => totals.get(id) ?? 0)
  const shares = shareOut(
    Math.min(
      discountPaise,
      amounts.reduce((sum, each) => sum + each, 0),
    ),
    amounts,
  )
  const couponOf = new Map(ids.map((id, at) => [id, shares[at] ?? 0]))
  return lines.map((line) => itemOf(line, couponOf.get(line.variantId) ?? 0))
}

function itemOf(
  { variantId, quantity, mrpPaise, pricePaise, gstBasisPoints }: PricedLine,
  couponPaise: number,
): BillItem {
  const totalPaise = pricePaise * quantity
  const payablePaise = totalPaise - couponPaise
  const gst = gstWithin(payablePaise, gstBasisPoints)
  const price = { variantId, quantity, mrpPaise, pricePaise, totalPaise }
  return { ...price, couponPaise, payablePaise, gstBasisPoints, ...gst }
}

/**
 * An item as it was billed, with no more units than were found: what is payable of it now. It depends on the item as it was
 * billed and on how many are left, not on the way there, so what is given back step by step is what is given back at
 * once; all of it when none is left.
 * @throws RangeError for more units than were billed
 */
export function withUnits(billed: BillItem, quantity: number): BillItem {
  if (!(Number.isInteger(quantity) && quantity >= 0 && quantity <= billed.quantity))
    throw new RangeError('as many units as were billed, or fewer')
  return itemOf({ ...billed, quantity }, proportion(billed.couponPaise, quantity, billed.quantity))
}
