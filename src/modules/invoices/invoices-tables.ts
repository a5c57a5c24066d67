import type { GeneratedAlways } from 'kysely'
import type { DocumentContent, DocumentKind } from './document.ts'

interface InvoicePrefixTable {
  store_id: string
  prefix: string
}

interface InvoiceSeriesTable {
  store_id: string
  kind: DocumentKind
  financial_year: number
  last_number: number
}

interface InvoiceDocumentTable {
  id: string
  kind: DocumentKind
  store_id: string
  financial_year: number
  sequence: number
  previous: GeneratedAlways<number | null>
  number: string
  order_id: string
  user_id: string
  invoice_id: string | null
  cause: string | null
  issued_at: Date
  issued_on: string
  taxable_paise: number
  cgst_paise: number
  sgst_paise: number
  tip_paise: number
  total_paise: number
  content: DocumentContent
}

interface InvoiceBuyerTable {
  invoice_id: string
  user_id: string
  name: string | null
  address_lines: string[] | null
  landmark: string | null
}

declare module '../../platform/database/database.ts' {
  interface Tables {
    invoice_prefixes: InvoicePrefixTable
    invoice_series: InvoiceSeriesTable
    invoice_documents: InvoiceDocumentTable
    invoice_buyers: InvoiceBuyerTable
  }
}
