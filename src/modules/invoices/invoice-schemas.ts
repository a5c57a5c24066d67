import { Type } from 'typebox'
import { nextCursor, pageQuery } from '../../platform/http/pagination.ts'
import { idOf, orNull } from '../../platform/http/shapes.ts'
import { formats } from './choose-format.ts'
import { documentKinds, documentTitles } from './document.ts'

const paise = Type.Integer({ minimum: 0 })
const taxAmounts = {
  taxablePaise: paise,
  cgstPaise: paise,
  sgstPaise: paise,
  totalPaise: Type.Integer({ minimum: 0, description: 'With the tax.' }),
}
const code = Type.String({ description: 'HSN of goods, SAC of services.' })
const gstBasisPoints = Type.Integer({ description: 'Of CGST and SGST together: 500 are 5 %.' })
const date = Type.String({ description: 'In India.', examples: ['2026-11-27'] })
const state = orNull(Type.Object({ code: Type.String(), name: Type.String() }))

const Line = Type.Object(
  {
    kind: Type.String({ enum: ['goods', 'fee'] }),
    code,
    description: Type.String(),
    pack: orNull(Type.String()),
    sku: orNull(Type.String()),
    quantity: Type.Integer(),
    unit: Type.String({ enum: ['NOS', 'OTH'], description: 'Unit quantity code.' }),
    mrpPaise: orNull(paise),
    pricePaise: Type.Integer({ minimum: 0, description: 'Of one, with the tax.' }),
    discountPaise: Type.Integer({ minimum: 0, description: 'Of the whole line, with the tax.' }),
    gstBasisPoints,
    ...taxAmounts,
  },
  { title: 'InvoiceLine' },
)

const head = {
  id: Type.String(),
  kind: Type.String({ enum: [...documentKinds] }),
  number: Type.String({ examples: ['BLR01/26/000123'] }),
  orderId: Type.String(),
  issuedAt: Type.String({ format: 'date-time' }),
  issuedOn: date,
  title: Type.String({ enum: [...documentTitles] }),
  invoice: orNull(
    Type.Object(
      { id: Type.String(), number: Type.String(), issuedOn: date },
      { description: 'What a credit note belongs to.' },
    ),
  ),
  totals: Type.Object({ ...taxAmounts, tipPaise: paise }),
}

const Document = Type.Object(
  {
    ...head,
    seller: Type.Object({
      name: Type.String(),
      gstin: orNull(Type.String()),
      address: Type.String(),
      state,
      fssai: orNull(Type.String()),
    }),
    store: Type.Object({
      id: Type.String(),
      code: Type.String(),
      name: Type.String(),
      addressLines: Type.Array(Type.String()),
      city: Type.String(),
      pincode: Type.String(),
    }),
    buyer: orNull(
      Type.Object(
        {
          name: orNull(Type.String()),
          addressLines: orNull(Type.Array(Type.String())),
          landmark: orNull(Type.String()),
        },
        { description: 'Null once the account was erased.' },
      ),
    ),
    delivery: Type.Object({ city: Type.String(), pincode: Type.String() }),
    placeOfSupply: state,
    lines: Type.Array(Line, { description: 'A credit note has none.' }),
    tax: Type.Array(Type.Object({ code, gstBasisPoints, ...taxAmounts }), { description: 'By code and rate.' }),
    amountInWords: Type.String(),
    reason: orNull(Type.String({ description: 'Of a credit note.' })),
  },
  { title: 'InvoiceDocument' },
)

export const OneInvoice = Type.Object({ success: Type.Literal(true), invoice: Document })
export const OneCreditNote = Type.Object({ success: Type.Literal(true), creditNote: Document })
export const CreditNotes = Type.Object({ success: Type.Literal(true), creditNotes: Type.Array(Document) })
export const Invoices = Type.Object({
  success: Type.Literal(true),
  invoices: Type.Array(Type.Object(head, { title: 'InvoiceSummary' })),
  nextCursor,
})

export const OrderParams = Type.Object({ id: idOf('ord', 'Of the order.') })
export const CreditNoteParams = Type.Object({ id: idOf('crn', 'Of the credit note.') })
export const StoreParams = Type.Object({ storeId: idOf('sto', 'Of the store.') })

export const FormatQuery = Type.Object({
  format: Type.Optional(
    Type.Unsafe<(typeof formats)[number]>(
      Type.String({ enum: [...formats], description: 'Goes before `Accept`. Without either it is JSON.' }),
    ),
  ),
})

const month = Type.String({
  pattern: '^20[2-9][0-9]-(?:0[1-9]|1[0-2])$',
  description: 'In India.',
  examples: ['2026-11'],
})
export const MonthQuery = Type.Object({ month })
export const InvoicesQuery = Type.Object({
  month,
  kind: Type.Optional(
    Type.Unsafe<(typeof documentKinds)[number]>(
      Type.String({ enum: [...documentKinds], description: 'Invoices without it.' }),
    ),
  ),
  ...pageQuery,
})
