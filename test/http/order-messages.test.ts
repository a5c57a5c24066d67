import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { notificationsSettings, startNotifications } from '../../src/modules/notifications/index.ts'
import { noteChange } from '../../src/modules/orders/note-change.ts'
import { addRefunded, findEvent, takeStep } from '../../src/modules/orders/order-event-queries.ts'
import { findOrder, type StoredOrder } from '../../src/modules/orders/order-queries.ts'
import type { OrderStatus } from '../../src/modules/orders/order-status.ts'
import type { Env } from '../../src/platform/config/read-section.ts'
import { readSection } from '../../src/platform/config/read-section.ts'
import type { Tx } from '../../src/platform/database/database.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { createEvents, type Events } from '../../src/platform/events/events.ts'
import { createSeal } from '../../src/platform/seal.ts'
import { numbersFrom, type StartedAccounts, secretKey, startAccounts } from '../support/accounts.ts'
import { minutes, type SetClock, setClock } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { type FakeSendgrid, fakeSendgrid } from '../support/fake-sendgrid.ts'
import { type FakeVendor, fakeVendor } from '../support/fake-vendor.ts'
import { anOrder } from '../support/orders.ts'
import { aQueue, type TestQueue, until } from '../support/queues.ts'
import { type StartedMessaging, startMessaging, vendorEnv } from '../support/start-messaging.ts'

const aNumber = numbersFrom(9_811_500_000)

for (const kind of databaseKinds) {
  describe(`messages to customers about orders on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let sms: FakeVendor
    let mail: FakeSendgrid
    let accounts: StartedAccounts
    let clock: SetClock
    let messaging: StartedMessaging
    let queue: TestQueue
    let events: Events
    before(async () => {
      database = await aDatabase(kind)
      sms = await fakeVendor()
      mail = await fakeSendgrid()
      clock = setClock()
      accounts = await startAccounts(database, { clock })
    })
    after(async () => {
      await accounts.end()
      await Promise.all([sms.close(), mail.close(), database.end()])
    })
    beforeEach(() => {
      sms.requests.length = 0
      mail.mails.length = 0
      sms.answer({ twilio: 'accept', fast2sms: 'accept' })
      mail.play('accept')
    })
    afterEach(() => queue?.stop())

    async function start(env: Env = {}): Promise<void> {
      await database.executeSql('drop schema if exists pgboss cascade')
      messaging = await startMessaging({ ...vendorEnv(sms.baseUrl), ...mail.env, ...env })
      queue = aQueue(database)
      events = createEvents(queue)
      const faults: string[] = []
      const settings = readSection(notificationsSettings, env, { development: false, now: 0 }, faults)
      assert.deepEqual(faults, [])
      startNotifications({
        settings,
        database,
        events,
        messaging: messaging.messaging,
        accounts: accounts.accounts,
        orders: { findOrder, findEvent },
        seal: createSeal('events', secretKey),
        locale: 'en',
        clock,
      })
      await queue.start({ work: true })
    }

    interface Customer {
      number: string
      email: string
      userId: string
      token: string
    }
    async function aCustomer({ locale = 'en', hasEmail = true } = {}): Promise<Customer> {
      const number = aNumber()
      const { user, accessToken } = await accounts.signIn(number)
      const email = `asha.${number}@example.com`
      const set = 'update users set locale = $2, email = $3, name = $4 where id = $1'
      await database.raw(set, [user.id, locale, hasEmail ? email : null, 'Asha'])
      return { number, email, userId: user.id, token: accessToken }
    }
    const tell = (change: (tx: Tx, now: Date) => ReturnType<typeof addRefunded>) =>
      inTransaction(database.db, async (tx) => {
        const added = await change(tx, new Date(clock.now()))
        assert.ok(added)
        await noteChange({ events, changes: { note: async () => undefined } }, tx, added)
        return added.eventId
      })
    const from: OrderStatus[] = ['pending_payment', 'placed', 'picking', 'packed', 'out_for_delivery']
    const step = ({ id }: StoredOrder, to: OrderStatus) =>
      tell((tx, now) => takeStep(tx, { orderId: id, from, to, actor: 'system', actorId: null, details: {}, now }))
    const refund = ({ id }: StoredOrder, status = 'processed', byHand = false) =>
      tell((tx, now) => addRefunded(tx, { orderId: id, details: { amountPaise: 5050, status, byHand }, now }))
    const order = ({ userId }: Customer, status: OrderStatus = 'pending_payment') =>
      anOrder(database, { userId, status, totalPaise: 7500 })

    async function jobs(): Promise<{ name: string; state: string; data: unknown }[]> {
      const { rows } = await database.executeSql(
        `select name, state::text, data from pgboss.job where name like 'order.changed/%'`,
      )
      return rows as { name: string; state: string; data: unknown }[]
    }
    const jobsAreDone = () => until(async () => (await jobs()).every(({ state }) => state === 'completed'), 30_000)
    const numberOf = ({ id }: StoredOrder) => id.slice(-8).toUpperCase()

    for (const [locale, texts, greeting] of [
      ['en', [/ for Rs 75 is placed/, /is on its way/, /was delivered/, /refund of Rs 50\.50/], /^Hello Asha,/],
      ['hi', [/Rs 75 ka, mil gaya/, /nikal gaya/, /pahuncha/, /Rs 50\.50 wapas/], /^नमस्ते Asha,/],
    ] as const)
      test(`tell by SMS and mail when one is placed, on its way, delivered and refunded, in ${locale}`, async () => {
        await start()
        const customer = await aCustomer({ locale })
        const ordered = await order(customer)
        const ids: number[] = []
        for (const next of ['placed', 'picking', 'packed', 'out_for_delivery', 'delivered'] as const) {
          const eventId = await step(ordered, next)
          if (next !== 'picking' && next !== 'packed') ids.push(eventId)
          await jobsAreDone()
        }
        ids.push(await refund(ordered))
        await jobsAreDone()
        const references = ids.map((id) => `order_event_${id}`)
        assert.deepEqual(
          sms.requests.map(({ to, reference }) => [to, reference]),
          references.map((reference) => [`+91${customer.number}`, reference]),
        )
        for (const [at, text] of texts.entries()) assert.match(sms.requests[at]?.text ?? '', text)
        assert.ok(sms.requests.every(({ text }) => text.includes(numberOf(ordered))))
        assert.deepEqual(
          mail.mails.map(({ to, reference }) => [to, reference]),
          references.map((reference) => [customer.email, reference]),
        )
        assert.ok(mail.mails.every(({ text, subject }) => greeting.test(text) && subject.includes(numberOf(ordered))))
        assert.match(mail.mails[0]?.text ?? '', /3 .*₹75/)
      })

    for (const [locale, text, mailed] of [
      ['en', /Rs 50\.50 was given back to you/, /₹50\.50 .* was given back to you/],
      ['hi', /Rs 50\.50 aapko wapas de diye/, /₹50\.50 आपको लौटा दिए/],
    ] as const)
      test(`say that money was given back, and of no bank, when somebody did so by hand, in ${locale}`, async () => {
        await start()
        await refund(await order(await aCustomer({ locale }), 'placed'), 'processed', true)
        await jobsAreDone()
        assert.match(sms.requests.map((each) => each.text).join(), text)
        assert.match(mail.mails.map((each) => each.text).join(), mailed)
        assert.doesNotMatch(sms.requests[0]?.text + (mail.mails[0]?.text ?? ''), /on its way|bank|बैंक|माध्यम/i)
      })

    test('leave nothing personal in jobs and in the log', async () => {
      await start()
      const customer = await aCustomer()
      await step(await order(customer), 'placed')
      await jobsAreDone()
      assert.equal(sms.requests.length + mail.mails.length, 2)
      const rest = JSON.stringify((await jobs()).map(({ data }) => data)) + queue.logged() + messaging.lines.join('')
      for (const personal of [customer.number, customer.email, 'Asha', 'Main Road', '4711'])
        assert.ok(!rest.includes(personal), personal)
    })

    test('go by SMS alone where no address is known, and nowhere once the account is gone', async () => {
      await start()
      const customer = await aCustomer({ hasEmail: false })
      const ordered = await order(customer)
      await step(ordered, 'placed')
      await jobsAreDone()
      assert.deepEqual([sms.requests.length, mail.mails.length], [1, 0])
      const { token } = customer
      assert.equal((await accounts.call('DELETE', '/api/me', { token, body: { otp: '123456' } })).status, 200)
      await step(ordered, 'out_for_delivery')
      await jobsAreDone()
      assert.deepEqual([sms.requests.length, mail.mails.length], [1, 0])
    })

    test('are about the moments that the settings name, and of others there is no job', async () => {
      await start({ ORDER_SMS: 'delivered', ORDER_MAILS: 'none' })
      const ordered = await order(await aCustomer())
      for (const next of ['placed', 'out_for_delivery'] as const) await step(ordered, next)
      assert.deepEqual(await jobs(), [])
      await step(ordered, 'delivered')
      await jobsAreDone()
      assert.deepEqual([sms.requests.length, mail.mails.length, (await jobs()).length], [1, 0, 1])
    })

    test('are not made where no vendor carries them, or their text is not registered and others are', async () => {
      await start({ DLT_TEMPLATE_ID_EN: '1101', EMAIL_FROM: '' })
      assert.match(messaging.lines.join(''), /SMS texts are not sent: others are registered/)
      await step(await order(await aCustomer()), 'placed')
      assert.deepEqual(await jobs(), [])
    })

    test('come no more when they are late, overtaken or for a person to do', async () => {
      await start({ ORDER_MAILS: 'none' })
      const customer = await aCustomer()
      const [late, overtaken, cash] = [
        await order(customer, 'packed'),
        await order(customer, 'packed'),
        await order(customer),
      ]
      sms.answer({ twilio: { status: 503, body: {} }, fast2sms: { status: 503, body: {} } })
      await step(late, 'out_for_delivery')
      await step(overtaken, 'out_for_delivery')
      await until(() => sms.requests.length >= 4)
      sms.answer({ twilio: 'accept', fast2sms: 'accept' })
      await step(overtaken, 'delivered')
      clock.pass(minutes(61))
      await refund(cash, 'manual')
      await jobsAreDone()
      const taken = sms.requests.filter(({ text }) => /delivered/.test(text))
      assert.equal(taken.length, 1)
      assert.equal(sms.requests.length, 5, 'the two that failed, by two vendors each, and the delivery')
    })

    test('are tried again after an outage of the vendors, under the same reference, each kind by itself', async () => {
      await start()
      const customer = await aCustomer()
      sms.answer({ twilio: [{ status: 503, body: {} }, 'accept'], fast2sms: { status: 503, body: {} } })
      await step(await order(customer), 'placed')
      await until(() => mail.mails.length === 1)
      await jobsAreDone()
      assert.deepEqual(
        sms.requests.map(({ vendor }) => vendor),
        ['twilio', 'fast2sms', 'twilio'],
      )
      assert.equal(new Set(sms.requests.map(({ reference }) => reference)).size, 1)
      assert.equal(new Set(sms.requests.map(({ text }) => text)).size, 1)
      assert.equal(mail.mails.length, 1)
    })
  })
}

describe('the settings of messages about orders', () => {
  test('refuse a moment that there is not', () => {
    const faultsOf = (env: Env) => {
      const faults: string[] = []
      readSection(notificationsSettings, env, { development: false, now: 0 }, faults)
      return faults
    }
    assert.deepEqual(faultsOf({ ORDER_SMS: 'placed, refunded', ORDER_MAILS: 'none' }), [])
    assert.match(faultsOf({ ORDER_SMS: 'placed,eaten' }).join(), /^ORDER_SMS may list placed, out_for_delivery/)
    assert.match(faultsOf({ ORDER_MAILS: 'none,placed' }).join(), /^ORDER_MAILS/)
  })
})
