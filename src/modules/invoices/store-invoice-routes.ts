import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { readPage } from '../../platform/http/pagination.ts'
import { problems } from '../../platform/http/problem.ts'
import { fileOf } from '../../platform/http/shapes.ts'
import type { Accounts } from '../accounts/index.ts'
import type { ListedDocument } from './document.ts'
import { exportInvoices } from './export-invoices.ts'
import { invoiceProblems } from './invoice-problems.ts'
import { Invoices, InvoicesQuery, MonthQuery, StoreParams } from './invoice-schemas.ts'
import { type ListInvoicesDeps, listInvoices, requireStore } from './list-invoices.ts'

const tags = ['invoices']
const failures = problems(
  httpProblems.malformed,
  httpProblems.unauthorized,
  httpProblems.forbidden,
  invoiceProblems.noSuchStore,
  serverProblems.unavailable,
)

const toView = ({ id, kind, number, orderId, issuedAt, issuedOn, content }: ListedDocument) => {
  const { title, invoice, totals } = content
  return { id, kind, number, orderId, issuedAt: issuedAt.toISOString(), issuedOn, title, invoice, totals }
}

/** What a store has issued, for whoever runs it and keeps its books. */
export const storeInvoiceRoutes =
  (deps: ListInvoicesDeps & { authenticate: Accounts['authenticate'] }): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = deps.authenticate({ anyRole: ['admin', 'storeManager'] })

    app.get(
      '/stores/:storeId/invoices',
      {
        onRequest,
        schema: {
          summary: 'Invoices or credit notes of a store in a month, by day and number',
          tags,
          params: StoreParams,
          querystring: InvoicesQuery,
          response: { 200: Invoices, ...failures },
        },
      },
      async (request) => {
        const { storeId } = request.params
        const { month, kind = 'invoice' } = request.query
        await requireStore(deps, request.caller, storeId)
        const page = readPage(request, 2)
        const { items, nextCursor } = await listInvoices(deps, { storeId, month, kind, page })
        return { success: true as const, invoices: items.map(toView), nextCursor }
      },
    )

    app.get(
      '/stores/:storeId/invoices.csv',
      {
        onRequest,
        exposeHeadRoute: false,
        schema: {
          summary: 'The same as a file for the books, with a row for each HSN or SAC and rate',
          description:
            'Amounts are rupees; those of credit notes are negative, so that columns add up. An apostrophe stands before a cell that a spreadsheet would take for a formula. An answer that breaks off is not whole.',
          tags,
          params: StoreParams,
          querystring: MonthQuery,
          response: { 200: fileOf(['text/csv']), ...failures },
        },
      },
      async ({ caller, params: { storeId }, query: { month } }, reply) => {
        const { code } = await requireStore(deps, caller, storeId)
        return reply
          .type('text/csv; charset=utf-8; header=present')
          .header('content-disposition', `attachment; filename="invoices-${code}-${month}.csv"`)
          .header('cache-control', 'no-store')
          .send(Readable.from(exportInvoices(deps, { storeId, month }), { objectMode: false }))
      },
    )
  }
