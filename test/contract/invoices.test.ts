import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { placeAt } from '../../src/modules/invoices/document-number.ts'
import { insertDocument } from '../../src/modules/invoices/document-queries.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import type { StatementError } from '../../src/platform/database/statement-error.ts'
import { newId } from '../../src/platform/ids.ts'
import { setClock } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { anEvent, anInvoicing, aPackedOrder, type Invoicing, registered } from '../support/invoices.ts'
import { inParallel } from '../support/service.ts'
import { aStore } from '../support/stock.ts'

const lastOfMarch = Date.UTC(2027, 2, 31, 18, 29, 59) // a second before midnight in India

for (const kind of databaseKinds) {
  describe(`invoices on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let invoicing: Invoicing
    let storeId: string
    let code: string
    before(async () => {
      database = await aDatabase(kind)
    })
    after(() => database.end())
    beforeEach(async () => {
      ;({ id: storeId, code } = await aStore(database))
      invoicing = anInvoicing(database, { clock: setClock(Date.UTC(2026, 10, 27, 6)) })
    })

    const anOrder = (fields: Parameters<typeof aPackedOrder>[1] = {}) => aPackedOrder(database, { storeId, ...fields })
    async function issued(fields: Parameters<typeof aPackedOrder>[1] = {}) {
      const order = await anOrder(fields)
      const invoice = await invoicing.invoices.issueInvoice(order.id)
      assert.ok(invoice)
      return { order, invoice }
    }
    const rows = async (sql: string, values: unknown[] = [storeId]) =>
      (await database.raw(sql, values)).rows as Record<string, unknown>[]
    const notesOf = (orderId: string) =>
      rows(
        `select number, total_paise as total, tip_paise as tip, content from invoice_documents
          where order_id = $1 and kind = 'creditNote' order by sequence`,
        [orderId],
      )
    const happens = async (orderId: string, type: string, details: object = {}) =>
      invoicing.invoices.issueCreditNote(await anEvent(database, { orderId, type, details }))

    test('are over what was paid for what was found, with the fees and the tip, tax and all', async () => {
      const { order, invoice } = await issued({
        lines: [
          { hsnCode: '0401', gstBasisPoints: 500, pricePaise: 10_500, quantity: 3, foundQuantity: 2 },
          { hsnCode: '3402', gstBasisPoints: 1800, pricePaise: 11_800, quantity: 1, foundQuantity: 0 },
        ],
        fees: [
          { kind: 'deliveryFee', amountPaise: 2500, explanation: null },
          { kind: 'handlingCharge', amountPaise: 0, explanation: 'Waived' },
        ],
        tipPaise: 2000,
      })
      const { content } = invoice
      assert.equal(content.totals.totalPaise, order.totalPaise)
      assert.deepEqual(
        content.lines.map(({ kind: what, code: hsn, quantity, taxablePaise, cgstPaise, sgstPaise, totalPaise }) => [
          [what, hsn, quantity],
          [taxablePaise, cgstPaise, sgstPaise, totalPaise],
        ]),
        [
          [
            ['goods', '0401', 2],
            [20_000, 500, 500, 21_000],
          ],
          [
            ['fee', '996813', 1],
            [2118, 191, 191, 2500],
          ],
        ],
      )
      assert.deepEqual(content.totals, {
        taxablePaise: 22_118,
        cgstPaise: 691,
        sgstPaise: 691,
        tipPaise: 2000,
        totalPaise: 25_500,
      })
      assert.equal(content.amountInWords, 'Rupees Two Hundred Fifty-Five Only')
      assert.equal(content.title, 'Tax invoice')
      assert.deepEqual(content.placeOfSupply, { code: '29', name: 'Karnataka' })
      assert.deepEqual(invoice.buyer, { name: 'Asha Rao', addressLines: ['12 Main Road'], landmark: null })
    })

    test('say what they are: exempt goods are billed, a mix is both, and without a GSTIN there is a receipt without tax', async () => {
      const exempt = { gstBasisPoints: 0, pricePaise: 5000 }
      const taxed = { gstBasisPoints: 500, pricePaise: 5000 }
      const titleOf = async (lines: object[]) => (await issued({ lines, fees: [] })).invoice.content.title
      assert.equal(await titleOf([exempt]), 'Bill of supply')
      assert.equal(await titleOf([exempt, taxed]), 'Invoice-cum-bill of supply')
      const { SELLER_GSTIN: _, ...unregistered } = registered
      invoicing = anInvoicing(database, { env: unregistered })
      const { order, invoice } = await issued({ lines: [taxed] })
      assert.equal(invoice.content.title, 'Receipt')
      const { taxablePaise, cgstPaise, sgstPaise, totalPaise } = invoice.content.totals
      assert.deepEqual([taxablePaise, cgstPaise, sgstPaise, totalPaise], [order.totalPaise, 0, 0, order.totalPaise])
      assert.ok(invoice.content.tax.every(({ gstBasisPoints }) => gstBasisPoints === 0))
    })

    test('are taxed by what the seller is when they are issued, as the bill is or would have been', async () => {
      const { SELLER_GSTIN: _, ...unregistered } = registered
      const linesOf = ({ invoice }: Awaited<ReturnType<typeof issued>>) =>
        invoice.content.lines.map(({ description, sku, ...amounts }) => amounts)
      const couponPaise = 1333
      const fees = [{ kind: 'deliveryFee' as const, amountPaise: 2500, explanation: null }]
      const [before, since] = [await issued({ couponPaise, fees }), await issued({ couponPaise, fees, isTaxed: false })]
      assert.equal(before.order.totalPaise, since.order.totalPaise)
      assert.deepEqual(linesOf(since), linesOf(before))
      assert.deepEqual(since.invoice.content.totals, before.invoice.content.totals)
      assert.equal(before.invoice.content.totals.cgstPaise, before.order.bill.tax.cgstPaise)
      invoicing = anInvoicing(database, { env: unregistered })
      for (const isTaxed of [true, false]) {
        const { order, invoice } = await issued({ couponPaise, fees, isTaxed })
        const { title, totals } = invoice.content
        assert.deepEqual([title, totals.cgstPaise, totals.totalPaise], ['Receipt', 0, order.totalPaise])
      }
    })

    test('are issued when goods have left, once, with the numbers of their store from one upwards', async () => {
      const waiting = await anOrder({ status: 'packed' })
      assert.equal(await invoicing.invoices.issueInvoice(waiting.id), undefined)
      assert.equal(await invoicing.invoices.issueInvoice('ord_01h455vb4pex5vsknk084sn02q'), undefined)
      const numbers: string[] = []
      for (let count = 0; count < 3; count += 1) {
        const { order, invoice } = await issued()
        numbers.push(invoice.number)
        assert.deepEqual(await invoicing.invoices.issueInvoice(order.id), invoice)
      }
      const prefix = numbers[0]?.split('/')[0] ?? ''
      assert.match(prefix, new RegExp(`^${code.slice(0, 3)}..$`))
      assert.deepEqual(
        numbers,
        [1, 2, 3].map((each) => `${prefix}/26/00000${each}`),
      )
      assert.ok(numbers.every((number) => number.length <= 16))
    })

    test('begin anew on the first of April in India', async () => {
      invoicing.clock.set(lastOfMarch)
      const before = await issued()
      invoicing.clock.pass(1000)
      const after = await issued()
      assert.deepEqual([before.invoice.issuedOn, after.invoice.issuedOn], ['2027-03-31', '2027-04-01'])
      assert.match(before.invoice.number, /\/26\/000001$/)
      assert.match(after.invoice.number, /\/27\/000001$/)
    })

    test('leave no number out when one was taken and not written after all', async () => {
      const { invoice } = await issued()
      const [prefix = ''] = invoice.number.split('/')
      const order = await anOrder()
      const next = { ...invoice, id: newId('inv'), orderId: order.id, cause: null }
      const taken = inTransaction(database.db, async (tx) => {
        const place = placeAt(invoicing.clock.now(), { prefix, kind: 'invoice' })
        assert.equal(await insertDocument(tx, { ...next, ...place }), `${prefix}/26/000002`)
        throw new Error('the power went')
      })
      await assert.rejects(taken, /the power went/)
      assert.equal((await invoicing.invoices.issueInvoice(order.id))?.number, `${prefix}/26/000002`)
    })

    test('refuse amounts that do not come to what was paid', async () => {
      const order = await anOrder()
      await database.raw('update orders set total_paise = total_paise - 1 where id = $1', [order.id])
      await assert.rejects(invoicing.invoices.issueInvoice(order.id), /would be over/)
      assert.deepEqual(await rows('select id from invoice_documents where store_id = $1'), [])
    })

    test('give an order one invoice when many issue it at once', async () => {
      const order = await anOrder()
      const all = await inParallel(8, () => invoicing.invoices.issueInvoice(order.id))
      assert.equal(new Set(all.map((invoice) => invoice?.number)).size, 1)
      assert.deepEqual(await rows('select last_number from invoice_series where store_id = $1'), [{ last_number: 1 }])
    })

    test('are followed by credit notes for refunds, in proportion to the rates, with numbers of their own', async () => {
      const { order, invoice } = await issued({ tipPaise: 1000 })
      await happens(order.id, 'refunded', {
        refundId: 'rfd_1',
        amountPaise: 5000,
        reason: 'broken',
        status: 'processed',
      })
      const [note] = await notesOf(order.id)
      assert.match(String(note?.['number']), /^.{5}\/C26\/000001$/)
      assert.deepEqual([note?.['total'], note?.['tip']], [5000, 0])
      const content = note?.['content'] as typeof invoice.content
      assert.equal(content.title, 'Credit note')
      assert.deepEqual(content.invoice, { id: invoice.id, number: invoice.number, issuedOn: invoice.issuedOn })
      assert.equal(content.tax.length, invoice.content.tax.length)
      assert.equal(content.amountInWords, 'Rupees Fifty Only')
    })

    test('credit a refund once, whatever is heard of it, and only when the money is back', async () => {
      const { order } = await issued()
      const refund = { refundId: 'rfd_2', amountPaise: 700, reason: 'Came late' }
      for (const status of ['requested', 'pending', 'failed'])
        await happens(order.id, 'refunded', { ...refund, status })
      assert.deepEqual(await notesOf(order.id), [])
      const eventId = await anEvent(database, { orderId: order.id, type: 'refunded', details: refund })
      await inParallel(4, () => invoicing.invoices.issueCreditNote(eventId))
      await happens(order.id, 'refunded', { ...refund, status: 'processed' })
      assert.deepEqual(
        (await notesOf(order.id)).map(({ total }) => total),
        [700],
      )
    })

    test('credit nothing for what the invoice never had', async () => {
      const { order } = await issued()
      for (const reason of ['not_found', 'twice', 'inexact', 'short', 'late'])
        await happens(order.id, 'refunded', { refundId: `rfd_${reason}`, amountPaise: 700, reason })
      await happens(order.id, 'delivered')
      const cancelled = await anOrder({ status: 'cancelled' })
      await happens(cancelled.id, 'refunded', { refundId: 'rfd_4', amountPaise: 700, reason: 'cancelled' })
      assert.deepEqual([...(await notesOf(order.id)), ...(await notesOf(cancelled.id))], [])
    })

    test('leave a refund that does not say why to people', async () => {
      const { order } = await issued()
      const refund = { refundId: 'rfd_8', amountPaise: 700, status: 'processed' }
      await assert.rejects(happens(order.id, 'refunded', refund), /does not say why/)
      assert.deepEqual(await notesOf(order.id), [])
      await happens(order.id, 'returned_to_store')
      await happens(order.id, 'refunded', refund) // nothing is left that it could be about
      assert.equal((await notesOf(order.id)).length, 1)
    })

    test('are credited in full by a return, less what went back before, and no more by its refund', async () => {
      const { order, invoice } = await issued({ tipPaise: 3000 })
      await happens(order.id, 'refunded', { refundId: 'rfd_5', amountPaise: 999, reason: 'broken' })
      const refund = { refundId: 'rfd_6', amountPaise: order.totalPaise - 999, reason: 'returned' }
      await Promise.all([happens(order.id, 'returned_to_store'), happens(order.id, 'refunded', refund)])
      const notes = await notesOf(order.id)
      assert.deepEqual(
        notes.map(({ total }) => total),
        [999, order.totalPaise - 999],
      )
      const credited = notes.map(({ content }) => (content as typeof invoice.content).totals)
      for (const amount of ['taxablePaise', 'cgstPaise', 'sgstPaise', 'tipPaise'] as const)
        assert.equal(
          credited.reduce((sum, totals) => sum + totals[amount], 0),
          invoice.content.totals[amount],
        )
    })

    test('are credited with what went back before the goods left, once, and no more than they are over', async () => {
      const order = await anOrder({ status: 'placed' })
      const went = (refundId: string, amountPaise: number, reason: string) =>
        happens(order.id, 'refunded', { refundId, amountPaise, reason, status: 'processed' })
      await went('rfd_early', 1000, 'Goodwill')
      await went('rfd_missing', 300, 'not_found')
      assert.deepEqual(await notesOf(order.id), [])
      await database.raw(`update orders set status = 'out_for_delivery' where id = $1`, [order.id])
      for (let time = 0; time < 2; time += 1)
        await invoicing.react('order.changed/issue-invoice', { orderId: order.id })
      await went('rfd_rest', 10_000_000, 'Everything')
      const { totalPaise } = order
      assert.deepEqual(
        (await notesOf(order.id)).map(({ total }) => Number(total)),
        [1000, totalPaise - 1000],
      )
    })

    test('are issued first where a refund is heard of before the dispatch', async () => {
      const order = await anOrder()
      await happens(order.id, 'refunded', { refundId: 'rfd_7', amountPaise: 100, reason: 'broken' })
      const kinds = await rows('select kind from invoice_documents where order_id = $1 order by kind desc', [order.id])
      assert.deepEqual(kinds, [{ kind: 'invoice' }, { kind: 'creditNote' }])
    })

    test('forget who bought with the account, and say the same otherwise', async () => {
      const { order, invoice } = await issued()
      await invoicing.react('account.deleted/forget-buyer', { userId: order.userId })
      assert.deepEqual(await invoicing.invoices.issueInvoice(order.id), { ...invoice, buyer: null })
      const erased = anInvoicing(database, { findContact: async () => undefined })
      const later = await anOrder()
      assert.equal((await erased.invoices.issueInvoice(later.id))?.buyer, null)
      assert.deepEqual(await rows('select name from invoice_buyers where user_id = $1', [later.userId]), [])
    })

    test('are asked for by the facts that they follow from, and by no other', async () => {
      const wanted = (reaction: string, type: string) => invoicing.wants(reaction, { type })
      assert.deepEqual(
        ['placed', 'packed', 'out_for_delivery', 'refunded', 'returned_to_store', 'delivered'].map((type) => [
          wanted('order.changed/issue-invoice', type),
          wanted('order.changed/issue-credit-note', type),
        ]),
        [
          [false, false],
          [false, false],
          [true, false],
          [false, true],
          [false, true],
          [false, false],
        ],
      )
      const order = await anOrder()
      await invoicing.react('order.changed/issue-invoice', { orderId: order.id })
      assert.equal((await rows('select id from invoice_documents where order_id = $1', [order.id])).length, 1)
    })

    test('refuse in the database itself to be changed, to skip a number or to be two', async () => {
      const { invoice } = await issued()
      await issued()
      const refuses = (constraint: string, sql: string) =>
        assert.rejects(database.executeSql(sql.replaceAll('$s', `'${storeId}'`)), (error: StatementError) => {
          assert.equal(error.constraint, constraint, sql)
          return true
        })
      await refuses('invoice_documents_stay', 'update invoice_documents set total_paise = 0 where store_id = $s')
      await refuses('invoice_documents_stay', `delete from invoice_documents where id = '${invoice.id}'`)
      await refuses('invoice_documents_stay', 'truncate invoice_documents cascade')
      await refuses('invoice_series_go_forward', 'update invoice_series set last_number = 1 where store_id = $s')
      await refuses('invoice_series_last_is_issued', 'update invoice_series set last_number = 3 where store_id = $s')
      await refuses('invoice_series_stay', 'delete from invoice_series where store_id = $s')
      await refuses('invoice_prefixes_stay', `update invoice_prefixes set prefix = 'X' where store_id = $s`)
      const copy = (sequence: number, number: string, orderId = `'${invoice.orderId}'`) => `
        insert into invoice_documents (id, kind, store_id, financial_year, sequence, number, order_id, user_id, issued_at,
          issued_on, taxable_paise, cgst_paise, sgst_paise, tip_paise, total_paise, content)
        select 'inv_copy${sequence}', kind, store_id, financial_year, ${sequence}, ${number}, ${orderId}, user_id, issued_at,
          issued_on, taxable_paise, cgst_paise, sgst_paise, tip_paise, total_paise, content
        from invoice_documents where id = '${invoice.id}'`
      const other = `'${(await anOrder()).id}'`
      const numbered = (digits: string) => `split_part(number, '/', 1) || '/26/${digits}'`
      await refuses('invoice_documents_follow_each_other', copy(4, numbered('000004'), other))
      await refuses('invoice_documents_sequence_key', copy(2, `'ZZ/26/000002'`, other))
      await refuses('invoice_documents_invoice_of_order', copy(3, numbered('000003')))
      await refuses('invoice_documents_number_says_sequence', copy(3, numbered('000007'), other))
      await refuses('invoice_documents_number_check', copy(3, `number || '-TOO-LONG'`, other))
    })
  })
}
