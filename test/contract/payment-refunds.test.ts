import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { pino } from 'pino'
import { minutes } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { type FakeRazorpay, fakeRazorpay, razorpayEnv } from '../support/fake-razorpay.ts'
import { aTill, type Till } from '../support/payments.ts'

const log = pino({ level: 'silent' })

for (const kind of databaseKinds) {
  describe(`money that goes back, on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let fake: FakeRazorpay
    let till: Till
    before(async () => {
      database = await aDatabase(kind)
    })
    after(() => database.end())
    beforeEach(async () => {
      fake = await fakeRazorpay({ webhooks: (call) => till.hear('razorpay', call) })
      till = aTill(database, { env: { ...razorpayEnv(fake.baseUrl), PAYMENT_TIMEOUT_MS: '2000' }, development: false })
    })
    afterEach(() => fake.close())

    async function heard() {
      await fake.webhooks.arrived()
      await till.work()
      await fake.webhooks.arrived()
      await till.work()
    }
    async function paid(amountPaise = 25_000) {
      const opened = await till.open('razorpay', amountPaise)
      const { client } = await till.payments.start(opened.id, { log })
      const payment = fake.pay(String(client?.['orderId']))
      await heard()
      return { ...opened, captureId: payment.id }
    }
    const refund = (orderId: string, reference: string, amountPaise?: number) =>
      till.within((tx) =>
        till.payments.refund(tx, { orderId, reference, reason: 'Not found', ...(amountPaise && { amountPaise }) }),
      )
    const refundsOf = async (orderId: string) =>
      (await till.payments.refundsOf(database.db, orderId)).map(({ status, amountPaise }) => `${status} ${amountPaise}`)
    const given = async ({ orderId }: { orderId: string }) =>
      (await till.payments.paymentsOf(database.db, orderId))[0]?.refundedPaise
    const asked = () => fake.requests.filter(({ operation }) => operation === 'refund')

    test('goes by a job, in parts, and never more than came', async () => {
      const opened = await paid()
      assert.equal((await refund(opened.orderId, 'a', 10_000))[0]?.status, 'requested')
      assert.deepEqual(asked(), [])
      await heard()
      await refund(opened.orderId, 'b')
      await refund(opened.orderId, 'c')
      await heard()
      assert.deepEqual(await refundsOf(opened.orderId), ['processed 10000', 'processed 15000'])
      assert.deepEqual(fake.money(), { in: 25_000, out: 25_000 })
      assert.deepEqual(
        till.told.refunded.map(({ status }) => status),
        ['processed', 'processed'],
      )
    })

    test('goes once when the answer was lost, under the id of the refund', async () => {
      const opened = await paid()
      fake.play({ refund: 'lose' })
      const [made] = await refund(opened.orderId, 'a')
      await till.work()
      assert.equal(till.waiting().length, 1)
      fake.play({ refund: 'work' })
      await till.work()
      assert.equal(asked()[0]?.headers['x-refund-idempotency'], made?.id)
      assert.equal(asked().length, 1, 'it was found, and not asked for again')
      assert.deepEqual(await refundsOf(opened.orderId), ['processed 25000'])
      assert.equal(fake.money().out, 25_000)
    })

    test('goes once where the provider was told, found nothing, and is told again', async () => {
      const opened = await paid()
      fake.play({ refund: [{ status: 503 }, { status: 409 }, 'hang', 'work'] })
      await refund(opened.orderId, 'a')
      for (let attempt = 0; attempt < 4; attempt += 1) await till.work()
      assert.deepEqual(await refundsOf(opened.orderId), ['processed 25000'])
      assert.equal(fake.money().out, 25_000)
    })

    test('that is refused fails with an alarm, and can be given back again', async () => {
      const opened = await paid()
      fake.play({
        refund: { status: 400, body: { error: { code: 'BAD_REQUEST_ERROR', reason: 'refund_not_allowed' } } },
      })
      await refund(opened.orderId, 'a')
      await till.work()
      assert.deepEqual(await refundsOf(opened.orderId), ['failed 25000'])
      assert.equal(await given(opened), 0)
      assert.deepEqual(till.waiting(), [])
      assert.equal(await till.metric('payment_alarms_total{provider="razorpay",alarm="refund_failed"}'), 1)
      assert.match(till.logged(), /"reason":"razorpay refund_not_allowed","alarm":true/)
      assert.equal(till.told.refunded.at(-1)?.status, 'failed')
      fake.play({ refund: 'work' })
      await refund(opened.orderId, 'b')
      await heard()
      assert.deepEqual(await refundsOf(opened.orderId), ['failed 25000', 'processed 25000'])
    })

    test('waits where the keys are refused', async () => {
      const opened = await paid()
      fake.play({ refund: [{ status: 400, body: { error: { description: 'Authentication failed' } } }, 'work'] })
      await refund(opened.orderId, 'a')
      await till.work()
      assert.deepEqual(await refundsOf(opened.orderId), ['requested 25000'])
      assert.equal(await till.metric('payment_alarms_total{provider="razorpay",alarm="keys"}'), 1)
      await till.work()
      assert.deepEqual(await refundsOf(opened.orderId), ['processed 25000'])
    })

    test('waits where our balance is too small, with alarms, and payments go on', async () => {
      const opened = await paid()
      fake.play({ refund: { status: 400, body: { error: { reason: 'insufficient_balance' } } } })
      await refund(opened.orderId, 'a')
      for (let attempt = 0; attempt < 6; attempt += 1) await till.work()
      assert.deepEqual(await refundsOf(opened.orderId), ['requested 25000'])
      assert.equal(await till.metric('payment_alarms_total{provider="razorpay",alarm="keys"}'), 6)
      assert.equal(await till.metric('payment_circuit_state{vendor="razorpay"}'), 0)
      fake.play({ refund: 'work' })
      await till.work()
      assert.deepEqual(await refundsOf(opened.orderId), ['processed 25000'])
    })

    test('moves forward only, whatever the order of its webhooks', async () => {
      fake.refundsBecome('pending')
      const opened = await paid()
      await refund(opened.orderId, 'a')
      await heard()
      assert.deepEqual(await refundsOf(opened.orderId), ['pending 25000'])
      const [seen] = [...fake.refunds.values()]
      fake.webhooks.set({ copies: 2, shuffles: true })
      fake.endRefund(seen?.id ?? '', 'processed')
      const [created] = fake.webhooks.told.filter(({ body }) => body.includes('refund.created'))
      if (created) fake.webhooks.tell({ ...created, headers: { ...created.headers, 'x-razorpay-event-id': 'again' } })
      await heard()
      assert.deepEqual(await refundsOf(opened.orderId), ['processed 25000'])
      fake.endRefund(seen?.id ?? '', 'failed') // the bank sent it back
      await heard()
      assert.deepEqual(await refundsOf(opened.orderId), ['failed 25000'])
      fake.endRefund(seen?.id ?? '', 'processed')
      await heard()
      assert.deepEqual(await refundsOf(opened.orderId), ['failed 25000'])
      assert.equal(await till.metric('payment_alarms_total{provider="razorpay",alarm="refund_revived"}'), 1)
      assert.deepEqual(
        till.told.refunded.map(({ status }) => status),
        ['pending', 'processed', 'failed'],
      )
    })

    test('is looked at where no webhook tells its end', async () => {
      fake.refundsBecome('pending')
      const opened = await paid()
      await refund(opened.orderId, 'a')
      await heard()
      const [seen] = [...fake.refunds.values()]
      fake.webhooks.set({ dropPercent: 100 })
      fake.endRefund(seen?.id ?? '', 'processed')
      till.clock.pass(minutes(3))
      await till.tick('payments/reconcile')
      assert.deepEqual(await refundsOf(opened.orderId), ['processed 25000'])
    })

    test('is done by reconciliation where its job is gone', async () => {
      const opened = await paid()
      await refund(opened.orderId, 'a')
      const restarted = aTill(database, { env: razorpayEnv(fake.baseUrl), development: false, clock: till.clock })
      till.clock.pass(minutes(3))
      await restarted.tick('payments/reconcile')
      assert.deepEqual(await refundsOf(opened.orderId), ['processed 25000'])
      await till.work()
      assert.equal(fake.money().out, 25_000)
    })

    test('made at the dashboard counts, so that it is not given back twice', async () => {
      const opened = await paid()
      fake.webhooks.set({ copies: 2 })
      fake.refundByHand(opened.captureId, 20_000)
      await heard()
      await till.tick('payments/reconcile')
      assert.equal(await given(opened), 20_000)
      await refund(opened.orderId, 'a')
      await heard()
      assert.deepEqual(await refundsOf(opened.orderId), ['processed 20000', 'processed 5000'])
      assert.equal(fake.money().out, 25_000)
    })

    test('of less than the provider gives back needs a person, and is told', async () => {
      const opened = await paid()
      await refund(opened.orderId, 'a', 99)
      assert.deepEqual(
        till.told.refunded.map(({ status, amountPaise }) => [status, amountPaise]),
        [['manual', 99]],
      )
      assert.deepEqual(await refundsOf(opened.orderId), ['manual 99'])
      assert.deepEqual(till.waiting(), [])
    })

    test('goes to where it came from, the latest first, when several came', async () => {
      const opened = await till.open('razorpay')
      const { client } = await till.payments.start(opened.id, { log })
      const first = fake.pay(String(client?.['orderId']))
      const second = fake.pay(String(client?.['orderId']), { amount: 1000 })
      await fake.webhooks.arrived()
      till.clock.pass(1000)
      await till.work()
      const made = await refund(opened.orderId, 'a', 3000)
      assert.equal(made.length, 2)
      const byId = (all: readonly { id: string }[]) => all.toSorted((one, other) => (one.id < other.id ? -1 : 1))
      assert.deepEqual(byId(await refund(opened.orderId, 'a', 3000)), byId(made)) // made in one millisecond, in any order
      await till.work()
      const sums = new Map([...fake.refunds.values()].map((each) => [each.payment_id, each.amount]))
      assert.deepEqual([sums.get(first.id), sums.get(second.id)], [2000, 1000])
    })

    test('is no concern of ours where it is disputed, but an alarm', async () => {
      const opened = await paid()
      fake.dispute(opened.captureId)
      await heard()
      assert.equal(await till.metric('payment_alarms_total{provider="razorpay",alarm="dispute"}'), 1)
      assert.match(till.logged(), new RegExp(`"paymentId":"${opened.id}","alarm":true,"msg":"a payment is disputed"`))
    })
  })
}
