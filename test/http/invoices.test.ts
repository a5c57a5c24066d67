import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { writeCursor } from '../../src/platform/http/pagination.ts'
import { newId } from '../../src/platform/ids.ts'
import { numbersFrom, type StartedAccounts, startAccounts } from '../support/accounts.ts'
import { setClock } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { anEvent, anInvoicing, aPackedOrder, type Invoicing } from '../support/invoices.ts'
import { inParallel } from '../support/service.ts'
import { aStore } from '../support/stock.ts'

for (const kind of databaseKinds) {
  describe(`invoices over HTTP on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedAccounts
    let invoicing: Invoicing
    let admin: string
    const clock = setClock(Date.UTC(2026, 10, 27, 6))
    const aNumber = numbersFrom(9_813_000_000)
    before(async () => {
      database = await aDatabase(kind)
      service = await startAccounts(database, {
        clock,
        async others({ accounts, server }) {
          const { authenticate, findContact } = accounts
          invoicing = anInvoicing(database, { clock, authenticate, findContact })
          await server.register(invoicing.invoices.routes, { prefix: '/api' })
        },
      })
      admin = (await service.anAdmin(aNumber())).accessToken
    })
    after(async () => {
      await service.end()
      await database.end()
    })

    async function somebody(role: string, ...storeIds: string[]): Promise<string> {
      const number = aNumber()
      const { user } = await service.signIn(number)
      const body = { roles: ['customer', role], storeIds }
      assert.equal((await service.call('PATCH', `/api/users/${user.id}`, { token: admin, body })).status, 200)
      return (await service.signIn(number)).accessToken
    }
    const get = (path: string, token: string, headers: Record<string, string> = {}) =>
      service.call('GET', `/api/${path}`, { token, headers })

    async function anIssued(fields: Parameters<typeof aPackedOrder>[1] = {}) {
      const { user, accessToken: token } = await service.signIn(aNumber())
      await service.call('PATCH', '/api/me', { token, body: { name: 'Asha <Rao>' } })
      const storeId = fields.storeId ?? (await aStore(database)).id
      const order = await aPackedOrder(database, { userId: user.id, storeId, ...fields })
      await invoicing.invoices.issueInvoice(order.id)
      return { order, token, storeId }
    }
    const refund = async (orderId: string, amountPaise: number) =>
      invoicing.invoices.issueCreditNote(
        await anEvent(database, {
          orderId,
          type: 'refunded',
          details: { refundId: newId('rfd'), amountPaise, reason: 'broken', status: 'processed' },
        }),
      )

    test('are JSON by default, whole, over what was paid', async () => {
      const { order, token } = await anIssued({ tipPaise: 1500 })
      const { status, body, headers } = await get(`orders/${order.id}/invoice`, token)
      assert.equal(status, 200)
      assert.equal(headers['cache-control'], 'no-store')
      const { invoice } = body
      assert.match(invoice.id, /^inv_/)
      assert.match(invoice.number, /^[A-Z0-9]{5}\/26\/000001$/)
      assert.deepEqual(
        [invoice.kind, invoice.orderId, invoice.issuedOn, invoice.title, invoice.invoice],
        ['invoice', order.id, '2026-11-27', 'Invoice-cum-bill of supply', null],
      )
      assert.equal(invoice.totals.totalPaise, order.totalPaise)
      assert.deepEqual(invoice.buyer, { name: 'Asha <Rao>', addressLines: ['12 Main Road'], landmark: null })
      assert.equal(invoice.seller.gstin, '29AAAAA0000A1ZY')
      assert.deepEqual(
        invoice.lines.map((line: { code: string; totalPaise: number }) => [line.code, line.totalPaise]),
        [
          ['0401', 5600],
          ['2005', 4500],
          ['3402', 17_500],
          ['996813', 2500],
        ],
      )
      assert.ok(!('userId' in invoice))
    })

    test('are one page that may load and run nothing, with everything escaped', async () => {
      const { order, token } = await anIssued({ lines: [{ name: '"Tea" & <script>alert(1)</script>' }] })
      const asked = await get(`orders/${order.id}/invoice`, token, {
        accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
      })
      assert.equal(asked.status, 200)
      assert.match(String(asked.headers['content-type']), /^text\/html/)
      assert.match(
        String(asked.headers['content-security-policy']),
        /^default-src 'none'; style-src 'sha256-[^']+'; frame-ancestors 'none'/,
      )
      assert.ok(asked.text.includes('&quot;Tea&quot; &amp; &lt;script&gt;alert(1)'))
      assert.ok(asked.text.includes('Asha &lt;Rao&gt;'))
      assert.doesNotMatch(asked.text, /<script|https?:|<img|<link|style="/)
      assert.equal((await get(`orders/${order.id}/invoice?format=html`, token)).text, asked.text)
    })

    test('say that they differ by Accept where they do', async () => {
      const { order, token } = await anIssued()
      await refund(order.id, 100)
      const [note] = (await get(`orders/${order.id}/credit-notes`, token)).body.creditNotes
      for (const path of [`orders/${order.id}/invoice`, `credit-notes/${note.id}`]) {
        for (const accept of ['application/json', 'text/html', 'application/pdf', '*/*'])
          assert.equal((await get(path, token, { accept })).headers['vary'], 'Origin, Accept', `${path} as ${accept}`)
        assert.equal((await get(`${path}?format=pdf`, token)).headers['vary'], 'Origin')
      }
    })

    test('are a PDF, whatever script its names are in and however long it is', async () => {
      const names = ['अमूल दूध', 'பால்', '🍵', 'Ghee\u0000', 'x'.repeat(300)]
      const lines = Array.from({ length: 90 }, (_, at) => ({
        name: `${names[at % names.length]}`.replaceAll('\u0000', ''),
      }))
      const { order, token } = await anIssued({ lines })
      for (const [query, headers] of [
        ['?format=pdf', {}],
        ['', { accept: 'application/pdf' }],
      ] as const) {
        const { status, headers: answered, text } = await get(`orders/${order.id}/invoice${query}`, token, headers)
        assert.equal(status, 200)
        assert.equal(answered['content-type'], 'application/pdf')
        assert.match(String(answered['content-disposition']), /^inline; filename="[A-Z0-9]+-26-000001\.pdf"$/)
        assert.ok(text.startsWith('%PDF-1.') && text.trimEnd().endsWith('%%EOF'))
      }
      assert.equal((await get(`orders/${order.id}/invoice?format=docx`, token)).status, 400)
    })

    test('are for whoever bought, whoever works in the store, and admins; to all others there is no such order', async () => {
      const { order, token, storeId } = await anIssued()
      await refund(order.id, 100)
      const [note] = (await get(`orders/${order.id}/credit-notes`, token)).body.creditNotes
      const paths = [`orders/${order.id}/invoice`, `orders/${order.id}/credit-notes`, `credit-notes/${note.id}`]
      const [elsewhere] = [(await aStore(database)).id]
      for (const [who, status] of [
        [token, 200],
        [admin, 200],
        [await somebody('storeManager', storeId), 200],
        [await somebody('picker', storeId), 404],
        [await somebody('storeManager', elsewhere), 404],
        [await somebody('rider', storeId), 404],
        [(await service.signIn(aNumber())).accessToken, 404],
      ] as const) {
        for (const path of paths) assert.equal((await get(path, who)).status, status, path)
      }
      const stranger = (await service.signIn(aNumber())).accessToken
      const codes = await Promise.all(paths.map(async (path) => (await get(path, stranger)).body.code))
      assert.deepEqual(codes, ['invoice.no_such_order', 'invoice.no_such_order', 'invoice.no_such_credit_note'])
      assert.equal((await service.call('GET', `/api/${paths[0]}`)).status, 401)
    })

    test('are not there before the goods have left, and not for an order that is none', async () => {
      const { user, accessToken } = await service.signIn(aNumber())
      const { id } = await aPackedOrder(database, { userId: user.id, status: 'packed' })
      const early = await get(`orders/${id}/invoice`, accessToken)
      assert.deepEqual([early.status, early.body.code], [404, 'invoice.not_issued'])
      assert.deepEqual((await get(`orders/${id}/credit-notes`, accessToken)).body.creditNotes, [])
      const unknown = await get(`orders/${newId('ord')}/invoice`, accessToken)
      assert.deepEqual([unknown.status, unknown.body.code], [404, 'invoice.no_such_order'])
      assert.equal((await get('orders/ord_1/invoice', accessToken)).status, 400)
      assert.equal((await get(`credit-notes/${newId('crn')}`, accessToken)).status, 404)
    })

    test('are there from the moment in which the goods have left, one for each order, though the job comes at the same time', async () => {
      const { user, accessToken } = await service.signIn(aNumber())
      const { id: storeId } = await aStore(database)
      const orders = await inParallel(6, () => aPackedOrder(database, { userId: user.id, storeId }))
      const answers = await inParallel(36, async (at) => {
        const orderId = orders[at % 6]?.id ?? ''
        if (at % 4 === 3) await invoicing.react('order.changed/issue-invoice', { orderId })
        const { status, body } = await get(`orders/${orderId}/invoice`, at % 2 === 0 ? accessToken : admin)
        assert.equal(status, 200, JSON.stringify(body))
        return `${orderId} ${body.invoice.number.slice(-6)}`
      })
      assert.equal(new Set(answers).size, 6)
      const { rows } = await database.raw(
        `select order_id || ' ' || right(number, 6) as said, sequence from invoice_documents where store_id = $1 order by 2`,
        [storeId],
      )
      const kept = rows as { said: string; sequence: number }[]
      assert.deepEqual(kept.map(({ said }) => said).sort(), [...new Set(answers)].sort())
      assert.deepEqual(
        kept.map(({ sequence }) => sequence),
        [1, 2, 3, 4, 5, 6],
      )
    })

    test('are issued for nobody who may not see them', async () => {
      const { id } = await aPackedOrder(database)
      const stranger = await get(`orders/${id}/invoice`, (await service.signIn(aNumber())).accessToken)
      assert.deepEqual([stranger.status, stranger.body.code], [404, 'invoice.no_such_order'])
      const { rows } = await database.raw('select id from invoice_documents where order_id = $1', [id])
      assert.deepEqual(rows, [])
    })

    test('are followed by credit notes, in the same three formats', async () => {
      const { order, token } = await anIssued()
      await refund(order.id, 1000)
      await refund(order.id, 500)
      const { creditNotes } = (await get(`orders/${order.id}/credit-notes`, token)).body
      assert.deepEqual(
        creditNotes.map((note: { totals: { totalPaise: number } }) => note.totals.totalPaise),
        [1000, 500],
      )
      const path = `credit-notes/${creditNotes[0].id}`
      assert.deepEqual((await get(path, token)).body.creditNote, creditNotes[0])
      assert.match(creditNotes[0].invoice.number, /\/26\/000001$/)
      const page = await get(`${path}?format=html`, token)
      assert.ok(page.text.includes('Credit note') && page.text.includes(creditNotes[0].invoice.number))
      assert.ok((await get(`${path}?format=pdf`, token)).text.startsWith('%PDF'))
    })

    test('keep the postal code and the city only once the account is erased', async () => {
      const { order, token } = await anIssued()
      await invoicing.react('account.deleted/forget-buyer', { userId: order.userId })
      const { invoice } = (await get(`orders/${order.id}/invoice`, admin)).body
      assert.deepEqual([invoice.buyer, invoice.delivery], [null, { city: 'Bengaluru', pincode: '560038' }])
      const page = (await get(`orders/${order.id}/invoice?format=html`, token)).text
      assert.ok(!page.includes('Asha') && !page.includes('12 Main Road') && page.includes('560038'))
    })

    test('are listed by month for whoever runs the store, page by page', async () => {
      const { id: storeId } = await aStore(database)
      for (let count = 0; count < 5; count += 1) await refund((await anIssued({ storeId })).order.id, 300 + count)
      clock.set(Date.UTC(2026, 11, 1, 6))
      await anIssued({ storeId })
      clock.set(Date.UTC(2026, 10, 27, 6))
      const manager = await somebody('storeManager', storeId)
      const numbers: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const next: string = cursor === '' ? '' : `&cursor=${cursor}`
        const { status, body } = await get(`stores/${storeId}/invoices?month=2026-11&limit=2${next}`, manager)
        assert.equal(status, 200)
        numbers.push(...body.invoices.map((each: { number: string }) => each.number.slice(-1)))
        cursor = body.nextCursor
      }
      assert.deepEqual(numbers, ['1', '2', '3', '4', '5'])
      const inDecember = (await get(`stores/${storeId}/invoices?month=2026-12`, manager)).body.invoices
      assert.deepEqual([inDecember.length, inDecember[0].issuedOn], [1, '2026-12-01'])
      const notes = (await get(`stores/${storeId}/invoices?month=2026-11&kind=creditNote`, admin)).body.invoices
      assert.deepEqual(
        notes.map((note: { totals: { totalPaise: number } }) => note.totals.totalPaise),
        [300, 301, 302, 303, 304],
      )
      for (const [path, token, status] of [
        [`stores/${storeId}/invoices`, manager, 400],
        [`stores/${storeId}/invoices?month=2026-13`, manager, 400],
        [`stores/${storeId}/invoices?month=2026-11`, await somebody('picker', storeId), 403],
        [`stores/${(await aStore(database)).id}/invoices?month=2026-11`, manager, 403],
        [`stores/${newId('sto')}/invoices.csv?month=2026-11`, admin, 404],
        [`stores/${storeId}/invoices.csv?month=2026-11`, await somebody('rider', storeId), 403],
      ] as const)
        assert.equal((await get(path, token)).status, status, path)
      const list = JSON.stringify(['/api/stores/:storeId/invoices', { storeId }, [['month', '2026-11']]])
      for (const [day, status] of [
        ['2026-11-28', 200],
        ['2026-11-31', 400],
      ] as const) {
        const forged = writeCursor(list, [day, '1'])
        const answer = await get(`stores/${storeId}/invoices?month=2026-11&cursor=${forged}`, manager)
        assert.equal(answer.status, status, day)
      }
    })

    test('are a file for the books whose columns add up', async () => {
      const { id: storeId, code } = await aStore(database)
      const { order } = await anIssued({ storeId, tipPaise: 700 })
      const { order: returned } = await anIssued({
        storeId,
        lines: [{ pricePaise: 11_800, gstBasisPoints: 1800 }],
        fees: [],
      })
      await invoicing.invoices.issueCreditNote(
        await anEvent(database, { orderId: returned.id, type: 'returned_to_store' }),
      )
      const { status, headers, text } = await get(`stores/${storeId}/invoices.csv?month=2026-11`, admin)
      assert.equal(status, 200)
      assert.match(String(headers['content-type']), /^text\/csv/)
      assert.equal(headers['content-disposition'], `attachment; filename="invoices-${code}-2026-11.csv"`)
      const rows = parse(text, { columns: true }) as Record<string, string>[]
      const paise = (name: string) => rows.reduce((sum, row) => sum + Math.round(Number(row[name]) * 100), 0)
      assert.equal(paise('total'), order.totalPaise)
      assert.equal(paise('taxable') + paise('cgst') + paise('sgst') + 700, order.totalPaise)
      assert.deepEqual(
        rows
          .filter(({ document }) => document === 'creditNote')
          .map(({ taxable, cgst, sgst, total }) => [taxable, cgst, sgst, total]),
        [['-100.00', '-9.00', '-9.00', '-118.00']],
      )
      assert.ok(
        rows.every((row) => row['place_of_supply'] === '29-Karnataka' && row['seller_gstin'] === '29AAAAA0000A1ZY'),
      )
      const empty = (await get(`stores/${storeId}/invoices.csv?month=2025-01`, admin)).text
      assert.equal(empty.trim().split('\n').length, 1)
    })
  })
}
