import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { type FakeStripe, fakeStripe, stripeEnv } from '../support/fake-stripe.ts'
import { aTill, type Till } from '../support/payments.ts'
import { until } from '../support/queues.ts'

for (const kind of databaseKinds) {
  describe(`a payment that nobody waits for any more, on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let fake: FakeStripe
    let till: Till
    before(async () => {
      database = await aDatabase(kind)
    })
    after(() => database.end())
    beforeEach(async () => {
      fake = await fakeStripe({ send: (call) => till.hear('stripe', call), clock: { now: () => till.clock.now() } })
      till = aTill(database, { env: { ...stripeEnv(fake.baseUrl), PAYMENT_TIMEOUT_MS: '5000' }, development: false })
    })
    afterEach(() => fake.close())

    const start = (id: string) => till.payments.start(id, { log: till.log })
    const close = (orderId: string) => till.within((tx) => till.payments.close(tx, orderId))
    const statusOf = async (orderId: string) =>
      (await till.payments.paymentsOf(database.db, orderId)).map(({ status }) => status)
    const intent = () => [...fake.intents.values()].at(-1)

    test('is cancelled at the provider by a job, and cannot be started again', async () => {
      const { id, orderId } = await till.open('stripe')
      await start(id)
      await close(orderId)
      assert.deepEqual(await statusOf(orderId), ['closed'])
      await till.work()
      assert.equal(intent()?.status, 'canceled')
      const { client, payment } = await start(id)
      assert.deepEqual([client, payment.status], [null, 'closed'])
      await close(orderId)
      assert.deepEqual(till.waiting(), [])
    })

    test('is settled when somebody has just paid it', async () => {
      const { id, orderId } = await till.open('stripe')
      await start(id)
      fake.pay(intent()?.id ?? '', { isSilent: true })
      await close(orderId)
      await till.work()
      assert.deepEqual(await statusOf(orderId), ['captured'])
      assert.equal(till.told.captured.length, 1)
    })

    test('is cancelled again and again while the provider cannot be reached', async () => {
      const { id, orderId } = await till.open('stripe')
      await start(id)
      await close(orderId)
      fake.play({ cancelIntent: [{ status: 503 }, 'lose', 'work'] })
      for (let attempt = 0; attempt < 3; attempt += 1) await till.work()
      assert.deepEqual(till.waiting(), [])
      assert.equal(intent()?.status, 'canceled')
    })

    test('is cancelled also when the provider was just being told of it', async () => {
      const { id, orderId } = await till.open('stripe')
      fake.play({ createIntent: { afterMs: 300 } })
      const starting = start(id)
      await until(() => fake.intents.size > 0)
      await close(orderId)
      assert.equal((await starting).client, null)
      await till.work()
      assert.equal(intent()?.status, 'canceled')
    })

    test('leaves others of the same order alone that are paid', async () => {
      const { id, orderId, userId, storeId } = await till.open('stripe')
      await start(id)
      fake.pay(intent()?.id ?? '')
      await fake.webhooks.arrived()
      await till.work()
      const second = { orderId, userId, storeId, method: 'cash', amountPaise: 25_000 }
      await till.within((tx) => till.payments.open(tx, second))
      await close(orderId)
      assert.deepEqual(await statusOf(orderId), ['captured', 'closed'])
    })
  })
}
