export const documentKinds = ['invoice', 'creditNote'] as const
export type DocumentKind = (typeof documentKinds)[number]

/** Whoever sells, as the settings say. */
export interface Seller {
  name: string
  /** Without it nobody may collect GST, or hand out what looks as if they did. */
  gstin: string | null
  address: string
  /** Its code is that of GST. */
  state: { code: string; name: string } | null
  fssai: string | null
}

export interface DocumentStore {
  id: string
  code: string
  name: string
  addressLines: string[]
  city: string
  pincode: string
}

/** GST that is contained in a total. */
export interface TaxAmounts {
  taxablePaise: number
  cgstPaise: number
  sgstPaise: number
  totalPaise: number
}

export interface DocumentLine extends TaxAmounts {
  kind: 'goods' | 'fee'
  /** HSN of goods, SAC of services. */
  code: string
  description: string
  pack: string | null
  sku: string | null
  quantity: number
  /** A unit quantity code of GST. */
  unit: 'NOS' | 'OTH'
  mrpPaise: number | null
  /** Of one, tax included. */
  pricePaise: number
  /** Of the whole line, its part of a coupon. */
  discountPaise: number
  gstBasisPoints: number
}

/** What one HSN or SAC at one rate comes to. */
export interface TaxRow extends TaxAmounts {
  code: string
  gstBasisPoints: number
}

export interface DocumentTotals extends TaxAmounts {
  /** For the rider: no supply of the seller's, so that there is no tax in it. Part of the total. */
  tipPaise: number
}

export const documentTitles = [
  'Tax invoice',
  'Invoice-cum-bill of supply',
  'Bill of supply',
  'Receipt',
  'Credit note',
] as const

/** All that a document says, but for its number, its date and who bought: as it was issued, for ever. */
export interface DocumentContent {
  title: (typeof documentTitles)[number]
  seller: Seller
  store: DocumentStore
  delivery: { city: string; pincode: string }
  placeOfSupply: { code: string; name: string } | null
  /** Of an invoice; a credit note is about amounts. */
  lines: DocumentLine[]
  /** By code and rate, in that order. */
  tax: TaxRow[]
  totals: DocumentTotals
  amountInWords: string
  /** What a credit note belongs to. */
  invoice: { id: string; number: string; issuedOn: string } | null
  /** Why money went back. */
  reason: string | null
}

/** Personal parts, which are gone once their owner was erased. */
export interface Buyer {
  name: string | null
  addressLines: string[] | null
  landmark: string | null
}

export interface IssuedDocument {
  id: string
  kind: DocumentKind
  number: string
  orderId: string
  storeId: string
  userId: string
  issuedAt: Date
  /** In India. */
  issuedOn: string
  content: DocumentContent
  /** `null` when nothing is known of who bought, any more. */
  buyer: Buyer | null
}

/** As lists and files have them: without who bought. */
export interface ListedDocument extends Omit<IssuedDocument, 'storeId' | 'userId' | 'buyer'> {
  /** Its place in its series. */
  sequence: number
}

/** The amounts of several, added up. */
const addUp = (parts: readonly TaxAmounts[]): TaxAmounts => ({
  taxablePaise: parts.reduce((sum, part) => sum + part.taxablePaise, 0),
  cgstPaise: parts.reduce((sum, part) => sum + part.cgstPaise, 0),
  sgstPaise: parts.reduce((sum, part) => sum + part.sgstPaise, 0),
  totalPaise: parts.reduce((sum, part) => sum + part.totalPaise, 0),
})

/** By code and rate. */
export function summarize(lines: readonly (TaxAmounts & { code: string; gstBasisPoints: number })[]): TaxRow[] {
  const groups = Map.groupBy(lines, ({ code, gstBasisPoints }) => `${code} ${String(gstBasisPoints).padStart(5, '0')}`)
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, rows]) => ({ code: rows[0]?.code ?? '', gstBasisPoints: rows[0]?.gstBasisPoints ?? 0, ...addUp(rows) }))
}

/** Totals of rows and a tip. */
export function totalsOf(rows: readonly TaxAmounts[], tipPaise: number): DocumentTotals {
  const sum = addUp(rows)
  return { ...sum, tipPaise, totalPaise: sum.totalPaise + tipPaise }
}
