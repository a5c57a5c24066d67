import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { placeAt } from '../../src/modules/invoices/document-number.ts'
import { insertDocument, readInvoiceOf } from '../../src/modules/invoices/document-queries.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { newId } from '../../src/platform/ids.ts'
import { setClock } from '../support/clock.ts'
import { aDatabase, postgresMissing, type TestDatabase } from '../support/databases.ts'
import type { InvoiceWork } from '../support/invoice-worker.ts'
import { anEvent, anInvoicing, aPackedOrder, type Invoicing } from '../support/invoices.ts'
import { until } from '../support/queues.ts'
import { inParallel } from '../support/service.ts'
import { aStore } from '../support/stock.ts'

const worker = fileURLToPath(new URL('../support/invoice-worker.ts', import.meta.url))

describe('invoices that are issued at once on PostgreSQL', { skip: postgresMissing }, () => {
  const clock = setClock(Date.UTC(2026, 10, 27, 6))
  let database: TestDatabase
  let invoicing: Invoicing
  let storeId: string
  before(async () => {
    database = await aDatabase({ name: 'PostgreSQL' })
    invoicing = anInvoicing(database, { clock })
  })
  after(() => database.end())
  beforeEach(async () => {
    storeId = (await aStore(database)).id
  })

  async function orders(count: number): Promise<string[]> {
    const ids: string[] = []
    while (ids.length < count) ids.push((await aPackedOrder(database, { storeId })).id)
    return ids
  }
  const rows = async <Row>(sql: string, values: unknown[] = [storeId]) =>
    (await database.raw(sql, values)).rows as Row[]
  /** That the store has exactly these numbers, and its counter agrees. */
  async function hasNumbers(kind: string, count: number): Promise<void> {
    const issued = await rows<{ sequence: number }>(
      'select sequence from invoice_documents where store_id = $1 and kind = $2 order by sequence',
      [storeId, kind],
    )
    assert.deepEqual(
      issued.map(({ sequence }) => sequence),
      Array.from({ length: count }, (_, at) => at + 1),
    )
    const counters = await rows<{ last: number }>(
      'select last_number as last from invoice_series where store_id = $1 and kind = $2',
      [storeId, kind],
    )
    assert.deepEqual(counters, count === 0 ? [] : [{ last: count }])
  }
  function start(orderIds: string[]) {
    const work: InvoiceWork = { orderIds, now: clock.now() }
    const child: ChildProcess = spawn(process.execPath, [worker, database.url ?? '', JSON.stringify(work)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    let faults = ''
    child.stdout?.on('data', (chunk) => {
      said += chunk
    })
    child.stderr?.on('data', (chunk) => {
      faults += chunk
    })
    const lines = () => said.split('\n').filter((line) => line !== '')
    return { child, lines, faults: () => faults, ended: once(child, 'close') }
  }

  test('have the numbers from one upwards, each order one, when some are rolled back after they took theirs', async () => {
    const ids = await orders(50)
    const doomed = await orders(25)
    const sample = await invoicing.invoices.issueInvoice(ids[0] ?? '')
    assert.ok(sample)
    const place = placeAt(clock.now(), { prefix: sample.number.split('/')[0] ?? '', kind: 'invoice' })
    const rollBack = (orderId: string) =>
      inTransaction(database.db, async (tx) => {
        await insertDocument(tx, { ...sample, ...place, id: newId('inv'), orderId, cause: null })
        throw new Error('rolled back')
      })
    const failures = Promise.allSettled(doomed.map(rollBack))
    const issued = await inParallel(100, (at) => invoicing.invoices.issueInvoice(ids[at % 50] ?? ''))
    assert.ok((await failures).every(({ status }) => status === 'rejected'))
    assert.equal(new Set(issued.map((invoice) => invoice?.number)).size, 50)
    await hasNumbers('invoice', 50)
  })

  test('leave no number out when a process that issues them is killed, and the next goes on', async () => {
    const ids = await orders(120)
    const victim = start(ids)
    const other = start(ids.toReversed())
    await until(() => victim.lines().length >= 10, 30_000)
    victim.child.kill('SIGKILL')
    await victim.ended
    assert.deepEqual((await other.ended)[0], 0, other.faults())
    await hasNumbers('invoice', 120)
    const numbers = new Map(other.lines().map((line) => line.split(' ') as [string, string]))
    for (const line of victim.lines()) {
      const [id = '', number] = line.split(' ')
      assert.equal(numbers.get(id), number, 'what was said is what is kept')
    }
  })

  test('of several stores keep to their own numbers, whatever codes they have', async () => {
    const stores = await inParallel(4, () => aStore(database))
    const all = await inParallel(24, (at) =>
      aPackedOrder(database, { storeId: stores[at % 4]?.id ?? '' }).then(({ id }) => id),
    )
    const issued = await inParallel(24, (at) => invoicing.invoices.issueInvoice(all[at] ?? ''))
    const prefixes = new Set(issued.map((invoice) => invoice?.number.split('/')[0]))
    assert.equal(prefixes.size, 4)
    for (const { id } of stores) {
      storeId = id
      await hasNumbers('invoice', 6)
    }
  })

  test('are credited over no more than they are, when refunds and a return come at once', async () => {
    const [id = ''] = await orders(1)
    const order = await invoicing.invoices.issueInvoice(id)
    assert.ok(order)
    const events = await inParallel(12, (at) => {
      const details = { refundId: `rfd_race${at >> 1}`, amountPaise: 4000, reason: 'broken', status: 'processed' }
      return at === 11
        ? anEvent(database, { orderId: id, type: 'returned_to_store' })
        : anEvent(database, { orderId: id, type: 'refunded', details })
    })
    await inParallel(24, (at) => invoicing.invoices.issueCreditNote(events[at % 12] ?? 0))
    const [{ total, count } = { total: 0, count: 0 }] = await rows<{ total: string; count: number }>(
      `select sum(total_paise) as total, count(*) as count from invoice_documents where order_id = $1 and kind = 'creditNote'`,
      [id],
    )
    assert.equal(Number(total), order.content.totals.totalPaise)
    await hasNumbers('creditNote', count)
  })

  test('name nobody who is erased while theirs is issued', async () => {
    const [id = ''] = await orders(1)
    let forgetting: Promise<void> | undefined
    const overtaken = anInvoicing(database, {
      clock,
      async findContact(_on, userId) {
        forgetting = overtaken.react('account.deleted/forget-buyer', { userId })
        await Promise.race([forgetting, sleep(300)])
        return { phone: null, email: null, name: 'Asha Rao', locale: null }
      },
    })
    assert.ok(await overtaken.invoices.issueInvoice(id))
    await forgetting
    assert.equal((await readInvoiceOf(database.db, id))?.buyer, null)
  })
})
