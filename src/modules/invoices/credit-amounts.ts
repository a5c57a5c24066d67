import type { DocumentTotals, TaxAmounts, TaxRow } from './document.ts'
import { spread } from './spread.ts'

/** What of an invoice has not gone back yet. */
export interface Remaining {
  rows: readonly TaxRow[]
  tipPaise: number
}

const keyOf = ({ code, gstBasisPoints }: TaxRow): string => `${code} ${gstBasisPoints}`

/** An invoice less its credit notes, with all its rows. */
export function remainingOf(
  invoice: { tax: readonly TaxRow[]; totals: DocumentTotals },
  credited: readonly { tax: readonly TaxRow[]; totals: DocumentTotals }[],
): Remaining {
  const rows = invoice.tax.map((row) => {
    const gone = credited.flatMap(({ tax }) => tax.filter((each) => keyOf(each) === keyOf(row)))
    const less = (amount: keyof TaxAmounts) => row[amount] - gone.reduce((sum, each) => sum + each[amount], 0)
    return {
      code: row.code,
      gstBasisPoints: row.gstBasisPoints,
      taxablePaise: less('taxablePaise'),
      cgstPaise: less('cgstPaise'),
      sgstPaise: less('sgstPaise'),
      totalPaise: less('totalPaise'),
    }
  })
  const tipGone = credited.reduce((sum, { totals }) => sum + totals.tipPaise, 0)
  return { rows, tipPaise: invoice.totals.tipPaise - tipGone }
}

export const amountRemaining = ({ rows, tipPaise }: Remaining): number =>
  rows.reduce((sum, { totalPaise }) => sum + totalPaise, tipPaise)

/** A part of a row: CGST and SGST alike wherever there is a way, and no more of anything than there is. */
function partOf(row: TaxRow, totalPaise: number): TaxRow {
  const { code, gstBasisPoints, taxablePaise, cgstPaise, sgstPaise } = row
  if (totalPaise === row.totalPaise) return row
  const least = Math.max(0, Math.ceil((totalPaise - taxablePaise) / 2))
  const most = Math.min(cgstPaise, sgstPaise, Math.floor(totalPaise / 2))
  const [taxable = 0, cgst = 0, sgst = 0] = spread(totalPaise, [taxablePaise, cgstPaise, sgstPaise])
  if (least > most) return { code, gstBasisPoints, taxablePaise: taxable, cgstPaise: cgst, sgstPaise: sgst, totalPaise }
  const half = Math.min(most, Math.max(least, Math.round((cgst + sgst) / 2)))
  return {
    code,
    gstBasisPoints,
    taxablePaise: totalPaise - 2 * half,
    cgstPaise: half,
    sgstPaise: half,
    totalPaise,
  }
}

/**
 * What goes back of each row when an amount does: in proportion to what is left of each, exactly, and the tip at last.
 * When all has gone back, all of each row has, whatever the steps. At most what is left.
 */
export function creditOf({ rows, tipPaise }: Remaining, amountPaise: number): { tax: TaxRow[]; tipPaise: number } {
  const supplied = rows.reduce((sum, { totalPaise }) => sum + totalPaise, 0)
  const ofSupply = Math.min(amountPaise, supplied)
  const parts = spread(
    ofSupply,
    rows.map(({ totalPaise }) => totalPaise),
  )
  return {
    tax: rows.map((row, at) => partOf(row, parts[at] ?? 0)).filter(({ totalPaise }) => totalPaise > 0),
    tipPaise: Math.min(tipPaise, amountPaise - ofSupply),
  }
}
