import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { type FakeRazorpay, fakeRazorpay, razorpayEnv, razorpayKeys } from '../support/fake-razorpay.ts'
import { type FakeStripe, fakeStripe, stripeEnv } from '../support/fake-stripe.ts'
import { aTill, type Till } from '../support/payments.ts'
import { inParallel } from '../support/service.ts'

for (const kind of databaseKinds) {
  describe(`webhooks of payment providers on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let till: Till
    let razorpay: FakeRazorpay
    let stripe: FakeStripe
    before(async () => {
      database = await aDatabase(kind)
    })
    after(() => database.end())
    beforeEach(async () => {
      razorpay = await fakeRazorpay()
      till = aTill(database, { development: false })
      stripe = await fakeStripe({ clock: till.clock })
      till = aTillWith({})
    })
    afterEach(async () => {
      await razorpay.close()
      await stripe.close()
    })

    const aTillWith = (env: Record<string, string>) =>
      aTill(database, {
        env: { ...razorpayEnv(razorpay.baseUrl), ...stripeEnv(stripe.baseUrl), ...env },
        development: false,
        clock: till.clock,
      })
    const orderPaid = (secret?: string) => razorpay.sign('payment.captured', { payment: aPayment() }, secret)
    const aPayment = (more = {}) => ({ id: 'pay_1', order_id: 'order_1', amount: 100, currency: 'INR', ...more })
    const rows = async () =>
      (await database.raw('select event_id, kind, body, outcome from provider_events order by received_at', [])).rows

    test('are written down before they are answered, sealed, and without their text after some days', async () => {
      const call = orderPaid()
      assert.equal(await till.hear('razorpay', call), 204)
      const id = call.headers['x-razorpay-event-id']
      const find = async () => (await rows()).find((row) => (row as { event_id: string }).event_id === id)
      const { body, ...row } = (await find()) as { body: string | null }
      assert.deepEqual(row, { event_id: id, kind: 'payment.captured', outcome: null })
      assert.ok(body && !body.includes('pay_1'))
      till.clock.pass(15 * 86_400_000)
      await till.tick('payments/forget-events')
      assert.ok(((await find()) as { body: string }).body, 'it was not processed yet')
      await till.work()
      await till.tick('payments/forget-events')
      assert.deepEqual(await find(), { event_id: id, kind: 'payment.captured', body: null, outcome: 'unknown' })
    })

    test('are taken once, however many come at once', async () => {
      const call = orderPaid()
      const answers = await inParallel(20, () => till.hear('razorpay', call))
      assert.deepEqual(new Set(answers), new Set([204]))
      assert.equal(till.waiting().length, 1)
    })

    test('that say the same without an id of their own are taken once', async () => {
      const { headers, body } = orderPaid()
      const { 'x-razorpay-event-id': _, ...bare } = headers
      for (let times = 0; times < 2; times += 1) assert.equal(await till.hear('razorpay', { headers: bare, body }), 204)
      assert.equal(till.waiting().length, 1)
    })

    test('signed with the secret before the last change are good while it is set', async () => {
      const before = 'the secret before this one'
      assert.equal(await till.hear('razorpay', orderPaid(before)), 401)
      const changed = aTillWith({ RAZORPAY_WEBHOOK_SECRET_PREVIOUS: before })
      assert.equal(await changed.hear('razorpay', orderPaid(before)), 204)
      assert.equal(await changed.hear('razorpay', orderPaid()), 204)
      assert.equal(await changed.hear('razorpay', orderPaid(razorpayKeys.keySecret)), 401)
    })

    test('of Stripe are good for five minutes', async () => {
      const intent = { id: 'pi_1', metadata: {}, status: 'succeeded', currency: 'inr', amount_received: 100 }
      const signed = (ageSeconds: number) => stripe.sign('payment_intent.succeeded', intent, { ageSeconds })
      assert.equal(await till.hear('stripe', signed(290)), 204)
      assert.equal(await till.hear('stripe', signed(310)), 401)
    })

    test('may be long, but not longer than 256 KiB', async () => {
      const long = (bytes: number) => stripe.sign('charge.updated', { filler: 'x'.repeat(bytes) })
      assert.equal(await till.hear('stripe', long(200_000)), 204)
      assert.equal(await till.hear('stripe', long(300_000)), 413)
    })

    test('that mean nothing to us are answered and noted without their text', async () => {
      assert.equal(await till.hear('stripe', stripe.sign('customer.created', { email: 'asha@example.com' })), 204)
      const last = (await rows()).at(-1) as { kind: string }
      assert.deepEqual(
        { ...last, event_id: '' },
        { event_id: '', kind: 'customer.created', body: null, outcome: 'ignored' },
      )
      assert.deepEqual(till.waiting(), [])
    })

    test('for a provider that is not set up find nobody', async () => {
      const without = aTill(database, { development: false })
      assert.equal(await without.hear('razorpay', orderPaid()), 404)
      assert.equal(await without.hear('test', { headers: {}, body: '{}' }), 404)
    })

    test('whose seal nobody can open any more are put aside with an alarm', async () => {
      await till.hear('razorpay', orderPaid())
      await database.raw(`update provider_events set body = 'x' where processed_at is null and body is not null`, [])
      await till.work()
      assert.equal(await till.metric('payment_alarms_total{provider="razorpay",alarm="unreadable"}'), 1)
      assert.deepEqual(till.waiting(), [])
    })

    test('cost less than 10 ms of this process’s time each', async (t) => {
      const calls = Array.from({ length: 300 }, (_, at) =>
        razorpay.sign('payment.captured', { payment: aPayment({ id: `pay_${at}` }) }),
      )
      for (const call of calls.slice(0, 100)) await till.hear('razorpay', call)
      const times: number[] = []
      const before = process.cpuUsage()
      for (const call of calls.slice(100)) {
        const startedAt = performance.now()
        await till.hear('razorpay', call)
        times.push(performance.now() - startedAt)
      }
      const { user, system } = process.cpuUsage(before)
      const cpuMs = (user + system) / 1000 / times.length
      times.sort((a, b) => a - b)
      const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(1)
      // How long they take depends on who else uses the machine.
      t.diagnostic(`${cpuMs.toFixed(2)} ms of CPU; took p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`)
      assert.ok(cpuMs < 10, `${cpuMs} ms`)
    })
  })
}
