import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type TSchema, Type } from 'typebox'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { problems } from '../../platform/http/problem.ts'
import type { Accounts } from '../accounts/index.ts'
import { chooseFormat, type Format } from './choose-format.ts'
import type { IssuedDocument } from './document.ts'
import { type FindInvoiceDeps, findCreditNote, findInvoice, listCreditNotes } from './find-document.ts'
import { htmlPage, htmlPolicy } from './html-page.ts'
import { invoiceProblems } from './invoice-problems.ts'
import {
  CreditNoteParams,
  CreditNotes,
  FormatQuery,
  OneCreditNote,
  OneInvoice,
  OrderParams,
} from './invoice-schemas.ts'
import type { InvoicesTelemetry } from './invoices-telemetry.ts'
import { pdfDocument } from './pdf-document.ts'
import { findFonts } from './pdf-fonts.ts'
import { printedDocument } from './printed-document.ts'

const tags = ['invoices']
const { malformed, unauthorized } = httpProblems
const { noSuchOrder, notIssued, noSuchCreditNote } = invoiceProblems
const { unavailable } = serverProblems

/** Of a document in its three formats. */
const inFormats = (json: TSchema) => ({
  200: {
    description: 'The document.',
    content: {
      'application/json': { schema: json },
      'text/html': { schema: Type.String() },
      'application/pdf': { schema: Type.String({ format: 'binary' }) },
    },
  },
})

const toView = ({ userId, storeId, issuedAt, content, ...document }: IssuedDocument) => ({
  ...document,
  ...content,
  issuedAt: issuedAt.toISOString(),
})

export interface InvoiceRoutesDeps extends FindInvoiceDeps {
  authenticate: Accounts['authenticate']
  telemetry: InvoicesTelemetry
}

type Asked = FastifyRequest<{ Querystring: { format?: Format } }>

/** So that no cache gives one format to whoever asks for another. Beside what the answer differs by already. */
const differByAccept = (reply: FastifyReply): void =>
  void reply.header('vary', [reply.getHeader('vary') ?? [], 'Accept'].flat().join(', '))

/** Invoices and credit notes, for whoever bought and whoever works in the store. */
export const invoiceRoutes =
  (deps: InvoiceRoutesDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = deps.authenticate()
    let fonts: ReturnType<typeof findFonts> | undefined

    /** As a page, as a PDF, or as what JSON is made of. */
    async function send(request: Asked, reply: FastifyReply, document: IssuedDocument, json: object) {
      if (request.query.format === undefined) differByAccept(reply)
      const format = chooseFormat(request.query.format, request.headers.accept)
      deps.telemetry.printed(format)
      if (format === 'json') return json
      const printed = printedDocument(document)
      if (format === 'html') {
        reply.type('text/html; charset=utf-8').header('content-security-policy', htmlPolicy)
        return htmlPage(printed)
      }
      fonts ??= findFonts()
      const pdf = await pdfDocument(printed, { fonts: await fonts, issuedAt: document.issuedAt })
      const name = document.number.replaceAll('/', '-')
      reply.type('application/pdf').header('content-disposition', `inline; filename="${name}.pdf"`)
      return pdf
    }

    app.get(
      '/orders/:id/invoice',
      {
        onRequest,
        schema: {
          summary: 'The invoice of an order, as JSON, as a page or as a PDF',
          description: 'There from the moment in which the order leaves the store. Before that it is 404.',
          tags,
          params: OrderParams,
          querystring: FormatQuery,
          response: {
            ...inFormats(OneInvoice),
            ...problems(malformed, unauthorized, noSuchOrder, notIssued, unavailable),
          },
        },
      },
      async (request, reply) => {
        const invoice = await findInvoice(deps, request.caller, request.params.id)
        return send(request, reply, invoice, { success: true, invoice: toView(invoice) })
      },
    )

    app.get(
      '/orders/:id/credit-notes',
      {
        onRequest,
        schema: {
          summary: 'What went back of an order after its invoice',
          tags,
          params: OrderParams,
          response: { 200: CreditNotes, ...problems(malformed, unauthorized, noSuchOrder, unavailable) },
        },
      },
      async ({ caller, params }) => {
        const notes = await listCreditNotes(deps, caller, params.id)
        return { success: true as const, creditNotes: notes.map(toView) }
      },
    )

    app.get(
      '/credit-notes/:id',
      {
        onRequest,
        schema: {
          summary: 'A credit note, as JSON, as a page or as a PDF',
          tags,
          params: CreditNoteParams,
          querystring: FormatQuery,
          response: {
            ...inFormats(OneCreditNote),
            ...problems(malformed, unauthorized, noSuchCreditNote, unavailable),
          },
        },
      },
      async (request, reply) => {
        const creditNote = await findCreditNote(deps, request.caller, request.params.id)
        return send(request, reply, creditNote, { success: true, creditNote: toView(creditNote) })
      },
    )
  }
