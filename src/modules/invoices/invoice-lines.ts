import { proportion } from '../../platform/money.ts'
import type { Order, OrderLine } from '../orders/index.ts'
import { type Bill, type BillItem, type BillLine, type BillLineKind, billFound } from '../pricing/index.ts'
import type { DocumentLine, TaxAmounts } from './document.ts'

/** What a fee is for, by the services accounting code of GST. */
const feeCodes: Partial<Record<BillLineKind, string>> = {
  deliveryFee: '996813', // local delivery
  surgeFee: '996813',
  lateNightFee: '996813',
  handlingCharge: '998540', // packaging
  smallCartFee: '999799', // other services
}

/** Without a registration there is no tax in an amount. */
const untaxed = (totalPaise: number): TaxAmounts => ({
  taxablePaise: totalPaise,
  cgstPaise: 0,
  sgstPaise: 0,
  totalPaise,
})

function goodsLine(line: OrderLine, item: BillItem, isTaxed: boolean): DocumentLine {
  const { payablePaise: totalPaise, cgstPaise, sgstPaise } = item
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
    gstBasisPoints: isTaxed ? item.gstBasisPoints : 0,
    ...(isTaxed
      ? { taxablePaise: totalPaise - cgstPaise - sgstPaise, cgstPaise, sgstPaise, totalPaise }
      : untaxed(totalPaise)),
  }
}

/** As the bill rounds it: two equal halves, each half-up, for each fee. */
function taxedFee(totalPaise: number, gstBasisPoints: number): TaxAmounts {
  const half = proportion(totalPaise, gstBasisPoints, 2 * (10_000 + gstBasisPoints))
  return { taxablePaise: totalPaise - 2 * half, cgstPaise: half, sgstPaise: half, totalPaise }
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
      gstBasisPoints: feeBasisPoints,
      ...taxedFee(amountPaise, feeBasisPoints),
    },
  ]
}

/** The bill of what was found of an order, as pricing has it. */
const foundBill = ({ bill, lines }: Order): Bill =>
  billFound(bill, new Map(lines.map(({ variantId, foundQuantity }) => [variantId, foundQuantity])))

/** What an order comes to: what was found of it, line by line, then the fees, and the tip apart. */
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
  const feeBasisPoints = isTaxed ? (bill.tax.fees?.gstBasisPoints ?? 0) : 0
  const fees = bill.lines.flatMap((line) => feeLine(line, feeBasisPoints))
  return { lines: [...goods, ...fees], tipPaise: bill.lines.find(({ kind }) => kind === 'tip')?.amountPaise ?? 0 }
}
