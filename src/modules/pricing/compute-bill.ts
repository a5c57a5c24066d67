import {
  type Bill,
  type BillFee,
  type BillInput,
  type BillItem,
  type BillLine,
  type BillLineKind,
  billLineKinds,
  type PricedLine,
  type TaxPart,
} from './bill.ts'
import { itemsOf } from './bill-items.ts'
import { feeGstBasisPoints, gstWithin } from './gst.ts'

const labels: Readonly<Record<BillLineKind, string>> = {
  itemTotal: 'Item total',
  productDiscount: 'Discount on MRP',
  coupon: 'Coupon',
  deliveryFee: 'Delivery fee',
  handlingCharge: 'Handling charge',
  smallCartFee: 'Small cart fee',
  surgeFee: 'Surge fee',
  lateNightFee: 'Late-night fee',
  tip: 'Tip for the rider',
}

const sumOf = <T>(all: readonly T[], amountOf: (each: T) => number): number =>
  all.reduce((sum, each) => sum + amountOf(each), 0)

/** Tax that was rounded part by part is added up, not calculated again: so it is what the parts say. */
function taxOf(gstBasisPoints: number, parts: readonly (Pick<BillItem, 'payablePaise'> & Halves)[]): TaxPart {
  const cgstPaise = sumOf(parts, (part) => part.cgstPaise)
  const sgstPaise = sumOf(parts, (part) => part.sgstPaise)
  const taxablePaise = sumOf(parts, (part) => part.payablePaise) - cgstPaise - sgstPaise
  return { gstBasisPoints, taxablePaise, cgstPaise, sgstPaise }
}

type Halves = Pick<BillItem, 'cgstPaise' | 'sgstPaise'>

const noTax = (): Bill['tax'] => ({ goods: [], fees: null, cgstPaise: 0, sgstPaise: 0 })

function totalTax(items: readonly BillItem[], fees: readonly BillFee[]): Bill['tax'] {
  const byRate = [...Map.groupBy(items, (item) => item.gstBasisPoints)].sort(([a], [b]) => a - b)
  const goods = byRate.map(([rate, parts]) => taxOf(rate, parts))
  const charged = fees
    .filter(({ amountPaise }) => amountPaise > 0)
    .map(({ amountPaise }) => ({ payablePaise: amountPaise, ...gstWithin(amountPaise, feeGstBasisPoints) }))
  const ofFees = charged.length > 0 ? taxOf(feeGstBasisPoints, charged) : null
  const all = ofFees ? [...goods, ofFees] : goods
  return {
    goods,
    fees: ofFees,
    cgstPaise: sumOf(all, (part) => part.cgstPaise),
    sgstPaise: sumOf(all, (part) => part.sgstPaise),
  }
}

/** What stands in a bill beside its items, and is as it is whatever they are. */
export interface BillExtras {
  fees: readonly BillFee[]
  couponExplanation: string | null
  tipPaise: number
  isTaxed: boolean
}

/** The bill of items that are priced already; where it names no tax, they have no rate. */
export function billOf(items: BillItem[], { fees, couponExplanation, tipPaise, isTaxed }: BillExtras): Bill {
  const atMrp = sumOf(items, (item) => item.mrpPaise * item.quantity)
  const discount = atMrp - sumOf(items, (item) => item.totalPaise)
  const coupon = sumOf(items, (item) => item.couponPaise)
  const amounts = new Map<BillLineKind, Pick<BillLine, 'amountPaise' | 'explanation'>>([
    ['itemTotal', { amountPaise: atMrp, explanation: discount > 0 ? 'At MRP' : null }],
  ])
  if (discount > 0) amounts.set('productDiscount', { amountPaise: -discount, explanation: null })
  if (coupon > 0) amounts.set('coupon', { amountPaise: -coupon, explanation: couponExplanation })
  for (const { kind, ...fee } of fees) amounts.set(kind, fee)
  if (tipPaise > 0) amounts.set('tip', { amountPaise: tipPaise, explanation: null })
  const lines = billLineKinds.flatMap((kind) => {
    const amount = amounts.get(kind)
    return amount ? [{ kind, label: labels[kind], ...amount }] : []
  })
  return {
    lines,
    items,
    toPayPaise: sumOf(lines, (line) => line.amountPaise),
    savingsPaise: discount + coupon,
    tax: isTaxed ? totalTax(items, fees) : noTax(),
  }
}

const withoutRates = (lines: readonly PricedLine[]): PricedLine[] =>
  lines.map((line) => ({ ...line, gstBasisPoints: 0 }))

const isAmount = (paise: number): boolean => Number.isSafeInteger(paise) && paise >= 0

/**
 * What lines cost with fees, coupon and tip. Its lines add up to what is to be paid, and the items to their part of it, to the
 * paisa; tax is rounded half-up for each item and each fee. In whatever order lines come, each costs the same. Of no
 * lines nothing is charged.
 * @throws RangeError for a price above its MRP, and for amounts and quantities that are none
 */
export function computeBill({ lines, fees, coupon, tipPaise, isTaxed }: BillInput): Bill {
  if (new Set(fees.map(({ kind }) => kind)).size < fees.length) throw new RangeError('two fees of one kind')
  if (![tipPaise, coupon?.discountPaise ?? 0, ...fees.map(({ amountPaise }) => amountPaise)].every(isAmount))
    throw new RangeError('amounts are whole paise, and none is negative')
  const items = itemsOf(isTaxed ? lines : withoutRates(lines), coupon?.discountPaise ?? 0)
  if (items.length === 0) return billOf([], { fees: [], couponExplanation: null, tipPaise: 0, isTaxed })
  return billOf(items, { fees, couponExplanation: coupon?.explanation ?? null, tipPaise, isTaxed })
}
