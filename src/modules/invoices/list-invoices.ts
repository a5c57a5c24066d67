import { isDay } from '../../platform/calendar.ts'
import type { Database } from '../../platform/database/database.ts'
import { wrongCursor } from '../../platform/http/explain-malformed.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import { type PageRequest, pageOf } from '../../platform/http/pagination.ts'
import { type Caller, mayActIn } from '../accounts/index.ts'
import type { Stores } from '../stores/index.ts'
import type { DocumentKind } from './document.ts'
import { readDocuments } from './document-queries.ts'
import { daysOfMonth } from './financial-year.ts'
import { invoiceProblems } from './invoice-problems.ts'

export interface ListInvoicesDeps {
  database: Pick<Database, 'db'>
  stores: Pick<Stores, 'findStore'>
}

/** Whoever runs a store, and admins. @throws request.forbidden, invoice.no_such_store */
export async function requireStore({ database, stores }: ListInvoicesDeps, caller: Caller, storeId: string) {
  if (!mayActIn(caller, storeId)) throw httpProblems.forbidden()
  const store = await stores.findStore(database.db, storeId)
  if (!store) throw invoiceProblems.noSuchStore()
  return store
}

interface ListInvoicesInput {
  storeId: string
  month: string
  kind: DocumentKind
  /** Its keys are the day and the number in its series. */
  page: PageRequest
}

function readAfter(after: readonly string[] | undefined): { issuedOn: string; sequence: number } | undefined {
  if (!after) return undefined
  const [issuedOn = '', sequence = ''] = after
  if (!isDay(issuedOn) || !/^\d{1,9}$/.test(sequence)) throw wrongCursor()
  return { issuedOn, sequence: Number(sequence) }
}

/** What a store has issued in a month of India, by day and number. */
export async function listInvoices({ database }: ListInvoicesDeps, { storeId, month, kind, page }: ListInvoicesInput) {
  const after = readAfter(page.after)
  const rows = await readDocuments(database.db, {
    storeId,
    kind,
    ...daysOfMonth(month),
    limit: page.limit + 1,
    ...(after && { after }),
  })
  return pageOf(rows, page, ({ issuedOn, sequence }) => [issuedOn, String(sequence)])
}
