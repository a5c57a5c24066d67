import type { Order } from '../orders/index.ts'
import type { DarkStore } from '../stores/index.ts'
import { creditOf, remainingOf } from './credit-amounts.ts'
import {
  type DocumentContent,
  type DocumentLine,
  type DocumentStore,
  type IssuedDocument,
  type Seller,
  summarize,
  totalsOf,
} from './document.ts'
import { amountInWords } from './indian-money.ts'
import { chargesOf } from './invoice-lines.ts'

/** By section 31 of the CGST act and rule 46A; without a registration it is none of these. */
function titleOf({ gstin }: Seller, lines: readonly DocumentLine[]): DocumentContent['title'] {
  if (gstin === null) return 'Receipt'
  if (lines.every(({ gstBasisPoints }) => gstBasisPoints > 0)) return 'Tax invoice'
  return lines.some(({ gstBasisPoints }) => gstBasisPoints > 0) ? 'Invoice-cum-bill of supply' : 'Bill of supply'
}

const storeOf = ({ id, code, name, addressLines, city, pincode }: DarkStore): DocumentStore => ({
  id,
  code,
  name,
  addressLines,
  city,
  pincode,
})

/** What the invoice of a packed order says. Its total is what was paid; whoever calls makes sure of that. */
export function invoiceContent({
  order,
  store,
  seller,
}: {
  order: Order
  store: DarkStore
  seller: Seller
}): DocumentContent {
  const { lines, tipPaise } = chargesOf(order, { isTaxed: seller.gstin !== null })
  const totals = totalsOf(lines, tipPaise)
  return {
    title: titleOf(seller, lines),
    seller,
    store: storeOf(store),
    delivery: { city: store.city, pincode: order.address.pincode },
    placeOfSupply: seller.state,
    lines,
    tax: summarize(lines),
    totals,
    amountInWords: amountInWords(totals.totalPaise),
    invoice: null,
    reason: null,
  }
}

interface CreditNoteInput {
  invoice: IssuedDocument
  /** What went back of it before. */
  earlier: readonly IssuedDocument[]
  /** No more than what is left of the invoice. */
  amountPaise: number
  reason: string
}

/** What a credit note over a part of an invoice says; of its seller and store, what the invoice says. */
export function creditNoteContent({ invoice, earlier, amountPaise, reason }: CreditNoteInput): DocumentContent {
  const { id, number, issuedOn, content } = invoice
  const remaining = remainingOf(
    content,
    earlier.map((note) => note.content),
  )
  const { tax, tipPaise } = creditOf(remaining, amountPaise)
  const totals = totalsOf(tax, tipPaise)
  return {
    ...content,
    title: 'Credit note',
    lines: [],
    tax,
    totals,
    amountInWords: amountInWords(totals.totalPaise),
    invoice: { id, number, issuedOn },
    reason,
  }
}
