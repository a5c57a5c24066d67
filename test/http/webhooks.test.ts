import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { noteChange } from '../../src/modules/orders/note-change.ts'
import { findEvent, takeStep } from '../../src/modules/orders/order-event-queries.ts'
import { findOrder } from '../../src/modules/orders/order-queries.ts'
import { createWebhooks } from '../../src/modules/webhooks/index.ts'
import { type ChangeFeed, createChangeFeed } from '../../src/platform/changes/change-feed.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { createEvents, type Events } from '../../src/platform/events/events.ts'
import { createSeal } from '../../src/platform/seal.ts'
import { numbersFrom, type StartedAccounts, secretKey, startAccounts } from '../support/accounts.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { type FakeReceiver, fakeReceiver } from '../support/fake-receiver.ts'
import { anOrder } from '../support/orders.ts'
import { aQueue, type TestQueue, until } from '../support/queues.ts'
import { aStore } from '../support/stock.ts'

const aNumber = numbersFrom(9_811_200_000)

for (const kind of databaseKinds) {
  describe(`webhooks for operators on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedAccounts
    let queue: TestQueue
    let events: Events
    let changes: ChangeFeed
    let receiver: FakeReceiver
    let storeId: string
    let admin: string
    let manager: string
    before(async () => {
      database = await aDatabase(kind)
      storeId = (await aStore(database)).id
      receiver = await fakeReceiver()
      service = await startAccounts(database, {
        async others({ accounts, server, clock, log, metrics }) {
          queue = aQueue(database)
          events = createEvents(queue)
          changes = createChangeFeed({ database, clock, log })
          const { routes, start } = createWebhooks({
            database,
            queue,
            events,
            changes,
            orders: { findOrder, findEvent },
            authenticate: accounts.authenticate,
            seal: createSeal('webhooks', secretKey),
            development: true,
            clock,
            metrics,
          })
          await changes.start()
          await start()
          await queue.start({ work: true })
          await server.register(routes, { prefix: '/api' })
        },
      })
      admin = (await service.anAdmin(aNumber())).accessToken
      manager = await managerOf(storeId)
    })
    after(async () => {
      changes.stop()
      await queue.stop()
      await service.end()
      await receiver.close()
      await database.end()
    })
    beforeEach(async () => {
      receiver.play(204)
      receiver.messages.length = 0
      for (const { id } of (await call('GET', '/api/webhook-endpoints')).body.endpoints)
        await call('DELETE', `/api/webhook-endpoints/${id}`)
      await learned()
    })

    async function managerOf(...storeIds: string[]): Promise<string> {
      const number = aNumber()
      const { user } = await service.signIn(number)
      const body = { roles: ['customer', 'storeManager'], storeIds }
      await service.call('PATCH', `/api/users/${user.id}`, { token: admin, body })
      return (await service.signIn(number)).accessToken
    }
    const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: object, token = admin) =>
      service.call(method, url, { token, ...(body && { body }) })
    const add = async (fields: object = {}, token = admin) =>
      (await call('POST', '/api/webhook-endpoints', { url: receiver.url, ...fields }, token)).body
    /** Resolves when this process knows of the latest change. */
    const learned = () => new Promise((resolve) => setTimeout(resolve, 50))
    async function pick(id: string): Promise<void> {
      await inTransaction(database.db, async (tx) => {
        const step = { from: ['placed' as const], to: 'picking' as const, actor: 'picker' as const, actorId: 'usr_p' }
        const added = await takeStep(tx, { orderId: id, ...step, details: {}, now: new Date() })
        assert.ok(added)
        await noteChange({ events, changes }, tx, added)
      })
    }
    const deliveriesOf = async (id: string, query = '') =>
      (await call('GET', `/api/webhook-endpoints/${id}/deliveries${query}`)).body
    const restingJobs = async () => {
      const { rows } = await database.executeSql(`select 1 from pgboss.job where name = 'order.changed/send-webhooks'`)
      return rows.length
    }

    test('an order that is picked is told, signed with the secret that was shown, and stands in the log', async () => {
      const { endpoint, secret } = await add({ eventTypes: ['order.picking'] })
      await learned()
      const order = await anOrder(database, { storeId })
      await pick(order.id)
      await until(() => receiver.messages.length === 1)
      const [message] = receiver.messages
      assert.ok(message)
      const at = new Date(Number(message.headers['webhook-timestamp']) * 1000)
      assert.equal(message.headers['webhook-signature'], new Webhook(secret).sign(message.id, at, message.body))
      assert.equal(JSON.parse(message.body).data.order.id, order.id)
      await until(async () => (await deliveriesOf(endpoint.id)).deliveries[0]?.status === 'delivered')
      const [{ createdAt, lastAttemptAt, lastResponseMs, ...delivery }] = (await deliveriesOf(endpoint.id)).deliveries
      assert.deepEqual(delivery, {
        id: message.id,
        type: 'order.picking',
        orderId: order.id,
        status: 'delivered',
        attempts: 1,
        nextAttemptAt: null,
        lastStatusCode: 204,
        lastFailure: null,
      })
    })

    test('an order that no endpoint wants costs no job', async () => {
      await add({ eventTypes: ['order.delivered'] })
      await add({ storeIds: [(await aStore(database)).id] })
      await add({ isEnabled: false })
      await learned()
      const before = await restingJobs()
      await pick((await anOrder(database, { storeId })).id)
      assert.equal(await restingJobs(), before)
    })

    test('the secret is shown once, and rests sealed', async () => {
      const { endpoint, secret } = await add()
      assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
      const { text } = await call('GET', `/api/webhook-endpoints/${endpoint.id}`)
      assert.ok(!text.includes('whsec_'))
      const rotated = await call('POST', `/api/webhook-endpoints/${endpoint.id}/secret-rotation`)
      assert.match(rotated.body.secret, /^whsec_/)
      assert.notEqual(rotated.body.secret, secret)
      assert.equal(Date.parse(rotated.body.previousUntil) - service.clock.now(), 86_400_000)
      const { rows } = await database.executeSql('select * from webhook_endpoints')
      const rest = JSON.stringify(rows) + service.logged()
      for (const each of [secret, rotated.body.secret]) assert.ok(!rest.includes(each))
    })

    test('a test message comes at once, and the signature of the former secret beside that of the new one', async () => {
      const { endpoint, secret } = await add()
      await call('POST', `/api/webhook-endpoints/${endpoint.id}/secret-rotation`)
      const { status, body } = await call('POST', `/api/webhook-endpoints/${endpoint.id}/test`)
      assert.deepEqual([status, body.delivery.type, body.delivery.status], [202, 'webhook.test', 'waiting'])
      await until(() => receiver.messages.length === 1)
      const [message] = receiver.messages
      const former = new Webhook(secret).sign(message?.id ?? '', new Date(service.clock.now()), message?.body ?? '')
      const signatures = String(message?.headers['webhook-signature']).split(' ')
      assert.deepEqual([signatures.length, signatures[1]], [2, former])
      assert.deepEqual(JSON.parse(message?.body ?? '').data, { endpointId: endpoint.id })
    })

    test('what failed is replayed under its id: one message, or all since a time', async () => {
      const { endpoint } = await add()
      for (let count = 0; count < 3; count += 1) await call('POST', `/api/webhook-endpoints/${endpoint.id}/test`)
      await until(() => receiver.messages.length === 3)
      await until(async () => (await deliveriesOf(endpoint.id, '?status=delivered')).deliveries.length === 3)
      const [{ id }] = (await deliveriesOf(endpoint.id)).deliveries
      assert.equal((await call('POST', `/api/webhook-deliveries/${id}/replay`)).status, 202)
      await until(() => receiver.messages.length === 4)
      assert.equal(receiver.messages[3]?.id, id)
      await until(async () => (await deliveriesOf(endpoint.id, '?status=delivered')).deliveries.length === 3)

      const since = new Date(service.clock.now() - 1000).toISOString()
      const replays = `/api/webhook-endpoints/${endpoint.id}/replays`
      assert.equal((await call('POST', replays, { since })).body.count, 0)
      const { body } = await call('POST', replays, { since, includesDelivered: true })
      assert.equal(body.count, 3)
      await until(() => receiver.messages.length === 7)
      const later = new Date(service.clock.now() + 1000).toISOString()
      assert.equal((await call('POST', replays, { since: later, includesDelivered: true })).body.count, 0)
    })

    test('what waits for an endpoint that is switched off has failed, and comes once it is on again and replayed', async () => {
      receiver.play(500)
      const { endpoint } = await add()
      const url = `/api/webhook-endpoints/${endpoint.id}`
      await call('POST', `${url}/test`)
      await until(() => receiver.messages.length === 1)
      assert.equal((await call('PATCH', url, { isEnabled: false })).body.endpoint.isEnabled, false)
      const [delivery] = (await deliveriesOf(endpoint.id)).deliveries
      assert.deepEqual([delivery.status, delivery.lastFailure], ['failed', 'endpoint disabled'])
      for (const path of [`${url}/test`, `/api/webhook-deliveries/${delivery.id}/replay`])
        assert.deepEqual((await call('POST', path)).body.code, 'webhook.disabled')
      receiver.play(204)
      await call('PATCH', url, { isEnabled: true })
      const since = new Date(0).toISOString()
      assert.equal((await call('POST', `${url}/replays`, { since })).body.count, 1)
      await until(() => receiver.messages.length === 2)
    })

    test('lists go page by page', async () => {
      const ids: string[] = []
      for (let count = 0; count < 3; count += 1) ids.unshift((await add()).endpoint.id)
      const seen: string[] = []
      for (let cursor = ''; ; ) {
        const { body } = await call('GET', `/api/webhook-endpoints?limit=2${cursor}`)
        seen.push(...body.endpoints.map(({ id }: { id: string }) => id))
        if (body.nextCursor === null) break
        cursor = `&cursor=${body.nextCursor}`
      }
      assert.deepEqual(seen, ids)
      const [id = ''] = ids
      for (let count = 0; count < 3; count += 1) await call('POST', `/api/webhook-endpoints/${id}/test`)
      const first = await deliveriesOf(id, '?limit=2')
      const second = await deliveriesOf(id, `?limit=2&cursor=${first.nextCursor}`)
      assert.deepEqual([first.deliveries.length, second.deliveries.length, second.nextCursor], [2, 1, null])
    })

    test('a manager manages what is about stores of theirs and sees no other', async () => {
      const other = (await aStore(database)).id
      const { endpoint: general } = await add()
      const { endpoint: elsewhere } = await add({ storeIds: [storeId, other] })
      const { endpoint: own } = await add({ storeIds: [storeId] }, manager)
      const { body } = await call('GET', '/api/webhook-endpoints', undefined, manager)
      assert.deepEqual(
        body.endpoints.map(({ id }: { id: string }) => id),
        [own.id],
      )
      for (const { id } of [general, elsewhere])
        for (const [method, path, sent] of [
          ['GET', '', undefined],
          ['PATCH', '', { isEnabled: false }],
          ['DELETE', '', undefined],
          ['GET', '/deliveries', undefined],
          ['POST', '/test', undefined],
          ['POST', '/secret-rotation', undefined],
          ['POST', '/replays', { since: new Date(0).toISOString() }],
        ] as const) {
          const { status, body: refusal } = await call(method, `/api/webhook-endpoints/${id}${path}`, sent, manager)
          assert.deepEqual([status, refusal.code], [404, 'webhook.no_such_endpoint'], `${method} ${path}`)
        }
      const { delivery } = (await call('POST', `/api/webhook-endpoints/${general.id}/test`)).body
      assert.equal(
        (await call('POST', `/api/webhook-deliveries/${delivery.id}/replay`, undefined, manager)).status,
        404,
      )
      const url = receiver.url
      for (const storeIds of [null, [other], [storeId, other]]) {
        assert.equal((await call('POST', '/api/webhook-endpoints', { url, storeIds }, manager)).status, 403)
        assert.equal((await call('PATCH', `/api/webhook-endpoints/${own.id}`, { storeIds }, manager)).status, 403)
      }
    })

    test('customers and strangers are refused', async () => {
      const customer = (await service.signIn(aNumber())).accessToken
      assert.equal((await call('GET', '/api/webhook-endpoints', undefined, customer)).status, 403)
      assert.equal((await service.call('GET', '/api/webhook-endpoints')).status, 401)
    })

    test('bad input is refused', async () => {
      const refused: [fields: object, code: string][] = [
        [{ url: 'http://shop.example/' }, 'webhook.url_refused'],
        [{ url: 'https://asha:pw@shop.example/' }, 'webhook.url_refused'],
        [{ url: 'https://shop.example/\u0000' }, 'request.malformed'],
        [{ eventTypes: [] }, 'request.malformed'],
        [{ eventTypes: ['order.eaten'] }, 'request.malformed'],
        [{ storeIds: ['everywhere'] }, 'request.malformed'],
        [{ secret: 'mine' }, 'request.malformed'],
      ]
      for (const [fields, code] of refused) {
        const { body } = await call('POST', '/api/webhook-endpoints', { url: receiver.url, ...fields })
        assert.equal(body.code, code, JSON.stringify(fields))
      }
      const { endpoint } = await add()
      // The last of them is sound, and a moment that dates here do not know.
      for (const since of ['yesterday', '2026-02-30T00:00:00Z', '2026-02-30T00:00:00+05:30', '2016-12-31T23:59:60Z']) {
        const { status, body } = await call('POST', `/api/webhook-endpoints/${endpoint.id}/replays`, { since })
        assert.deepEqual([status, body.fields], [400, ['body.since']], since)
      }
      assert.equal((await call('PATCH', `/api/webhook-endpoints/${endpoint.id}`, {})).status, 400)
      assert.equal((await call('GET', `/api/webhook-endpoints/whe_${'0'.repeat(26)}`)).status, 404)
    })

    test('there are a hundred at most', async () => {
      await database.executeSql(
        `insert into webhook_endpoints (id, url, is_enabled, secret, created_by, created_at, updated_at)
         select 'whe_' || n, 'https://shop.example/', false, 'x', 'usr_1', now(), now() from generate_series(1, 100) as n`,
      )
      const { status, body } = await call('POST', '/api/webhook-endpoints', { url: receiver.url })
      assert.deepEqual([status, body.code], [409, 'webhook.too_many'])
      await database.executeSql('delete from webhook_endpoints')
    })
  })
}
