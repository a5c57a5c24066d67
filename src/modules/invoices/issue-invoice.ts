import type { Clock } from '../../platform/clock.ts'
import type { Database, Db, Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { constraintOf } from '../../platform/database/statement-error.ts'
import { newId } from '../../platform/ids.ts'
import type { Order, OrderStatus, Orders } from '../orders/index.ts'
import type { Stores } from '../stores/index.ts'
import { assignPrefix } from './assign-prefix.ts'
import type { DocumentContent, IssuedDocument, Seller } from './document.ts'
import { placeAt } from './document-number.ts'
import { insertDocument, readInvoiceOf } from './document-queries.ts'
import type { InvoicesTelemetry } from './invoices-telemetry.ts'
import { type ReadBuyerDeps, readBuyer } from './read-buyer.ts'
import { invoiceContent } from './write-content.ts'

export interface IssueInvoiceDeps extends ReadBuyerDeps {
  database: Pick<Database, 'background'>
  orders: Pick<Orders, 'findOrder'>
  stores: Pick<Stores, 'findStore'>
  seller: Seller
  clock: Clock
  telemetry: InvoicesTelemetry
}

/** Since the goods have left the store. */
const dispatched: readonly OrderStatus[] = [
  'out_for_delivery',
  'arrived',
  'delivered',
  'delivery_failed',
  'returned_to_store',
]

/** What a document is worth must be what was paid for it: a wrong one is never issued. */
function assertTotal({ totals }: DocumentContent, { id, totalPaise }: Order): void {
  if (totals.totalPaise === totalPaise) return
  throw new Error(`The invoice of ${id} would be over ${totals.totalPaise} paise, the order is over ${totalPaise}.`)
}

/** The number is taken by the last statement: others of the store wait no longer than the end of this transaction takes. */
async function issue(deps: IssueInvoiceDeps, tx: Tx, order: Order): Promise<void> {
  const store = await deps.stores.findStore(tx, order.storeId)
  if (!store) throw new Error(`There is no store ${order.storeId} for the invoice of ${order.id}.`)
  const content = invoiceContent({ order, store, seller: deps.seller })
  assertTotal(content, order)
  const buyer = await readBuyer(deps, tx, order)
  const prefix = await assignPrefix(tx, store)
  await insertDocument(tx, {
    id: newId('inv'),
    kind: 'invoice',
    orderId: order.id,
    storeId: order.storeId,
    userId: order.userId,
    ...placeAt(deps.clock.now(), { prefix, kind: 'invoice' }),
    cause: null,
    content,
    buyer,
  })
}

/**
 * The invoice of an order whose goods have left the store, issued now if it was not before; nothing for any other order.
 * However many ask at once, there is one, and its number is the next of its store and financial year.
 *
 * @param db whose sessions it takes; those of background work unless a request waits for it
 * @throws Error where the amounts do not come to what was paid
 */
export async function issueInvoice(
  deps: IssueInvoiceDeps,
  orderId: string,
  db: Db = deps.database.background,
): Promise<IssuedDocument | undefined> {
  const known = await readInvoiceOf(db, orderId)
  if (known) return known
  try {
    const isIssued = await inTransaction(db, async (tx) => {
      const order = await deps.orders.findOrder(tx, orderId)
      if (!order || !dispatched.includes(order.status)) return false
      await issue(deps, tx, order)
      return true
    })
    if (!isIssued) return undefined
    deps.telemetry.issued('invoice')
  } catch (error) {
    // Somebody else was first, and what this one took of the series was given back.
    if (constraintOf(error) !== 'invoice_documents_invoice_of_order') throw error
  }
  return readInvoiceOf(db, orderId)
}
