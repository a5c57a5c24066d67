import type { DocumentContent, DocumentLine, IssuedDocument, TaxRow } from './document.ts'
import { formatIndian } from './indian-money.ts'

export interface Cell {
  text: string
  /** Smaller, under it. */
  note?: string
}

export interface Column {
  title: string
  align: 'left' | 'right'
  /** Its part of the width, beside the others'. */
  weight: number
}

export interface PrintedTable {
  heading: string
  columns: Column[]
  rows: Cell[][]
}

/** A document as it is laid out, whatever it is printed on: texts and no numbers. */
export interface PrintedDocument {
  title: string
  seller: string
  facts: { label: string; value: string }[]
  parties: { heading: string; lines: string[] }[]
  tables: PrintedTable[]
  totals: { label: string; amount: string }[]
  total: { label: string; amount: string }
  amountInWords: string
  notes: string[]
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `2026-11-27` → `27 Nov 2026`. */
function showDate(date: string): string {
  const [year, month, day] = date.split('-').map(Number)
  return `${day} ${months[(month ?? 1) - 1]} ${year}`
}

const percent = (basisPoints: number): string => `${basisPoints / 100}%`

const amount = (paise: number): Cell => ({ text: formatIndian(paise) })

const halfTax = (paise: number, gstBasisPoints: number): Cell => ({
  text: formatIndian(paise),
  note: percent(gstBasisPoints / 2),
})

const left = (title: string, weight: number): Column => ({ title, align: 'left', weight })
const right = (title: string, weight: number): Column => ({ title, align: 'right', weight })

function lineCells(line: DocumentLine, at: number, isTaxed: boolean): Cell[] {
  const note = [line.pack, line.sku && `SKU ${line.sku}`].filter(Boolean).join(' · ')
  return [
    { text: String(at + 1) },
    { text: line.description, ...(note !== '' && { note }) },
    { text: line.code },
    { text: String(line.quantity), note: line.unit },
    amount(line.pricePaise),
    amount(line.discountPaise),
    ...(isTaxed
      ? [
          amount(line.taxablePaise),
          halfTax(line.cgstPaise, line.gstBasisPoints),
          halfTax(line.sgstPaise, line.gstBasisPoints),
        ]
      : []),
    amount(line.totalPaise),
  ]
}

const linesTable = (lines: readonly DocumentLine[], isTaxed: boolean): PrintedTable => ({
  heading: 'Items',
  columns: [
    left('#', 2.2),
    left('Item', 16),
    left('HSN/SAC', 7),
    right('Qty', 4),
    right('Rate', 6.5),
    right('Discount', 6.5),
    ...(isTaxed ? [right('Taxable', 7), right('CGST', 6), right('SGST', 6)] : []),
    right('Total', 7.5),
  ],
  rows: lines.map((line, at) => lineCells(line, at, isTaxed)),
})

const taxTable = (tax: readonly TaxRow[], isTaxed: boolean): PrintedTable => ({
  heading: isTaxed ? 'Tax by HSN/SAC' : 'By HSN/SAC',
  columns: [
    left('HSN/SAC', 8),
    ...(isTaxed ? [right('GST', 5), right('Taxable', 8), right('CGST', 8), right('SGST', 8)] : []),
    right('Total', 8),
  ],
  rows: tax.map(({ code, gstBasisPoints, taxablePaise, cgstPaise, sgstPaise, totalPaise }) => [
    { text: code },
    ...(isTaxed ? [{ text: percent(gstBasisPoints) }, amount(taxablePaise), amount(cgstPaise), amount(sgstPaise)] : []),
    amount(totalPaise),
  ]),
})

function partiesOf({ content, buyer }: IssuedDocument): PrintedDocument['parties'] {
  const { seller, store, delivery } = content
  return [
    {
      heading: 'Sold by',
      lines: [
        seller.name,
        seller.address,
        seller.gstin === null ? '' : `GSTIN ${seller.gstin}`,
        seller.state === null ? '' : `${seller.state.name} (${seller.state.code})`,
        seller.fssai === null ? '' : `FSSAI ${seller.fssai}`,
      ],
    },
    {
      heading: 'Packed at',
      lines: [`${store.name} (${store.code})`, ...store.addressLines, `${store.city} ${store.pincode}`],
    },
    {
      heading: 'Delivered to',
      lines: [
        buyer?.name ?? 'Customer',
        ...(buyer?.addressLines ?? []),
        buyer?.landmark ?? '',
        `${delivery.city} ${delivery.pincode}`,
      ],
    },
  ].map(({ heading, lines }) => ({ heading, lines: lines.filter((line) => line !== '') }))
}

function factsOf({ number, issuedOn, orderId, content }: IssuedDocument): PrintedDocument['facts'] {
  const { placeOfSupply, invoice } = content
  return [
    { label: 'Number', value: number },
    { label: 'Date', value: showDate(issuedOn) },
    ...(invoice
      ? [
          { label: 'Against', value: invoice.number },
          { label: 'Dated', value: showDate(invoice.issuedOn) },
        ]
      : []),
    { label: 'Order', value: orderId },
    ...(placeOfSupply ? [{ label: 'Place of supply', value: `${placeOfSupply.name} (${placeOfSupply.code})` }] : []),
  ]
}

function notesOf({ seller, invoice, totals }: DocumentContent): string[] {
  return [
    'All amounts are in Indian rupees.',
    seller.gstin === null
      ? 'The seller is not registered for GST: no tax was collected. This is no tax invoice.'
      : 'Rates include GST. Tax is not payable on reverse charge.',
    ...(totals.tipPaise > 0 && !invoice ? ['The tip goes to the rider and is no part of the supply.'] : []),
    'Made by computer, valid without a signature.',
  ]
}

function totalsOf({ seller, totals }: DocumentContent): PrintedDocument['totals'] {
  const { taxablePaise, cgstPaise, sgstPaise, tipPaise } = totals
  const row = (label: string, paise: number) => ({ label, amount: formatIndian(paise) })
  return [
    ...(seller.gstin === null
      ? [row('Items and fees', taxablePaise)]
      : [row('Taxable value', taxablePaise), row('CGST', cgstPaise), row('SGST', sgstPaise)]),
    ...(tipPaise > 0 ? [row('Tip for the rider', tipPaise)] : []),
  ]
}

/** A document in the words and the order in which people read it. */
export function printedDocument(document: IssuedDocument): PrintedDocument {
  const { content } = document
  const { seller, lines, tax, totals, invoice, reason } = content
  const isTaxed = seller.gstin !== null
  return {
    title: content.title,
    seller: seller.name,
    facts: [...factsOf(document), ...(reason === null ? [] : [{ label: 'Reason', value: reason }])],
    parties: partiesOf(document),
    tables: [
      ...(lines.length > 0 ? [linesTable(lines, isTaxed)] : []),
      ...(isTaxed || lines.length === 0 ? [taxTable(tax, isTaxed)] : []),
    ],
    totals: totalsOf(content),
    total: { label: invoice ? 'Credited' : 'Total paid', amount: `₹${formatIndian(totals.totalPaise)}` },
    amountInWords: content.amountInWords,
    notes: notesOf(content),
  }
}
