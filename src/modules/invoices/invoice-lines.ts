import type { Order, OrderLine } from '../orders/index.ts'
import {
  type Bill,
  type BillItem,
  type BillLine,
  type BillLineKind,
  billFound,
  feeGstBasisPoints,
  gstWithin,
} from '../pricing/index.ts'
import type { DocumentLine, TaxAmounts } from './document.ts'

/** What a fee is for, by the services accounting code of GST. */
const feeCodes: Partial<Record<BillLineKind, string>> = {
  deliveryFee: '996813', // local delivery
  surgeFee: '996813',
  lateNightFee: '996813',
  handlingCharge: '998540', // packaging
  smallCartFee: '999799', // other services
}

/** As a bill rounds it, for each item and each fee: two equal halves, each half-up. Of no rate there is no tax. */
function amountsOf(totalPaise: number, gstBasisPoints: number): TaxAmounts & { gstBasisPoints: number } {
  const { cgstPaise, sgstPaise } = gstWithin(totalPaise, gstBasisPoints)
  return { gstBasisPoints, taxablePaise: totalPaise - cgstPaise - sgstPaise, cgstPaise, sgstPaise, totalPaise }
}

/** By the rate that the goods were ordered with: the bill has none where the seller was not registered then. */
function goodsLine(line: OrderLine, item: BillItem, isTaxed: boolean): DocumentLine {
  return {
    kind: 'goods',
    code: line.hsnCode,
    description: line.name,
    pack: line.pack,
    sku: line.sku,
    quantity: item.quantity,
    unit: 'NOS',
    mrpPaise: item.mrpPaise,
    pricePaise: item.pricePaise,
    discountPaise: item.couponPaise,
    ...amountsOf(item.payablePaise, isTaxed ? line.gstBasisPoints : 0),
  }
}

function feeLine({ kind, label, amountPaise }: BillLine, feeBasisPoints: number): DocumentLine[] {
  const code = feeCodes[kind]
  if (code === undefined || amountPaise === 0) return []
  return [
    {
      kind: 'fee',
      code,
      description: label,
      pack: null,
      sku: null,
      quantity: 1,
      unit: 'OTH',
      mrpPaise: null,
      pricePaise: amountPaise,
      discountPaise: 0,
      ...amountsOf(amountPaise, feeBasisPoints),
    },
  ]
}

/** The bill of what was found of an order, as pricing has it. */
const foundBill = ({ bill, lines }: Order): Bill =>
  billFound(bill, new Map(lines.map(({ variantId, foundQuantity }) => [variantId, foundQuantity])))

/**
 * What an order comes to: what was found of it, line by line, then the fees, and the tip apart. Whether it is taxed is for
 * who issues to say, whatever the bill says that was ordered by; the totals are the same either way.
 */
export function chargesOf(
  order: Order,
  { isTaxed }: { isTaxed: boolean },
): { lines: DocumentLine[]; tipPaise: number } {
  const bill = foundBill(order)
  const items = new Map(bill.items.map((item) => [item.variantId, item]))
  const goods = order.lines.flatMap((line) => {
    const item = items.get(line.variantId)
    return item ? [goodsLine(line, item, isTaxed)] : []
  })
  const feeBasisPoints = isTaxed ? (bill.tax.fees?.gstBasisPoints ?? feeGstBasisPoints) : 0
  const fees = bill.lines.flatMap((line) => feeLine(line, feeBasisPoints))
  return { lines: [...goods, ...fees], tipPaise: bill.lines.find(({ kind }) => kind === 'tip')?.amountPaise ?? 0 }
}
