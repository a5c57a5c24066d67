import { pino } from 'pino'
import { readInvoiceOf } from '../../src/modules/invoices/document-queries.ts'
import { connectDatabase } from '../../src/platform/database/connect-database.ts'
import { setClock } from './clock.ts'
import { settingsFor } from './databases.ts'
import { anInvoicing } from './invoices.ts'

/** What a process of a race is to do, as JSON in its arguments after the database's address. */
export interface InvoiceWork {
  orderIds: string[]
  now: number
}

/** Issues the invoices of orders, eight at a time, and says each number once it is committed. */
const [, , url = '', text = '{}'] = process.argv
const { orderIds, now } = JSON.parse(text) as InvoiceWork
const database = await connectDatabase(settingsFor({ DATABASE_URL: url, DATABASE_CONNECT_TIMEOUT_MS: '5000' }), {
  log: pino({ level: 'silent' }),
})
const { invoices } = anInvoicing(database, { clock: setClock(now) })
const waiting = [...orderIds]
async function issue(): Promise<void> {
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    await invoices.issueInvoice(id)
    const invoice = await readInvoiceOf(database.db, id)
    process.stdout.write(`${id} ${invoice?.number}\n`)
  }
}
await Promise.all(Array.from({ length: 8 }, issue))
await database.close()
