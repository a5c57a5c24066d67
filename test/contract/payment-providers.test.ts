import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { paymentProviders } from '../../src/modules/payments/index.ts'
import { type DeclaredSetting, namesOf } from '../../src/platform/config/section.ts'
import { setClock } from '../support/clock.ts'
import { aDatabase, anyKind, type TestDatabase } from '../support/databases.ts'
import type { Play, WebhookCall } from '../support/fake-gateway.ts'
import { aTill, type Till } from '../support/payments.ts'
import { type PlayedProvider, type ProviderName, playProvider, providerNames } from '../support/played-providers.ts'
import { allowed } from '../support/time-limits.ts'

const broken: [what: string, play: Play][] = [
  ['never answers', 'hang'],
  ['drops the connection', 'reset'],
  ['answers a web page', 'html'],
  ['answers 503', { status: 503 }],
  ['answers 429', { status: 429 }],
  ['answers 200 and nothing', { status: 200, body: {} }],
  ['answers 200 and null', { status: 200, body: null }],
]

describe('every payment provider', () => {
  it('has a row in this suite if it moves money', () => {
    const callers = paymentProviders.filter(({ gateway, developmentOnly }) => gateway && !developmentOnly)
    assert.deepEqual(callers.map(({ id }) => id).sort(), [...providerNames].sort())
  })

  for (const { id, settings, missing } of paymentProviders) {
    describe(id, () => {
      const declared = Object.values(settings.settings.properties) as unknown as DeclaredSetting[]

      it('explains each of its settings, and hides those that are secret', () => {
        for (const each of declared) {
          const [name = ''] = namesOf(each)
          assert.match(name, /^[A-Z][A-Z0-9_]+$/)
          assert.ok(each.description.length > 10, name)
          assert.equal(each.secret ?? false, /SECRET/.test(name), name)
        }
      })

      it('names what it lacks when nothing is set, unless it needs nothing', () => {
        const properties = Object.entries(settings.settings.properties)
        const defaults = properties.map(([key, schema]) => [key, (schema as unknown as DeclaredSetting).default])
        const names = declared.flatMap((each) => namesOf(each))
        const gaps = missing(Object.fromEntries(defaults))
        assert.equal(
          gaps.length > 0,
          declared.some(({ secret }) => secret),
        )
        for (const gap of gaps) assert.ok(names.includes(gap), gap)
      })
    })
  }

  for (const id of providerNames) calledProvider(id)
})

describe('stripe', () => {
  it('is begun under another key after an answer that it would repeat', async () => {
    const database = await aDatabase(anyKind)
    const fake = await playProvider('stripe', { send: async () => 204, clock: setClock() })
    const till = aTill(database, { env: fake.env, development: false })
    fake.play({ begin: [{ status: 500 }, 'work'] })
    const { id } = await till.open('stripe')
    await till.payments.start(id, { log: till.log })
    till.clock.pass(3000)
    assert.ok((await till.payments.start(id, { log: till.log })).client)
    const keys = fake.requests
      .filter(({ operation }) => operation === 'createIntent')
      .map(({ headers }) => headers['idempotency-key'])
    assert.deepEqual(keys, [`pi:${id}:0`, `pi:${id}:1`])
    await fake.close()
    await database.end()
  })
})

function calledProvider(id: ProviderName): void {
  describe(`${id}, called`, () => {
    const clock = setClock()
    let database: TestDatabase
    let fake: PlayedProvider
    let till: Till
    before(async () => {
      database = await aDatabase(anyKind)
    })
    after(() => database.end())
    beforeEach(async () => {
      fake = await playProvider(id, { send: (call) => till.hear(id, call), clock })
      till = aTill(database, { env: { ...fake.env, PAYMENT_TIMEOUT_MS: '400' }, development: false, clock })
    })
    afterEach(() => fake.close())

    async function heard() {
      await fake.arrived()
      await till.work()
    }
    async function started() {
      const opened = await till.open(id)
      const { client } = await till.payments.start(opened.id, { log: till.log })
      assert.ok(client)
      return { ...opened, client, reference: fake.lastReference() }
    }
    const statusOf = async ({ orderId }: { orderId: string }) =>
      (await till.payments.paymentsOf(database.db, orderId))[0]?.status

    it('is offered, and its secrets are not', () => {
      assert.deepEqual(
        till.payments.methods().map((method) => method.id),
        [id, 'cash'],
      )
      assert.ok(!JSON.stringify(till.payments.methods()).includes('secret'))
    })

    it('is told amount, currency and our id in one request, and gives the client what its checkout needs', async () => {
      const { id: paymentId, client } = await started()
      const [request, ...more] = fake.requests
      assert.deepEqual(more, [])
      assert.deepEqual(fake.told(request), { amountPaise: 25_000, currency: 'INR', paymentId })
      assert.deepEqual(Object.keys(client).sort(), fake.clientFields)
      for (const secret of fake.secrets) assert.ok(!JSON.stringify(client).includes(secret))
    })

    it('gets the same payment when it is started again', async () => {
      const { id: paymentId, client } = await started()
      assert.deepEqual((await till.payments.start(paymentId, { log: till.log })).client, client)
    })

    it('is asked once in three seconds, however often somebody starts a payment or its answer was bad', async () => {
      const { id: paymentId } = await started()
      const many = () => Promise.all(Array.from({ length: 5 }, () => till.payments.start(paymentId, { log: till.log })))
      await many()
      await many()
      assert.equal(fake.requests.length, 2)
      clock.pass(3000)
      await many()
      assert.equal(fake.requests.length, 3)
      const opened = await till.open(id)
      fake.play({ begin: { status: 500 } })
      for (let times = 0; times < 7; times += 1) await till.payments.start(opened.id, { log: till.log })
      assert.equal(fake.requests.length, 4)
      assert.equal(await till.metric(`payment_circuit_state{vendor="${id}"}`), 0)
    })

    it('tells of money by a webhook, and takes it back once', async () => {
      const opened = await started()
      fake.pay(opened.reference)
      await heard()
      assert.equal(await statusOf(opened), 'captured')
      const refund = { orderId: opened.orderId, amountPaise: 10_000, reason: 'Spoilt', reference: 'a' }
      fake.play({ refund: ['lose', 'work'] })
      await till.within((tx) => till.payments.refund(tx, refund))
      for (let attempt = 0; attempt < 3; attempt += 1) await till.work()
      await heard()
      const refunds = await till.payments.refundsOf(database.db, opened.orderId)
      assert.deepEqual(
        refunds.map(({ status, amountPaise }) => [status, amountPaise]),
        [['processed', 10_000]],
      )
      assert.equal(fake.refundCount(), 1)
    })

    it('tells of a try that failed, and of money that comes for the same payment afterwards', async () => {
      const opened = await started()
      fake.pay(opened.reference, { isDeclined: true })
      await heard()
      assert.equal(await statusOf(opened), 'failed')
      assert.match(till.told.failed[0]?.reason ?? '', new RegExp(`^${id} \\w+$`))
      fake.pay(opened.reference)
      await heard()
      assert.equal(await statusOf(opened), 'captured')
    })

    it('is asked what became of a payment of which it told nothing', async () => {
      const opened = await started()
      fake.pay(opened.reference, { isSilent: true })
      clock.pass(180_000)
      await till.tick('payments/reconcile')
      assert.equal(await statusOf(opened), 'captured')
    })

    const orders: [how: string, sort: (told: WebhookCall[]) => WebhookCall[]][] = [
      ['in turn', (told) => told],
      ['backwards', (told) => told.toReversed()],
      ['the refund alone', (told) => told.slice(-1)],
      ['nothing', () => []],
    ]
    for (const [how, sort] of orders) {
      it(`ends in the same when money comes and goes, and it tells ${how}`, async () => {
        const opened = await started()
        fake.webhooks.set({ dropPercent: 100 })
        fake.pay(opened.reference)
        fake.giveBack(opened.reference, 25_000)
        for (const call of sort(fake.webhooks.told)) {
          await till.hear(id, call)
          await till.work()
        }
        clock.pass(180_000)
        await till.tick('payments/reconcile')
        const [payment] = await till.payments.paymentsOf(database.db, opened.orderId)
        const { status, receivedPaise, refundedPaise } = payment ?? {}
        assert.deepEqual([status, receivedPaise, refundedPaise], ['captured', 25_000, 25_000])
        assert.deepEqual([till.told.captured.length, till.told.refunded.length], [1, 1])
        assert.deepEqual(till.waiting(), [])
      })
    }

    it('takes nothing from others: unsigned, signed by another, changed, or for another provider', async () => {
      const { reference } = await started()
      const good = fake.event(reference)
      const forged: WebhookCall[] = [
        { ...good, headers: {} },
        fake.event(reference, 'another secret'),
        { ...good, body: good.body.replace('25000', '99999') },
        { ...good, body: '' },
        { headers: Object.fromEntries(Object.keys(good.headers).map((name) => [name, ''])), body: good.body },
      ]
      for (const call of forged) assert.equal(await till.hear(id, call), 401)
      assert.equal(await till.metric(`payment_events_total{provider="${id}",outcome="forged"}`), forged.length)
      assert.deepEqual(till.waiting(), [])
      assert.equal(await till.hear(id, good), 204)
      assert.equal(await till.hear(id, good), 204)
      assert.equal(till.waiting().length, 1)
    })

    it('may tell what nobody knows', async () => {
      for (const call of fake.oddities()) assert.equal(await till.hear(id, call), 204)
      assert.deepEqual(till.waiting(), [])
    })

    for (const [what, play] of broken) {
      it(`leaves the payment open when it ${what}`, async () => {
        const opened = await till.open(id)
        const startedAt = Date.now()
        fake.play({ begin: play, find: play })
        const { client, payment } = await till.payments.start(opened.id, { log: till.log })
        assert.deepEqual([client, payment.status], [null, 'created'])
        assert.ok(Date.now() - startedAt < allowed(3000))
        fake.play({ begin: 'work', find: 'work' })
        clock.pass(3000)
        assert.ok((await till.payments.start(opened.id, { log: till.log })).client)
      })
    }

    it('raises an alarm when it refuses our keys', async () => {
      const opened = await till.open(id)
      fake.play({ begin: fake.refuses })
      await till.payments.start(opened.id, { log: till.log })
      assert.equal(await till.metric(`payment_alarms_total{provider="${id}",alarm="keys"}`), 1)
      assert.match(till.logged(), /"alarm":true/)
    })

    it('is left alone after five failures in a row', async () => {
      fake.play({ begin: { status: 500 } })
      for (let attempt = 0; attempt < 7; attempt += 1) {
        const opened = await till.open(id)
        await till.payments.start(opened.id, { log: till.log })
      }
      assert.equal(fake.requests.length, 5)
      assert.equal(await till.metric(`payment_circuit_state{vendor="${id}"}`), 2)
    })

    it('leaks no key, signature, name or text of its own into logs and metrics', async () => {
      for (const play of ['work', fake.refuses, fake.rejects, ...broken.map(([, each]) => each)] as Play[]) {
        const opened = await till.open(id)
        fake.play({ begin: play })
        await till.payments.start(opened.id, { log: till.log })
      }
      fake.play({ begin: 'work' })
      const fresh = aTill(database, { env: fake.env, development: false, clock })
      const opened = await fresh.open(id)
      const { client } = await fresh.payments.start(opened.id, { log: fresh.log })
      fake.pay(fake.lastReference())
      await heard()
      const call = fake.event(fake.lastReference(), 'another secret')
      await till.hear(id, call)
      const seen = till.logged() + fresh.logged() + (await till.metrics.expose()).text
      const hidden = [...fake.secrets, ...fake.personal, ...Object.values(call.headers)]
      const { clientSecret } = client as { clientSecret?: string }
      for (const text of [...hidden, ...(clientSecret ? [clientSecret] : [])]) assert.ok(!seen.includes(text), text)
      const { rows } = await database.raw('select * from provider_events', [])
      for (const text of hidden) assert.ok(!JSON.stringify(rows).includes(text), text)
    })

    it('is warned about when it is half set up, and not offered', async () => {
      const [name = ''] = Object.keys(fake.env)
      const half = aTill(database, { env: { [name]: fake.env[name] }, development: false })
      assert.deepEqual(
        half.payments.methods().map((method) => method.id),
        ['cash'],
      )
      assert.match(half.logged(), new RegExp(`"vendor":"${id}","missing":\\["[A-Z_]+"`))
      assert.equal(await half.hear(id, fake.event('x')), 404)
    })

    it('still gives back and listens where it is not offered any more', async () => {
      const opened = await started()
      till = aTill(database, { env: { ...fake.env, PAYMENT_PROVIDERS: 'cash' }, development: false, clock })
      fake.pay(opened.reference)
      await heard()
      assert.equal(await statusOf(opened), 'captured')
      await assert.rejects(till.open(id), RangeError)
    })
  })
}
