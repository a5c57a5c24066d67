import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type { RefundRecord } from '../../src/modules/payments/index.ts'
import { aDatabase, postgresMissing, type TestDatabase } from '../support/databases.ts'
import { type FakeRazorpay, fakeRazorpay, razorpayEnv } from '../support/fake-razorpay.ts'
import { aTill, type Till } from '../support/payments.ts'
import { inParallel } from '../support/service.ts'

describe('several processes at the same money', { skip: postgresMissing }, () => {
  let database: TestDatabase
  let fake: FakeRazorpay
  let tills: [Till, Till, Till]
  before(async () => {
    database = await aDatabase({ name: 'PostgreSQL' })
  })
  after(() => database.end())
  beforeEach(async () => {
    let next = 0
    fake = await fakeRazorpay({
      webhooks(call) {
        next += 1
        return (tills[next % 3] as Till).hear('razorpay', call)
      },
    })
    const env = { ...razorpayEnv(fake.baseUrl), PAYMENT_TIMEOUT_MS: '20000' }
    tills = [0, 1, 2].map(() => aTill(database, { env, development: false })) as typeof tills
  })
  afterEach(() => fake.close())

  const atOnce = (count: number, work: (till: Till, at: number) => Promise<unknown>) =>
    inParallel(count, (at) => work(tills[at % 3] as Till, at))
  const told = () => tills.flatMap((till) => till.told.captured)
  async function started() {
    const [till] = tills
    const opened = await till.open('razorpay')
    const { client } = await till.payments.start(opened.id, { log: till.log })
    return { ...opened, reference: String(client?.['orderId']) }
  }
  async function paid() {
    const opened = await started()
    fake.pay(opened.reference)
    await workAll()
    return opened
  }
  async function workAll() {
    await fake.webhooks.arrived()
    for (let rounds = 0; rounds < 3; rounds += 1) await Promise.all(tills.map((till) => till.work()))
  }
  const stateOf = async ({ orderId }: { orderId: string }) => {
    const [payment] = await tills[0].payments.paymentsOf(database.db, orderId)
    return payment && [payment.status, payment.receivedPaise, payment.refundedPaise]
  }

  test('that is told by 20 webhooks, starts and looks at once comes once', async () => {
    for (let run = 0; run < 5; run += 1) {
      for (const till of tills) till.told.captured.splice(0)
      const opened = await started()
      fake.webhooks.set({ copies: 10, shuffles: true })
      fake.pay(opened.reference)
      for (const till of tills) till.clock.pass(180_000)
      await Promise.all([
        workAll(),
        atOnce(6, (till) => till.payments.start(opened.id, { log: till.log })),
        atOnce(3, (till) => till.tick('payments/reconcile')),
      ])
      await workAll()
      assert.deepEqual(await stateOf(opened), ['captured', 25_000, 0])
      assert.equal(told().length, 1)
      const { rows } = await database.raw('select count(*)::int as count from captures where payment_id = $1', [
        opened.id,
      ])
      assert.deepEqual(rows, [{ count: 1 }])
    }
  })

  test('that comes while the order is given up is told in either order', async () => {
    for (let run = 0; run < 10; run += 1) {
      const opened = await started()
      fake.pay(opened.reference)
      await Promise.all([
        workAll(),
        tills[1].within(async (tx) => {
          await tx
            .selectNoFrom((eb) => eb.fn('pg_advisory_xact_lock', [eb.fn('hashtext', [eb.val(opened.orderId)])]).as('l'))
            .execute()
          await tills[1].payments.close(tx, opened.orderId)
        }),
      ])
      await workAll()
      assert.deepEqual(await stateOf(opened), ['captured', 25_000, 0])
    }
    assert.equal(told().length, 10)
  })

  test('is given back once for a reference, however many ask at once', async () => {
    const { orderId } = await paid()
    const refund = { orderId, amountPaise: 10_000, reason: 'Spoilt', reference: 'a' }
    const made = (await atOnce(12, (till) => till.within((tx) => till.payments.refund(tx, refund)))) as RefundRecord[][]
    assert.equal(new Set(made.flat().map(({ id }) => id)).size, 1)
    await workAll()
    assert.equal(fake.money().out, 10_000)
  })

  test('is never given back beyond what came, however many ask at once', async () => {
    const opened = await paid()
    const { orderId } = opened
    await atOnce(12, (till, at) =>
      till.within((tx) => till.payments.refund(tx, { orderId, amountPaise: 4000, reason: 'x', reference: `r${at}` })),
    )
    await workAll()
    assert.deepEqual(await stateOf(opened), ['captured', 25_000, 25_000])
    assert.deepEqual(fake.money(), { in: 25_000, out: 25_000 })
  })

  test('is given back once by jobs that run twice at once', async () => {
    const { orderId } = await paid()
    const [till] = tills
    await till.within((tx) => till.payments.refund(tx, { orderId, reason: 'x', reference: 'a' }))
    for (const each of tills) each.clock.pass(180_000)
    await Promise.all([till.work(), atOnce(3, (each) => each.tick('payments/reconcile'))])
    await workAll()
    assert.equal(fake.money().out, 25_000)
    const [refund] = await till.payments.refundsOf(database.db, orderId)
    assert.equal(refund?.status, 'processed')
    const steps = tills.flatMap((each) => each.told.refunded.map(({ status }) => status))
    assert.deepEqual(steps, ['processed'])
  })

  test('in cash is collected once, however often the rider says so', async () => {
    const [till] = tills
    const { orderId } = await till.open('cash')
    const cash = { orderId, amountPaise: 25_000, riderId: 'usr_rider' }
    const answers = await atOnce(8, (each) => each.within((tx) => each.payments.collectCash(tx, cash)))
    assert.equal(answers.filter(Boolean).length, 1)
    assert.deepEqual(await stateOf({ orderId }), ['collected', 25_000, 0])
  })

  test('of which the provider tells under two names goes to one payment, and the rest is not exact', async () => {
    const [till] = tills
    const opened = await till.open('razorpay')
    const answers = (await atOnce(9, (each) => each.payments.start(opened.id, { log: each.log }))) as {
      client: { orderId: string } | null
    }[]
    const names = new Set(answers.map(({ client }) => client?.orderId))
    assert.equal(names.size, 1)
    assert.ok(fake.orders.size > 1, 'the starts met')
    for (const id of fake.orders.keys()) fake.pay(id)
    await workAll()
    const exact = told().filter(({ isExact }) => isExact)
    assert.deepEqual([exact.length, told().length], [1, fake.orders.size])
  })
})
