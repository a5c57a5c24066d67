import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { pino } from 'pino'
import { minutes } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { type FakeRazorpay, fakeRazorpay, razorpayEnv } from '../support/fake-razorpay.ts'
import { aTill, type Till } from '../support/payments.ts'
import { inParallel } from '../support/service.ts'

const log = pino({ level: 'silent' })

for (const kind of databaseKinds) {
  describe(`money that comes, on ${kind.name}`, { skip: kind.skip }, () => {
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

    async function started(amountPaise = 25_000) {
      const opened = await till.open('razorpay', amountPaise)
      const { client, payment } = await till.payments.start(opened.id, { log })
      assert.equal(payment.status, 'pending')
      return { ...opened, reference: String(client?.['orderId']) }
    }
    const paymentOf = async ({ orderId }: { orderId: string }) => {
      const [payment] = await till.payments.paymentsOf(database.db, orderId)
      assert.ok(payment)
      return payment
    }
    const statusOf = async (opened: { orderId: string }) => (await paymentOf(opened)).status
    async function heard() {
      await fake.webhooks.arrived()
      await till.work()
    }
    const reconcile = () => till.tick('payments/reconcile')

    test('by a webhook is counted and told once', async () => {
      const opened = await started()
      fake.pay(opened.reference)
      await heard()
      assert.deepEqual(fake.webhooks.answers, [204, 204])
      assert.deepEqual(till.told.captured, [
        {
          orderId: opened.orderId,
          paymentId: opened.id,
          method: 'razorpay',
          amountPaise: 25_000,
          currency: 'INR',
          isExact: true,
          captureNumber: 1,
        },
      ])
      const { status, receivedPaise } = await paymentOf(opened)
      assert.deepEqual([status, receivedPaise], ['captured', 25_000])
    })

    test('is counted once whatever the number and order of its webhooks', async () => {
      const opened = await started()
      fake.webhooks.set({ copies: 4, shuffles: true })
      const { id } = fake.pay(opened.reference, { state: 'failed' })
      fake.pay(opened.reference, { paymentId: id })
      await heard()
      assert.equal(till.told.captured.length, 1)
      assert.equal(await statusOf(opened), 'captured')
      assert.equal(await till.metric('payment_events_total{provider="razorpay",outcome="duplicate"}'), 9)
    })

    test('is known without a webhook two minutes later', async () => {
      const opened = await started()
      fake.pay(opened.reference, { isSilent: true })
      await reconcile()
      assert.equal(await statusOf(opened), 'pending')
      till.clock.pass(minutes(2))
      await reconcile()
      await reconcile()
      assert.equal(await statusOf(opened), 'captured')
      assert.equal(till.told.captured.length, 1)
    })

    test('comes late where a try had failed, also when nobody waits for it any more', async () => {
      const opened = await started()
      const { id } = fake.pay(opened.reference, { state: 'failed' })
      await heard()
      assert.equal(await statusOf(opened), 'failed')
      assert.deepEqual(till.told.failed, [
        { orderId: opened.orderId, paymentId: opened.id, reason: 'razorpay payment_failed' },
      ])
      await till.within((tx) => till.payments.close(tx, opened.orderId))
      fake.pay(opened.reference, { paymentId: id, isSilent: true })
      till.clock.pass(2 * 86_400_000)
      await reconcile()
      assert.equal(await statusOf(opened), 'captured')
      assert.equal(till.told.captured.length, 1)
    })

    test('is not looked for any more after three days', async () => {
      const opened = await started()
      till.clock.pass(4 * 86_400_000)
      await reconcile()
      const before = fake.requests.length
      till.clock.pass(4 * 86_400_000)
      await reconcile()
      assert.equal(fake.requests.length, before)
      assert.equal(await statusOf(opened), 'pending')
    })

    test('a second time without a word is found an hour later, by the last look', async () => {
      const opened = await started()
      fake.pay(opened.reference)
      await heard()
      fake.pay(opened.reference, { isSilent: true })
      till.clock.pass(minutes(61))
      await reconcile()
      assert.equal((await paymentOf(opened)).receivedPaise, 50_000)
      till.clock.pass(minutes(61))
      await reconcile()
      const looks = () => fake.requests.filter(({ operation }) => operation === 'orderPayments').length
      const before = looks()
      till.clock.pass(minutes(61))
      await reconcile()
      assert.equal(looks(), before)
    })

    test('a second time is looked for again when the last look came to nothing', async () => {
      let isDown = false
      till = aTill(database, {
        env: razorpayEnv(fake.baseUrl),
        development: false,
        listener: {
          async lock() {
            if (isDown) throw new Error('the process is killed here')
          },
        },
      })
      const opened = await started()
      fake.pay(opened.reference)
      await heard()
      fake.pay(opened.reference, { isSilent: true })
      till.clock.pass(minutes(61))
      isDown = true
      await reconcile()
      isDown = false
      till.clock.pass(minutes(61))
      await reconcile()
      assert.equal((await paymentOf(opened)).receivedPaise, 50_000)
    })

    test('of another amount or currency is told as such, with an alarm, and the payment stays open', async () => {
      for (const paid of [{ amount: 24_999 }, { amount: 25_001 }, { currency: 'USD' }]) {
        const opened = await started()
        fake.pay(opened.reference, paid)
        await heard()
        assert.equal(till.told.captured.at(-1)?.isExact, false)
        const { status, receivedPaise } = await paymentOf(opened)
        assert.deepEqual([status, receivedPaise], ['pending', paid.amount ?? 25_000])
      }
      assert.equal(await till.metric('payment_alarms_total{provider="razorpay",alarm="inexact"}'), 3)
      assert.match(till.logged(), /"alarm":true,"msg":"money came in that is not what was asked for"/)
    })

    test('a second time is told again, and can be given back alone', async () => {
      const opened = await started()
      fake.pay(opened.reference)
      await heard()
      const second = fake.pay(opened.reference)
      await heard()
      assert.equal(till.told.captured.length, 2)
      assert.equal((await paymentOf(opened)).receivedPaise, 50_000)
      const refund = { orderId: opened.orderId, amountPaise: 25_000, reason: 'Paid twice', reference: 'twice' }
      await till.within((tx) => till.payments.refund(tx, refund))
      await till.work()
      assert.deepEqual(fake.money(), { in: 50_000, out: 25_000 })
      assert.equal([...fake.refunds.values()][0]?.payment_id, second.id)
    })

    test('that nobody wants goes back itself, whatever came after it', async () => {
      const opened = await started()
      const first = fake.pay(opened.reference, { amount: 30_000 })
      await heard()
      fake.pay(opened.reference)
      till.clock.pass(1000)
      await heard()
      const [unwanted] = till.told.captured
      assert.ok(unwanted)
      const { orderId, paymentId, captureNumber, amountPaise } = unwanted
      const refund = { orderId, paymentId, captureNumber, amountPaise, reason: 'inexact', reference: 'back' }
      await till.within((tx) => till.payments.refund(tx, refund))
      await till.work()
      assert.deepEqual(
        [...fake.refunds.values()].map(({ payment_id, amount }) => [payment_id, amount]),
        [[first.id, 30_000]],
      )
    })

    test('that is only held is taken, once, and not when it is the wrong amount', async () => {
      const opened = await started()
      fake.pay(opened.reference, { state: 'authorized' })
      await heard()
      await heard() // what the capture has the provider tell
      assert.equal(await statusOf(opened), 'captured')
      assert.equal(fake.requests.filter(({ operation }) => operation === 'capture').length, 1)
      const other = await started()
      fake.pay(other.reference, { state: 'authorized', amount: 100 })
      await heard()
      assert.equal(await statusOf(other), 'pending')
      assert.equal(fake.requests.filter(({ operation }) => operation === 'capture').length, 1)
    })

    test('that is held twice is taken once', async () => {
      const opened = await started()
      fake.pay(opened.reference, { state: 'authorized', isSilent: true })
      fake.pay(opened.reference, { state: 'authorized', isSilent: true })
      till.clock.pass(minutes(3))
      await reconcile()
      assert.equal(await statusOf(opened), 'captured')
      assert.equal(fake.requests.filter(({ operation }) => operation === 'capture').length, 1)
    })

    test('that is not exact puts off no look at what may still be paid', async () => {
      const opened = await started()
      fake.pay(opened.reference, { amount: 100 })
      await heard()
      fake.pay(opened.reference, { isSilent: true })
      till.clock.pass(minutes(3))
      await reconcile()
      assert.equal(await statusOf(opened), 'captured')
    })

    test('that is only held is left alone when the order is paid already', async () => {
      const opened = await started()
      fake.pay(opened.reference)
      fake.pay(opened.reference, { state: 'authorized' })
      await heard()
      assert.equal(till.told.captured.length, 1)
      assert.equal(fake.requests.filter(({ operation }) => operation === 'capture').length, 0)
    })

    test('is taken when the answer to that was lost', async () => {
      const opened = await started()
      fake.play({ capture: 'lose' })
      fake.pay(opened.reference, { state: 'authorized', isSilent: true })
      till.clock.pass(minutes(3))
      await reconcile()
      fake.play({ capture: 'work' })
      await heard()
      assert.equal(await statusOf(opened), 'captured')
      assert.equal(till.told.captured.length, 1)
    })

    test('for a payment whose start was never answered is found by our id', async () => {
      const opened = await till.open('razorpay')
      fake.play({ createOrder: 'lose' })
      const { client, payment } = await till.payments.start(opened.id, { log })
      assert.deepEqual([client, payment.status], [null, 'created'])
      const [order] = [...fake.orders.values()]
      fake.pay(order?.id ?? '')
      await heard()
      assert.equal(await statusOf(opened), 'captured')

      const other = await till.open('razorpay')
      await till.payments.start(other.id, { log })
      fake.pay([...fake.orders.keys()].at(-1) ?? '', { isSilent: true })
      till.clock.pass(minutes(3))
      await reconcile()
      assert.equal(await statusOf(other), 'captured')
      assert.equal(till.told.captured.length, 2)
    })

    test('for an order of the provider that is not the payment’s own is not what was asked for', async () => {
      const opened = await started()
      const [order] = [...fake.orders.values()]
      const second = { ...order, id: 'order_second00000000' } as NonNullable<typeof order>
      fake.orders.set(second.id, second)
      fake.pay(second.id)
      await heard()
      assert.equal(till.told.captured[0]?.isExact, false)
      assert.equal(await statusOf(opened), 'pending')
    })

    test('for nothing of ours is noted and nothing else', async () => {
      fake.orders.set('order_x', { id: 'order_x', amount: 100, currency: 'INR', receipt: 'shop 2', status: 'created' })
      fake.pay('order_x')
      await heard()
      assert.deepEqual(till.told, { captured: [], failed: [], refunded: [] })
      assert.deepEqual(till.waiting(), [])
    })

    test('waits in the inbox while the provider cannot be asked', async () => {
      const opened = await started()
      fake.play({ orderPayments: { status: 503 } })
      fake.pay(opened.reference, { state: 'authorized' })
      await heard()
      assert.equal(await statusOf(opened), 'pending')
      assert.equal(till.waiting().length, 1)
      fake.play({ orderPayments: 'work' })
      till.clock.pass(minutes(2))
      await reconcile() // the job itself may have died for good
      assert.equal(await statusOf(opened), 'captured')
    })

    test('that nobody takes note of is an alarm after some tries, and is settled when somebody does', async () => {
      let isBroken = true
      const broken = aTill(database, {
        env: razorpayEnv(fake.baseUrl),
        clock: till.clock,
        listener: {
          async captured() {
            if (isBroken) throw new Error('no')
          },
        },
      })
      const opened = await started()
      fake.webhooks.set({ dropPercent: 100 })
      fake.pay(opened.reference)
      const [call] = fake.webhooks.told
      assert.ok(call)
      await broken.hear('razorpay', call)
      const stuck = () => broken.metric('payment_alarms_total{provider="razorpay",alarm="stuck"}')
      for (let attempt = 0; attempt < 5; attempt += 1) await broken.work()
      assert.equal(await stuck(), 0)
      await broken.work()
      assert.equal(await stuck(), 1)
      till.clock.pass(minutes(20))
      await broken.tick('payments/reconcile')
      assert.equal(await stuck(), 3)
      isBroken = false
      await broken.work()
      assert.equal(await statusOf(opened), 'captured')
    })

    test('starts once however often and by how many it is started', async () => {
      const opened = await till.open('razorpay')
      const answers = await inParallel(5, () => till.payments.start(opened.id, { log }))
      const again = await till.payments.start(opened.id, { log })
      const names = new Set([...answers, again].map(({ client }) => client?.['orderId']))
      assert.equal(names.size, 1)
      fake.pay(String([...names][0]))
      await heard()
      const paid = await till.payments.start(opened.id, { log })
      assert.deepEqual([paid.client, paid.payment.status], [null, 'captured'])
    })

    test('is seen by who starts again after it was paid unheard', async () => {
      const opened = await started()
      fake.pay(opened.reference, { isSilent: true })
      const { client, payment } = await till.payments.start(opened.id, { log })
      assert.deepEqual([client, payment.status], [null, 'captured'])
    })

    test('tells every failure once, and the next after somebody tried again', async () => {
      const opened = await started()
      fake.webhooks.set({ copies: 2 })
      fake.pay(opened.reference, { state: 'failed' })
      await heard()
      const { payment, client } = await till.payments.start(opened.id, { log })
      assert.equal(payment.status, 'pending')
      assert.equal(client?.['orderId'], opened.reference)
      fake.pay(opened.reference, { state: 'failed' })
      await heard()
      assert.equal(till.told.failed.length, 2)
    })

    test('never throws while the provider fails, whatever way', async () => {
      for (const play of [
        'reset',
        'html',
        { status: 500 },
        { status: 429 },
        { status: 400 },
        { status: 401 },
      ] as const) {
        const opened = await till.open('razorpay')
        fake.play({ createOrder: play })
        const { client, payment } = await till.payments.start(opened.id, { log })
        assert.deepEqual([client, payment.status], [null, 'created'], JSON.stringify(play))
      }
    })
  })
}
