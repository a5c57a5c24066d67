import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { newId } from '../../src/platform/ids.ts'
import { numbersFrom, type StartedAccounts, startAccounts } from '../support/accounts.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { type FakeRazorpay, fakeRazorpay, razorpayEnv } from '../support/fake-razorpay.ts'
import { type FakeStripe, fakeStripe, stripeEnv } from '../support/fake-stripe.ts'
import { aTill, type Till } from '../support/payments.ts'
import { inParallel, statuses } from '../support/service.ts'

for (const kind of databaseKinds) {
  describe(`payments on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedAccounts
    let till: Till
    let fake: FakeRazorpay
    let stripe: FakeStripe
    const aNumber = numbersFrom(9_813_000_000)
    const storeId = newId('sto')
    let admin: string
    let manager: string
    let owner: { token: string; userId: string }
    let stranger: string
    before(async () => {
      database = await aDatabase(kind)
      fake = await fakeRazorpay()
      stripe = await fakeStripe()
      service = await startAccounts(database, {
        development: true,
        async others({ accounts, server, clock }) {
          const env = { ...razorpayEnv(fake.baseUrl), ...stripeEnv(stripe.baseUrl) }
          till = aTill(database, { env, clock, authenticate: accounts.authenticate })
          await server.register(till.payments.routes, { prefix: '/api' })
          await server.register(till.payments.webhookRoutes, { prefix: '/api/webhooks' })
        },
      })
      admin = (await service.anAdmin(aNumber())).accessToken
      manager = await aManager(storeId)
      const { user, accessToken } = await service.signIn(aNumber())
      owner = { userId: user.id, token: accessToken }
      stranger = (await service.signIn(aNumber())).accessToken
    })
    after(async () => {
      await service.end()
      await fake.close()
      await stripe.close()
      await database.end()
    })
    beforeEach(() => fake.play({ orderPayments: 'work', refund: 'work' }))

    async function aManager(...storeIds: string[]): Promise<string> {
      const number = aNumber()
      const { user } = await service.signIn(number)
      const body = { roles: ['customer', 'storeManager'], storeIds }
      assert.equal((await service.call('PATCH', `/api/users/${user.id}`, { token: admin, body })).status, 200)
      return (await service.signIn(number)).accessToken
    }
    async function opened(method: string, amountPaise = 25_000) {
      const orderId = newId('ord')
      const { userId } = owner
      const { id } = await till.within((tx) =>
        till.payments.open(tx, { orderId, userId, storeId, method, amountPaise }),
      )
      const { client } = await till.payments.start(id, { log: till.log })
      return { id, orderId, client, reference: String(client?.['orderId']) }
    }
    async function paid() {
      const payment = await opened('razorpay')
      const { returned } = await verified(payment)
      return { ...payment, returned }
    }
    async function verified(payment: { id: string; reference: string }) {
      const returned = fake.returned(fake.pay(payment.reference, { isSilent: true }))
      assert.equal((await verify(payment.id, returned)).status, 200)
      return { returned }
    }
    const verify = (id: string, body: unknown, token = owner.token) =>
      service.call('POST', `/api/payments/${id}/verification`, { token, body })
    const refund = (id: string, body: unknown, { token = manager, key = newId('key') } = {}) =>
      service.call('POST', `/api/payments/${id}/refunds`, { token, body, headers: { 'idempotency-key': key } })
    const get = (path: string, token = owner.token) => service.call('GET', `/api/${path}`, { token })

    test('can be made in these ways, in order, by anybody who asks', async () => {
      const { status, body } = await service.call('GET', '/api/payment-methods')
      assert.equal(status, 200)
      assert.deepEqual(
        body.methods.map(({ id, kind: how }: { id: string; kind: string }) => `${id} ${how}`),
        ['razorpay online', 'stripe online', 'test online', 'cash cash'],
      )
      assert.deepEqual(body.methods.at(-1), {
        id: 'cash',
        title: 'Cash on delivery',
        kind: 'cash',
        leastPaise: 0,
        mostPaise: 500_000,
      })
    })

    test('are seen by who pays, who manages the store and admins, and by nobody else', async () => {
      const { id, orderId } = await opened('razorpay')
      const { status, body } = await get(`payments/${id}`)
      assert.equal(status, 200)
      const { createdAt, ...payment } = body.payment
      assert.deepEqual(payment, {
        id,
        orderId,
        method: 'razorpay',
        kind: 'online',
        status: 'pending',
        amountPaise: 25_000,
        receivedPaise: 0,
        refundedPaise: 0,
      })
      assert.equal(createdAt, new Date(till.clock.now()).toISOString())
      assert.deepEqual(body.refunds, [])
      for (const token of [manager, admin]) assert.equal((await get(`payments/${id}`, token)).status, 200)
      for (const token of [stranger, await aManager(newId('sto'))])
        assert.equal((await get(`payments/${id}`, token)).body.code, 'payment.not_found')
      assert.equal((await get(`payments/${newId('pay')}`)).status, 404)
      assert.equal((await get('payments/pay_x')).status, 400)
      assert.equal((await service.call('GET', `/api/payments/${id}`)).status, 401)
    })

    test('are settled by who comes back from the checkout, once', async () => {
      const payment = await opened('razorpay')
      const returned = fake.returned(fake.pay(payment.reference, { isSilent: true }))
      const answers = await inParallel(5, () => verify(payment.id, returned))
      assert.deepEqual(statuses(answers), { 200: 5 })
      assert.equal(answers[0]?.body.payment.status, 'captured')
      assert.equal(till.told.captured.filter(({ paymentId }) => paymentId === payment.id).length, 1)
    })

    test('are not settled by who brings something else, whoever he is', async () => {
      const payment = await opened('razorpay')
      const other = await opened('razorpay')
      const returned = fake.returned(fake.pay(other.reference, { isSilent: true }))
      const wrong = [
        returned,
        { ...returned, razorpay_order_id: payment.reference },
        { ...returned, razorpay_signature: 'f'.repeat(64) },
        {},
      ]
      for (const body of wrong) assert.equal((await verify(payment.id, body)).body.code, 'payment.not_genuine')
      assert.equal((await verify(other.id, returned, stranger)).body.code, 'payment.not_found')
      assert.equal((await verify(other.id, returned, manager)).body.code, 'payment.not_found')
      assert.equal((await verify(other.id, { razorpay_signature: 1 })).status, 400)
      assert.equal((await get(`payments/${payment.id}`)).body.payment.status, 'pending')
    })

    test('stay open for who comes back from a payment that the provider does not know, or while it cannot be asked', async () => {
      const payment = await opened('razorpay')
      const failed = fake.pay(payment.reference, { isSilent: true, state: 'failed' })
      const answer = await verify(payment.id, fake.returned(failed))
      assert.deepEqual([answer.status, answer.body.payment.status], [202, 'failed'])
      fake.play({ orderPayments: { status: 500 } })
      fake.pay(payment.reference, { isSilent: true, paymentId: failed.id })
      till.clock.pass(3000)
      assert.equal((await verify(payment.id, fake.returned(failed))).status, 202)
      fake.play({ orderPayments: 'work' })
      till.clock.pass(3000)
      assert.equal((await verify(payment.id, fake.returned(failed))).status, 200)
    })

    test('in cash are due until they are collected, and nobody waits for them at the checkout', async () => {
      const { id } = await opened('cash')
      const { status, body } = await verify(id, {})
      assert.deepEqual([status, body.payment.status, body.payment.receivedPaise], [200, 'due', 0])
    })

    test('by Stripe are looked at when the customer comes back with nothing', async () => {
      const { id, client } = await opened('stripe')
      assert.equal((await verify(id, {})).status, 202)
      till.clock.pass(3000)
      const intent = [...stripe.intents.values()].find((each) => each.client_secret === client?.['clientSecret'])
      stripe.pay(intent?.id ?? '', { isSilent: true })
      const { status, body } = await verify(id, {})
      assert.deepEqual([status, body.payment.status], [200, 'captured'])
      assert.ok(!JSON.stringify(body).includes('secret'))
    })

    test('are given back by who manages the store, as often as there is something left, and once for a key', async () => {
      const { id } = await paid()
      const key = newId('key')
      const body = { amountPaise: 10_000, reason: 'Spoilt milk' }
      const answers = await inParallel(4, () => refund(id, body, { key }))
      for (const { status, body: problem } of answers)
        assert.ok(status === 201 || problem.code === 'idempotency.in_progress', JSON.stringify(problem))
      const again = await refund(id, body, { key })
      assert.equal(again.headers['idempotency-replayed'], 'true')
      assert.equal((await refund(id, { ...body, amountPaise: 1 }, { key })).body.code, 'idempotency.key_reused')
      await till.work()
      const seen = (await get(`payments/${id}`)).body
      assert.deepEqual([seen.payment.refundedPaise, seen.refunds.length], [10_000, 1])
      assert.deepEqual([seen.refunds[0].status, seen.refunds[0].reason], ['processed', 'Spoilt milk'])

      const tooMuch = (await refund(id, { amountPaise: 15_001, reason: 'More' })).body
      assert.deepEqual([tooMuch.code, tooMuch.refundablePaise], ['payment.not_refundable', 15_000])
      assert.equal((await refund(id, { reason: 'The rest' })).body.refunds[0].amountPaise, 15_000)
      assert.equal((await refund(id, { reason: 'Nothing left' })).body.code, 'payment.not_refundable')
    })

    test('are not given back whole because the amount was misspelt', async () => {
      const { id } = await paid()
      const { status, body } = await refund(id, { amountpaise: 100, reason: 'One rupee' })
      assert.deepEqual([status, body.fields], [400, ['body.amountpaise']])
    })

    test('are given back by nobody else, and not without a key and a reason', async () => {
      const { id } = await paid()
      const body = { reason: 'For me' }
      assert.equal((await refund(id, body, { token: owner.token })).status, 403)
      assert.equal((await refund(id, body, { token: await aManager(newId('sto')) })).body.code, 'payment.not_found')
      const keyless = await service.call('POST', `/api/payments/${id}/refunds`, { token: manager, body })
      assert.deepEqual([keyless.status, keyless.body.fields], [400, ['header.idempotency-key']])
      for (const wrong of [{}, { reason: ' ' }, { reason: 'x', amountPaise: 0 }, { reason: 'x', amountPaise: 1.5 }])
        assert.equal((await refund(id, wrong)).status, 400)
      assert.equal((await get(`payments/${id}`)).body.payment.refundedPaise, 0)
    })

    test('that need a person are listed, and leave the list when somebody has given the money back', async () => {
      const { id, orderId } = await opened('cash')
      const cash = { orderId, amountPaise: 25_000, riderId: newId('usr') }
      assert.ok(await till.within((tx) => till.payments.collectCash(tx, cash)))
      const [made] = (await refund(id, { reason: 'Spoilt', amountPaise: 500 })).body.refunds
      await till.work() // what other tests left
      const failing = await paid()
      fake.play({ refund: { status: 400, body: { error: { reason: 'refund_not_allowed' } } } })
      await refund(failing.id, { reason: 'Broken' })
      await till.work()

      const list = (query = '', token = manager) => get(`stores/${storeId}/refunds${query}`, token)
      const first = (await list('?limit=1')).body
      const second = (await list(`?limit=1&cursor=${first.nextCursor}`)).body
      assert.deepEqual([first.refunds[0].status, second.refunds[0].status], ['failed', 'manual'])
      assert.equal(second.nextCursor, null)
      assert.equal((await list('?status=manual')).body.refunds.length, 1)
      assert.equal((await list('?status=lost')).status, 400)
      assert.equal((await list('', owner.token)).status, 403)
      assert.equal((await list('', await aManager(newId('sto')))).status, 403)

      const settle = (refundId: string, token = manager) =>
        service.call('POST', `/api/refunds/${refundId}/settlement`, { token, body: { note: 'By UPI, 4711' } })
      assert.equal((await settle(made.id, await aManager(newId('sto')))).body.code, 'payment.refund_not_found')
      assert.equal((await settle(made.id)).body.refund.status, 'processed')
      assert.equal((await settle(made.id)).body.code, 'payment.refund_settled')
      assert.equal((await settle(first.refunds[0].id)).status, 200)
      const told = till.told.refunded.filter(({ status }) => status === 'processed').slice(-2)
      assert.deepEqual(
        told.map(({ id, byHand }) => [id, byHand]),
        [made.id, first.refunds[0].id].map((id) => [id, true]),
      )
      assert.equal((await get(`payments/${failing.id}`)).body.payment.refundedPaise, 25_000)
      assert.deepEqual((await list()).body.refunds, [])
    })

    test('given back by hand stay so, whatever the provider tells of them afterwards', async () => {
      const failing = await paid()
      fake.refundsBecome('failed')
      const [failed] = (await refund(failing.id, { reason: 'Broken' })).body.refunds
      await till.work()
      fake.refundsBecome('processed')
      const settle = () =>
        service.call('POST', `/api/refunds/${failed.id}/settlement`, { token: manager, body: { note: 'By UPI, 4712' } })
      assert.equal((await settle()).status, 200)
      const revived = () => till.metric('payment_alarms_total{provider="razorpay",alarm="refund_revived"}')
      const before = await revived()
      const seen = [...fake.refunds.values()].find(
        ({ payment_id }) => payment_id === failing.returned['razorpay_payment_id'],
      )
      const tell = async (status: string) => {
        await till.hear('razorpay', fake.sign(`refund.${status}`, { refund: { ...seen, status } }))
        await till.work()
      }
      await tell('failed')
      assert.equal((await settle()).body.code, 'payment.refund_settled')
      assert.equal((await get(`payments/${failing.id}`)).body.payment.refundedPaise, 25_000)
      assert.equal(await revived(), before)
      await tell('processed')
      assert.equal(await revived(), before + 1)
      const { rows } = await database.raw('select status, note from refunds where id = $1', [failed.id])
      assert.deepEqual(rows, [{ status: 'processed', note: 'By UPI, 4712' }])
    })

    test('that failed are not given back by hand when another refund did so', async () => {
      const failing = await paid()
      fake.play({ refund: [{ status: 400 }, 'work'] })
      const [failed] = (await refund(failing.id, { reason: 'Broken' })).body.refunds
      await till.work()
      await refund(failing.id, { reason: 'Again' })
      await till.work()
      const settled = await service.call('POST', `/api/refunds/${failed.id}/settlement`, {
        token: manager,
        body: { note: 'By hand' },
      })
      assert.deepEqual([settled.status, settled.body.code], [409, 'payment.refund_settled'])
    })

    test('in cash are deposited by who manages the store, after the rider has the money', async () => {
      const { id, orderId } = await opened('cash')
      const deposit = (token = manager) => service.call('POST', `/api/payments/${id}/deposit`, { token })
      assert.equal((await deposit()).body.code, 'payment.not_collected')
      const cash = { orderId, amountPaise: 25_000, riderId: newId('usr') }
      await till.within((tx) => till.payments.collectCash(tx, cash))
      assert.equal((await deposit(owner.token)).status, 403)
      for (let times = 0; times < 2; times += 1) assert.equal((await deposit()).body.payment.status, 'deposited')
    })

    test('can be simulated in development, the way that money comes', async () => {
      const { id } = await opened('test')
      const simulate = (outcome: string, token = owner.token) =>
        service.call('POST', `/api/payments/${id}/simulation`, { token, body: { outcome } })
      assert.equal((await simulate('captured', stranger)).status, 404)
      assert.equal((await simulate('failed')).status, 202)
      await till.work()
      assert.equal((await get(`payments/${id}`)).body.payment.status, 'failed')
      assert.equal((await simulate('captured')).status, 202)
      await till.work()
      assert.equal((await get(`payments/${id}`)).body.payment.status, 'captured')
      assert.equal((await simulate('captured')).body.code, 'payment.not_simulated')
      const real = await opened('razorpay')
      const answer = await service.call('POST', `/api/payments/${real.id}/simulation`, {
        token: owner.token,
        body: { outcome: 'captured' },
      })
      assert.equal(answer.body.code, 'payment.not_simulated')
    })

    test('cannot be simulated anywhere else', async () => {
      const inProduction = aTill(database, { development: false, authenticate: service.accounts.authenticate })
      const routes: string[] = []
      const { default: fastify } = await import('fastify')
      const app = fastify()
      app.addHook('onRoute', ({ url }) => void routes.push(url))
      await app.register(inProduction.payments.routes)
      await app.ready()
      assert.ok(routes.includes('/payments/:paymentId'))
      assert.ok(!routes.some((url) => url.includes('simulation')))
    })
  })
}
