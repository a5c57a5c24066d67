import { sql } from 'kysely'
import type { Queryable, Tx } from '../../platform/database/database.ts'
import type { Buyer, DocumentKind, IssuedDocument, ListedDocument } from './document.ts'
import type { Place } from './document-number.ts'

export interface NewDocument extends Omit<IssuedDocument, 'number'>, Place {
  /** Of a credit note: the refund or return that it is for. */
  cause: string | null
}

/**
 * Takes the next number of the series and writes the document under it, with who bought. Others who want a number of
 * the series wait until the transaction ends; when it is rolled back, the next of them has the number. The number.
 * @throws StatementError `invoice_documents_invoice_of_order` or `invoice_documents_cause_key` when there is one
 */
export async function insertDocument(tx: Tx, document: NewDocument): Promise<string> {
  const { content, buyer, kind, storeId, financialYear, seriesPrefix, invoiceId } = withColumns(document)
  const { totals } = content
  const { rows } = await sql<{ number: string }>`
    with taken as (
      insert into invoice_series as s (store_id, kind, financial_year, last_number)
      values (${storeId}, ${kind}, ${financialYear}, 1)
      on conflict (store_id, kind, financial_year) do update set last_number = s.last_number + 1
      returning last_number as sequence
    ), added as (
      insert into invoice_documents (id, kind, store_id, financial_year, sequence, number, order_id, user_id, invoice_id,
        cause, issued_at, issued_on, taxable_paise, cgst_paise, sgst_paise, tip_paise, total_paise, content)
      select ${document.id}, ${kind}, ${storeId}, ${financialYear}, sequence,
        ${seriesPrefix}::text || lpad(sequence::text, greatest(6, length(sequence::text)), '0'),
        ${document.orderId}, ${document.userId}, ${invoiceId}, ${document.cause}, ${document.issuedAt},
        ${document.issuedOn}::date, ${totals.taxablePaise}::bigint, ${totals.cgstPaise}::bigint,
        ${totals.sgstPaise}::bigint, ${totals.tipPaise}::bigint, ${totals.totalPaise}::bigint,
        ${JSON.stringify(content)}::jsonb
      from taken returning id, number, user_id
    ), kept as (
      insert into invoice_buyers (invoice_id, user_id, name, address_lines, landmark)
      select id, user_id, ${buyer?.name ?? null}, ${buyer?.addressLines ?? null}::text[], ${buyer?.landmark ?? null}
      from added where ${buyer !== null}::boolean
    )
    select number from added`.execute(tx)
  return (rows[0] as { number: string }).number
}

const withColumns = (document: NewDocument) => ({ ...document, invoiceId: document.content.invoice?.id ?? null })

/** With who bought, whom credit notes have from their invoice. */
const selectDocuments = (on: Queryable) =>
  on
    .selectFrom('invoice_documents as d')
    .leftJoin('invoice_buyers as b', (join) => join.onRef('b.invoice_id', '=', sql`coalesce(d.invoice_id, d.id)`))
    .select([
      'd.id',
      'd.kind',
      'd.number',
      'd.order_id as orderId',
      'd.store_id as storeId',
      'd.user_id as userId',
      'd.issued_at as issuedAt',
      'd.issued_on as issuedOn',
      'd.content',
      'b.invoice_id as buyerOf',
      'b.name',
      'b.address_lines as addressLines',
      'b.landmark',
    ])

type Row = Omit<IssuedDocument, 'buyer'> & { buyerOf: string | null } & Buyer

const toDocument = ({ buyerOf, name, addressLines, landmark, ...document }: Row): IssuedDocument => ({
  ...document,
  buyer: buyerOf === null ? null : { name, addressLines, landmark },
})

export async function readInvoiceOf(on: Queryable, orderId: string): Promise<IssuedDocument | undefined> {
  const row = await selectDocuments(on)
    .where('d.order_id', '=', orderId)
    .where('d.kind', '=', 'invoice')
    .executeTakeFirst()
  return row && toDocument(row)
}

/** The oldest first. */
export async function readCreditNotesOf(on: Queryable, orderId: string): Promise<IssuedDocument[]> {
  const rows = await selectDocuments(on)
    .where('d.order_id', '=', orderId)
    .where('d.kind', '=', 'creditNote')
    .orderBy('d.financial_year')
    .orderBy('d.sequence')
    .execute()
  return rows.map(toDocument)
}

export async function readCreditNote(on: Queryable, id: string): Promise<IssuedDocument | undefined> {
  const row = await selectDocuments(on).where('d.id', '=', id).where('d.kind', '=', 'creditNote').executeTakeFirst()
  return row && toDocument(row)
}

export const hasCreditNoteFor = async (on: Queryable, cause: string): Promise<boolean> =>
  (await on.selectFrom('invoice_documents').select('id').where('cause', '=', cause).executeTakeFirst()) !== undefined

/** Keeps others from making a credit note of the invoice until the transaction ends. */
export async function lockInvoice(tx: Tx, invoiceId: string): Promise<void> {
  await tx.selectFrom('invoice_documents').select('id').where('id', '=', invoiceId).forNoKeyUpdate().execute()
}

export interface DocumentsWanted {
  storeId: string
  kind: DocumentKind
  /** Days in India: from the first, to the one before which it ends. */
  from: string
  before: string
  after?: { issuedOn: string; sequence: number }
  limit: number
}

/** By day and number. */
export function readDocuments(
  on: Queryable,
  { storeId, kind, from, before, after, limit }: DocumentsWanted,
): Promise<ListedDocument[]> {
  let query = on
    .selectFrom('invoice_documents')
    .select([
      'id',
      'kind',
      'number',
      'sequence',
      'content',
      'order_id as orderId',
      'issued_at as issuedAt',
      'issued_on as issuedOn',
    ])
    .where('store_id', '=', storeId)
    .where('kind', '=', kind)
    .where('issued_on', '>=', from)
    .where('issued_on', '<', before)
  if (after)
    query = query.where(sql<boolean>`(issued_on, sequence) > (${after.issuedOn}::date, ${after.sequence}::integer)`)
  return query.orderBy('issued_on').orderBy('sequence').limit(limit).execute()
}
