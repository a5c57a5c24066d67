import type { Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { newId } from '../../platform/ids.ts'
import type { OrderEvent, Orders } from '../orders/index.ts'
import { assignPrefix } from './assign-prefix.ts'
import { amountRemaining, remainingOf } from './credit-amounts.ts'
import type { IssuedDocument } from './document.ts'
import { placeAt } from './document-number.ts'
import { hasCreditNoteFor, insertDocument, lockInvoice, readCreditNotesOf } from './document-queries.ts'
import { type IssueInvoiceDeps, issueInvoice } from './issue-invoice.ts'
import { creditNoteContent } from './write-content.ts'

export interface IssueCreditNoteDeps extends IssueInvoiceDeps {
  orders: Pick<Orders, 'findOrder' | 'findEvent' | 'readEvents'>
}

/** Reasons of refunds for what the invoice never had: goods that were not found, and money that nobody was to pay. */
const besideInvoice: readonly unknown[] = ['not_found', 'twice', 'inexact', 'short', 'late']

/** States of a refund in which the money is back, or given back by hand. */
const settled: readonly unknown[] = [undefined, 'processed', 'manual']

interface Cause {
  /** The same for all events of one refund. */
  cause: string
  mostPaise: number
  /**
   * Words of ours: what an operator wrote may be about somebody, and stays out of what is kept for ever. Nothing where it
   * was not said, so that nobody can know whether the invoice ever had what was refunded.
   */
  reason: string | null
}

/** What an event takes off the invoice: a refund its amount, a return whatever is left. Nothing for any other event. */
function causeOf({ id, orderId, type, details }: OrderEvent): Cause | undefined {
  if (type === 'returned_to_store')
    return { cause: `${orderId} returned`, mostPaise: Number.MAX_SAFE_INTEGER, reason: 'Returned' }
  const { refundId, amountPaise, reason, status } = details
  if (type !== 'refunded' || !settled.includes(status) || besideInvoice.includes(reason)) return undefined
  if (typeof refundId !== 'string' || typeof amountPaise !== 'number')
    throw new Error(`The event ${id} of ${orderId} does not say what was refunded.`)
  return { cause: refundId, mostPaise: amountPaise, reason: typeof reason === 'string' ? 'Refund' : null }
}

interface Credit extends Cause {
  invoice: IssuedDocument
}

/**
 * With the invoice held, so that credit notes that come at once see each other. Whether there was anything to credit.
 * @throws Error where there is, and nobody said why
 */
async function issue(
  deps: IssueCreditNoteDeps,
  tx: Tx,
  { invoice, cause, mostPaise, reason }: Credit,
): Promise<boolean> {
  await lockInvoice(tx, invoice.id)
  if (await hasCreditNoteFor(tx, cause)) return false
  const earlier = await readCreditNotesOf(tx, invoice.orderId)
  const left = amountRemaining(
    remainingOf(
      invoice.content,
      earlier.map(({ content }) => content),
    ),
  )
  const amountPaise = Math.min(left, mostPaise)
  if (amountPaise <= 0) return false
  if (reason === null) throw new Error(`The refund ${cause} of ${invoice.orderId} does not say why.`)
  const prefix = await assignPrefix(tx, invoice.content.store)
  await insertDocument(tx, {
    id: newId('crn'),
    kind: 'creditNote',
    orderId: invoice.orderId,
    storeId: invoice.storeId,
    userId: invoice.userId,
    ...placeAt(deps.clock.now(), { prefix, kind: 'creditNote' }),
    cause,
    content: creditNoteContent({ invoice, earlier, amountPaise, reason }),
    buyer: null,
  })
  return true
}

async function credit(deps: IssueCreditNoteDeps, invoice: IssuedDocument, event: OrderEvent): Promise<void> {
  const cause = causeOf(event)
  if (!cause) return
  const isIssued = await inTransaction(deps.database.background, (tx) => issue(deps, tx, { invoice, ...cause }))
  if (isIssued) deps.telemetry.issued('creditNote')
}

/**
 * Writes a credit note for money that went back after the invoice, or for a returned order: once for each of them, over no
 * more than what is left of the invoice, so that a return and its refund make one. The invoice is issued first where
 * it is not there yet.
 */
export async function issueCreditNote(deps: IssueCreditNoteDeps, eventId: number): Promise<void> {
  const event = await deps.orders.findEvent(deps.database.background, eventId)
  const invoice = event && (await issueInvoice(deps, event.orderId))
  if (invoice) await credit(deps, invoice, event)
}

/** Issues the invoice of an order that has left its store, with credit notes for what went back of its money before. */
export async function invoiceOrder(deps: IssueCreditNoteDeps, orderId: string): Promise<void> {
  const invoice = await issueInvoice(deps, orderId)
  if (!invoice) return
  for (const event of await deps.orders.readEvents(deps.database.background, orderId))
    await credit(deps, invoice, event)
}
