import type { Database } from '../../platform/database/database.ts'
import { type Caller, mayActIn } from '../accounts/index.ts'
import type { Orders } from '../orders/index.ts'
import type { IssuedDocument } from './document.ts'
import { readCreditNote, readCreditNotesOf, readInvoiceOf } from './document-queries.ts'
import { invoiceProblems } from './invoice-problems.ts'
import { type IssueInvoiceDeps, issueInvoice } from './issue-invoice.ts'

export interface FindDocumentDeps {
  database: Pick<Database, 'db'>
  orders: Pick<Orders, 'findOrder'>
}

/** Also what it takes to issue one. */
export interface FindInvoiceDeps extends FindDocumentDeps, Omit<IssueInvoiceDeps, 'database' | 'orders'> {
  database: Pick<Database, 'db' | 'background'>
}

/** Whoever bought, whoever manages the store, and admins. Who picks is not shown who bought, in orders neither. */
const maySee = (caller: Caller, { userId, storeId }: { userId: string; storeId: string }): boolean =>
  userId === caller.userId || mayActIn(caller, storeId)

/** @throws invoice.no_such_order where there is none that the caller may see */
async function requireOrder({ database, orders }: FindDocumentDeps, caller: Caller, orderId: string): Promise<void> {
  const order = await orders.findOrder(database.db, orderId)
  if (!order || !maySee(caller, order)) throw invoiceProblems.noSuchOrder()
}

/**
 * The invoice of an order that has left the store: nobody has to wait for the job that issues it, whoever comes first does so.
 * @throws invoice.no_such_order, invoice.not_issued
 */
export async function findInvoice(deps: FindInvoiceDeps, caller: Caller, orderId: string): Promise<IssuedDocument> {
  const known = await readInvoiceOf(deps.database.db, orderId)
  if (known && maySee(caller, known)) return known
  await requireOrder(deps, caller, orderId)
  const invoice = await issueInvoice(deps, orderId, deps.database.db)
  if (!invoice) throw invoiceProblems.notIssued()
  return invoice
}

/** The oldest first; none while nothing has gone back. @throws invoice.no_such_order */
export async function listCreditNotes(
  deps: FindDocumentDeps,
  caller: Caller,
  orderId: string,
): Promise<IssuedDocument[]> {
  await requireOrder(deps, caller, orderId)
  return readCreditNotesOf(deps.database.db, orderId)
}

/** @throws invoice.no_such_credit_note */
export async function findCreditNote(
  { database }: Pick<FindDocumentDeps, 'database'>,
  caller: Caller,
  id: string,
): Promise<IssuedDocument> {
  const note = await readCreditNote(database.db, id)
  if (!note || !maySee(caller, note)) throw invoiceProblems.noSuchCreditNote()
  return note
}
