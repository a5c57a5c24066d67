import type { FastifyPluginAsync } from 'fastify'
import { accountDeleted } from '../accounts/index.ts'
import { orderChanged } from '../orders/index.ts'
import { forgetBuyer } from './forget-buyer.ts'
import { invoiceRoutes } from './invoice-routes.ts'
import type { Invoices, InvoicesDeps } from './invoices.ts'
import { sellerOf } from './invoices-settings.ts'
import './invoices-tables.ts'
import { createInvoicesTelemetry } from './invoices-telemetry.ts'
import { invoiceOrder, issueCreditNote } from './issue-credit-note.ts'
import { issueInvoice } from './issue-invoice.ts'
import { storeInvoiceRoutes } from './store-invoice-routes.ts'

export type { Invoices, InvoicesDeps } from './invoices.ts'
export { invoicesSettings } from './invoices-settings.ts'

/**
 * Owns invoices and credit notes, and their numbers. Promises one invoice for an order however many issue it, numbers from
 * one upwards without a gap in each store and financial year, whoever dies half-way, and that what was issued never changes:
 * the database refuses anything else. An invoice is over exactly what was paid for what was packed. Who bought is erased
 * with the account. Without a GSTIN it writes receipts, and nothing that looks like a tax invoice.
 */
export function createInvoices(deps: InvoicesDeps): Invoices {
  const { events, accounts } = deps
  const telemetry = createInvoicesTelemetry(deps.metrics)
  const parts = { ...deps, telemetry, seller: sellerOf(deps.settings), authenticate: accounts.authenticate }

  events.when(orderChanged, 'issue-invoice', ({ orderId }) => invoiceOrder(parts, orderId), {
    wants: ({ type }) => type === 'out_for_delivery',
  })
  events.when(orderChanged, 'issue-credit-note', ({ eventId }) => issueCreditNote(parts, eventId), {
    wants: ({ type }) => type === 'refunded' || type === 'returned_to_store',
  })
  events.when(accountDeleted, 'forget-buyer', ({ userId }) => forgetBuyer(parts, userId))

  const routes: FastifyPluginAsync = async (app) => {
    for (const each of [invoiceRoutes, storeInvoiceRoutes]) await app.register(each(parts))
  }
  return {
    issueInvoice: (orderId) => issueInvoice(parts, orderId),
    issueCreditNote: (orderEventId) => issueCreditNote(parts, orderEventId),
    routes,
  }
}
