import { stringify } from 'csv-stringify/sync'
import type { Database } from '../../platform/database/database.ts'
import { guardCell } from '../../platform/formula-guard.ts'
import { formatRupees } from '../../platform/money.ts'
import { documentKinds, type ListedDocument } from './document.ts'
import { readDocuments } from './document-queries.ts'
import { daysOfMonth } from './financial-year.ts'

const documentsAtOnce = 100

const columns = [
  'document',
  'title',
  'number',
  'date',
  'order',
  'invoice',
  'invoice_date',
  'seller_gstin',
  'place_of_supply',
  'hsn_sac',
  'gst_percent',
  'quantity',
  'taxable',
  'cgst',
  'sgst',
  'total',
] as const

type Cells = Record<(typeof columns)[number], string>

/** A row for each code and rate of a document and one for the tip, so that each column adds up; credit notes count down. */
function rowsOf({ kind, number, issuedOn, orderId, content }: ListedDocument): Cells[] {
  const { seller, placeOfSupply, invoice, tax, totals, lines, title } = content
  const sign = kind === 'creditNote' ? -1 : 1
  const rupees = (paise: number) => formatRupees(sign * paise)
  const head = {
    document: kind,
    title,
    number,
    date: issuedOn,
    order: orderId,
    invoice: invoice?.number ?? '',
    invoice_date: invoice?.issuedOn ?? '',
    seller_gstin: seller.gstin ?? '',
    place_of_supply: placeOfSupply ? `${placeOfSupply.code}-${placeOfSupply.name}` : '',
  }
  const quantityOf = (code: string, rate: number) =>
    lines
      .filter((line) => line.code === code && line.gstBasisPoints === rate)
      .reduce((sum, { quantity }) => sum + quantity, 0)
  const rows = tax.map(({ code, gstBasisPoints, taxablePaise, cgstPaise, sgstPaise, totalPaise }) => ({
    ...head,
    hsn_sac: code,
    gst_percent: String(gstBasisPoints / 100),
    quantity: kind === 'creditNote' ? '' : String(quantityOf(code, gstBasisPoints)),
    taxable: rupees(taxablePaise),
    cgst: rupees(cgstPaise),
    sgst: rupees(sgstPaise),
    total: rupees(totalPaise),
  }))
  if (totals.tipPaise === 0) return rows
  const tip = { hsn_sac: 'tip', gst_percent: '', quantity: '', taxable: '', cgst: '', sgst: '' }
  return [...rows, { ...head, ...tip, total: rupees(totals.tipPaise) }]
}

const write = (documents: readonly ListedDocument[]): string =>
  stringify(documents.flatMap(rowsOf).map((row) => columns.map((name) => guardCell(row[name]))))

interface ExportInput {
  storeId: string
  month: string
}

/** What a store has issued in a month as CSV, invoices first, some at a time: the next are read when these are taken. */
export async function* exportInvoices(
  { database }: { database: Pick<Database, 'db'> },
  { storeId, month }: ExportInput,
): AsyncGenerator<string> {
  yield stringify([[...columns]])
  for (const kind of documentKinds) {
    const wanted = { storeId, kind, ...daysOfMonth(month), limit: documentsAtOnce }
    let documents = await readDocuments(database.db, wanted)
    while (documents.length > 0) {
      yield write(documents)
      const after = documents.at(-1)
      documents =
        after && documents.length === documentsAtOnce ? await readDocuments(database.db, { ...wanted, after }) : []
    }
  }
}
