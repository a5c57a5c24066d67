import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import Fastify, { type FastifyInstance } from 'fastify'
import { systemClock } from '../../src/platform/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { fakeRazorpay, razorpayEnv } from '../support/fake-razorpay.ts'
import { aTill, type Till } from '../support/payments.ts'
import { aQueue, type TestQueue, until } from '../support/queues.ts'

const program = fileURLToPath(new URL('../support/fake-razorpay-process.ts', import.meta.url))

for (const kind of databaseKinds) {
  describe(`payments with their jobs, and Razorpay in a process of its own, on ${kind.name}`, {
    skip: kind.skip,
  }, () => {
    let database: TestDatabase
    let queue: TestQueue
    let till: Till
    let server: FastifyInstance
    let razorpay: ChildProcess
    let baseUrl: string
    before(async () => {
      database = await aDatabase(kind)
      queue = aQueue(database)
      razorpay = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
      assert.ok(razorpay.stdout)
      const [port] = await once(razorpay.stdout, 'data')
      baseUrl = `http://127.0.0.1:${String(port).trim()}`
      const clock = { ...systemClock, set: () => undefined, pass: () => undefined }
      till = aTill(database, { env: razorpayEnv(baseUrl), development: false, clock, queue })
      server = Fastify()
      await server.register(till.payments.webhookRoutes, { prefix: '/api/webhooks' })
      const url = await server.listen({ port: 0, host: '127.0.0.1' })
      await control('webhooks', { url: `${url}/api/webhooks/razorpay` })
      await queue.start({ work: true })
    })
    after(async () => {
      await queue.stop()
      await server.close()
      razorpay.kill()
      await once(razorpay, 'close')
      await database.end()
    })

    async function control(what: string, body: object): Promise<Record<string, unknown>> {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${baseUrl}/control/${what}`, { method: 'POST', headers, body: JSON.stringify(body) })
      return (await answer.json()) as Record<string, unknown>
    }
    const paymentOf = async (orderId: string) => (await till.payments.paymentsOf(database.db, orderId))[0]

    test('are paid a moment after the webhook, and given back a moment after that was asked for', async () => {
      await control('delivery', { copies: 3, shuffles: true })
      const opened = await till.open('razorpay')
      const { client } = await till.payments.start(opened.id, { log: till.log })
      await control('pay', { orderId: client?.['orderId'] })
      await until(async () => (await paymentOf(opened.orderId))?.status === 'captured')
      assert.equal(till.told.captured.length, 1)

      const refund = { orderId: opened.orderId, amountPaise: 5000, reason: 'Spoilt', reference: 'a' }
      await till.within((tx) => till.payments.refund(tx, refund))
      await until(async () => (await till.payments.refundsOf(database.db, opened.orderId))[0]?.status === 'processed')
      const { money } = await control('state', {})
      assert.deepEqual(money, { in: 25_000, out: 5000 })
    })

    test('leave nothing behind that was rolled back', async () => {
      const opened = await till.open('razorpay')
      const given = till.within(async (tx) => {
        await till.payments.close(tx, opened.orderId)
        throw new Error('no')
      })
      await assert.rejects(given)
      assert.equal((await paymentOf(opened.orderId))?.status, 'created')
    })

    test('answer webhooks over the wire', async (t) => {
      const { sign, close } = await fakeRazorpay()
      await close()
      const { port } = server.server.address() as { port: number }
      const times: number[] = []
      for (let at = 0; at < 100; at += 1) {
        const payment = { id: `pay_${at}`, order_id: 'order_x', amount: 100, currency: 'INR' }
        const { headers, body } = sign('payment.failed', { payment })
        const startedAt = performance.now()
        const url = `http://127.0.0.1:${port}/api/webhooks/razorpay`
        const answer = await fetch(url, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body,
        })
        times.push(performance.now() - startedAt)
        assert.equal(answer.status, 204)
      }
      times.sort((a, b) => a - b)
      const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(1)
      // How long depends on who else uses the machine; the jobs run beside it.
      t.diagnostic(`p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`)
    })
  })
}
