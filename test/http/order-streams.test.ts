import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { StoredOrder } from '../../src/modules/orders/order-queries.ts'
import { numbersFrom } from '../support/accounts.ts'
import { minutes } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import type { EventClient } from '../support/event-client.ts'
import { type StartedStreams, startStreams } from '../support/order-streams.ts'
import { anOrder } from '../support/orders.ts'
import { until } from '../support/queues.ts'
import { aStore } from '../support/stock.ts'
import { allowed } from '../support/time-limits.ts'

const aNumber = numbersFrom(9_811_300_000)
const statusesOf = ({ orders }: EventClient) => orders.map(({ data }) => data.status)

for (const kind of databaseKinds) {
  describe(`streams of orders on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedStreams
    let storeId: string
    let admin: string
    before(async () => {
      database = await aDatabase(kind)
      service = await startStreams(database)
      storeId = (await aStore(database)).id
      admin = (await service.anAdmin(aNumber())).accessToken
    })
    after(async () => {
      await service.end()
      await database.end()
    })

    async function aCustomer(): Promise<{ userId: string; token: string }> {
      const { user, accessToken } = await service.signIn(aNumber())
      return { userId: user.id, token: accessToken }
    }
    async function staffOf(role: 'picker' | 'storeManager', ...storeIds: string[]): Promise<string> {
      const number = aNumber()
      const { user } = await service.signIn(number)
      const body = { roles: ['customer', role], storeIds }
      await service.call('PATCH', `/api/users/${user.id}`, { token: admin, body })
      return (await service.signIn(number)).accessToken
    }
    const watch = ({ id }: StoredOrder, token: string, lastEventId?: string) =>
      service.open(`/orders/${id}/events`, { token, lastEventId })

    test('tell first how an order is, then each step as it is taken, and end with the order', async () => {
      const { userId, token } = await aCustomer()
      const order = await anOrder(database, { storeId, userId })
      const client = await watch(order, token)
      assert.equal(client.status, 200)
      await until(() => client.orders.length === 1)
      const { eventId } = await service.step(order.id, 'picking', { details: { by: 'hand' } })
      await service.refund(order.id)
      await service.step(order.id, 'delivered')
      await until(client.isClosed)
      assert.deepEqual(
        client.orders.map(({ data }) => [data.type, data.status]),
        [
          ['placed', 'placed'],
          ['picking', 'picking'],
          ['refunded', 'picking'],
          ['delivered', 'delivered'],
        ],
      )
      const [, picking] = client.orders
      assert.deepEqual(
        [picking?.id, Object.keys(picking?.data).sort()],
        [String(eventId), ['at', 'details', 'orderId', 'promisedAt', 'status', 'type']],
      )
      assert.deepEqual(picking?.data.details, { by: 'hand' })
      assert.equal(client.endReason(), 'ended')
      const again = await watch(order, token, client.lastId())
      assert.deepEqual([again.status, again.headers['content-length'] ?? '0'], [204, '0'], 'browsers ask no more')
    })

    test('of an order whose money goes back end when it is back, and no sooner', async () => {
      const { userId, token } = await aCustomer()
      const order = await anOrder(database, { storeId, userId })
      const client = await watch(order, token)
      await until(() => client.orders.length === 1)
      const { eventId } = await service.step(order.id, 'cancelled', { details: { refundPaise: 1000 } })
      await until(() => client.orders.length === 2)
      const resumed = await watch(order, token, String(eventId))
      assert.equal(resumed.status, 200)
      const late = await watch(order, token)
      await until(() => late.orders.length === 1)
      assert.deepEqual(
        [client, resumed, late].map((each) => each.isClosed()),
        [false, false, false],
      )
      await service.refund(order.id)
      await until(() => [client, resumed, late].every((each) => each.orders.at(-1)?.data.type === 'refunded'))
      assert.deepEqual(
        [client, resumed, late].map((each) => each.isClosed()),
        [false, false, false],
        'half is back',
      )
      await service.refund(order.id)
      for (const each of [client, resumed, late]) {
        await until(each.isClosed)
        assert.deepEqual([each.orders.at(-1)?.data.type, each.endReason()], ['refunded', 'ended'])
      }
      assert.equal((await watch(order, token, client.lastId())).status, 204)
    })

    test('of an order whose money takes too long end without it', async () => {
      const quick = await startStreams(database, { secondsBetweenBeats: 0.1 })
      try {
        const { user, accessToken } = await quick.signIn(aNumber())
        const order = await anOrder(database, { storeId, userId: user.id })
        const client = await quick.open(`/orders/${order.id}/events`, { token: accessToken })
        await quick.step(order.id, 'cancelled', { details: { refundPaise: 1000 } })
        await until(() => client.orders.at(-1)?.data.type === 'cancelled')
        quick.clock.set(Date.now() + minutes(4))
        await until(() => client.orders.length > 0)
        assert.equal(client.isClosed(), false)
        quick.clock.set(Date.now() + minutes(6))
        await until(client.isClosed)
        assert.equal(client.endReason(), 'ended')
      } finally {
        await quick.end()
      }
    })

    test('are sent as they come, and kept by nobody', async () => {
      const { userId, token } = await aCustomer()
      const order = await anOrder(database, { storeId, userId })
      const client = await watch(order, token)
      const { headers } = client
      assert.equal(headers['content-type'], 'text/event-stream; charset=utf-8')
      assert.deepEqual([headers['cache-control'], headers['x-accel-buffering']], ['no-store', 'no'])
      assert.equal(headers['x-content-type-options'], 'nosniff')
      client.kill()
    })

    test('go on after the last event that a client has, and after none that it cannot have', async () => {
      const { userId, token } = await aCustomer()
      const order = await anOrder(database, { storeId, userId })
      const first = await watch(order, token)
      await until(() => first.orders.length === 1)
      first.kill()
      await service.step(order.id, 'picking')
      await service.step(order.id, 'packed')
      const second = await watch(order, token, first.lastId())
      await until(() => second.orders.length === 2)
      assert.deepEqual(statusesOf(second), ['picking', 'packed'])
      for (const lastEventId of ['999999999', 'x', '-1']) {
        const strange = await watch(order, token, lastEventId)
        await until(() => strange.orders.length === 1)
        assert.deepEqual(statusesOf(strange), ['packed'], lastEventId)
        strange.kill()
      }
      second.kill()
    })

    test('are for the customer, those who work in the store, and nobody else', async () => {
      const { userId, token } = await aCustomer()
      const order = await anOrder(database, { storeId, userId })
      for (const allowed of [token, admin, await staffOf('picker', storeId), await staffOf('storeManager', storeId)]) {
        const client = await watch(order, allowed)
        assert.equal(client.status, 200)
        client.kill()
      }
      const stranger = (await aCustomer()).token
      const elsewhere = await staffOf('storeManager', (await aStore(database)).id)
      for (const other of [stranger, elsewhere]) assert.equal((await watch(order, other)).status, 404)
      for (const other of [token, elsewhere])
        assert.equal((await service.open(`/stores/${storeId}/orders/events`, { token: other })).status, 403)
      const nowhere = `/stores/sto_${'0'.repeat(26)}/orders/events`
      assert.equal((await service.open(nowhere, { token: admin })).status, 404)
      assert.equal((await service.open(`/orders/${order.id}/events`)).status, 401)
    })

    test('end when the token ends, and within 5 s when its session or its owner is put out', async () => {
      const { userId, token } = await aCustomer()
      const other = await aCustomer()
      const order = await anOrder(database, { storeId, userId })
      const theirs = await anOrder(database, { storeId, userId: other.userId })
      const clients = [await watch(order, token), await watch(theirs, other.token)]
      const answers = [
        await service.call('POST', '/api/auth/logout', { token, body: {} }),
        await service.call('PATCH', `/api/users/${other.userId}`, { token: admin, body: { blocked: { reason: 'x' } } }),
      ]
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200],
      )
      const began = Date.now()
      await until(() => clients.every((client) => client.isClosed()))
      assert.ok(Date.now() - began < allowed(5000))
      assert.deepEqual(
        clients.map((client) => client.endReason()),
        ['unauthorized', 'unauthorized'],
      )
    })

    test('of one account and in all are limited', async () => {
      const { userId, token } = await aCustomer()
      const order = await anOrder(database, { storeId, userId })
      const clients: EventClient[] = []
      for (let count = 0; count < 6; count += 1) clients.push(await watch(order, token))
      const refused = await watch(order, token)
      assert.deepEqual([refused.status, refused.headers['retry-after']], [429, '5'])
      clients[0]?.kill()
      await until(async () => (await service.openStreams()) === 5)
      const again = await watch(order, token)
      assert.equal(again.status, 200)
      for (const client of [...clients, again]) client.kill()
      await until(async () => (await service.openStreams()) === 0)
    })

    test('of a store tell first what is under way, then what happens in it and in no other', async () => {
      const store = (await aStore(database)).id
      const picker = await staffOf('picker', store)
      const [one, two, done] = [
        await anOrder(database, { storeId: store }),
        await anOrder(database, { storeId: store }),
        await anOrder(database, { storeId: store }),
      ]
      await service.step(done.id, 'cancelled')
      await service.step(one.id, 'picking')
      const client = await service.open(`/stores/${store}/orders/events`, { token: picker })
      await until(() => client.orders.length === 2)
      const seen = () => client.orders.map(({ data }) => [data.orderId, data.status])
      assert.deepEqual(seen(), [
        [two.id, 'placed'],
        [one.id, 'picking'],
      ])
      await service.step((await anOrder(database, { storeId })).id, 'picking')
      await service.step(two.id, 'picking')
      await service.step(one.id, 'packed')
      await until(() => client.orders.length === 4)
      assert.deepEqual(seen().slice(2), [
        [two.id, 'picking'],
        [one.id, 'packed'],
      ])
      client.kill()
      await service.step(one.id, 'out_for_delivery')
      const next = await service.open(`/stores/${store}/orders/events`, { token: picker, lastEventId: client.lastId() })
      await until(() => next.orders.length === 1)
      assert.deepEqual(statusesOf(next), ['out_for_delivery'])
      next.kill()
    })

    test('of a store begin anew for who was away for too long or comes with an id that is none', async () => {
      const store = (await aStore(database)).id
      const picker = await staffOf('picker', store)
      const order = await anOrder(database, { storeId: store })
      for (const lastEventId of ['999999999999', '5+', 'x+1', '1+1.', '12+3;4']) {
        const client = await service.open(`/stores/${store}/orders/events`, { token: picker, lastEventId })
        await until(() => client.orders.length === 1)
        assert.equal(client.orders[0]?.data.orderId, order.id)
        client.kill()
        await until(async () => (await service.openStreams()) === 0)
      }
    })

    test('say that they live where nothing happens, and are no more in all than the settings say', async () => {
      const other = await startStreams(database, { secondsBetweenBeats: 0.1, mostInAll: 2 })
      try {
        const { user, accessToken: token } = await other.signIn(aNumber())
        const order = await anOrder(database, { storeId, userId: user.id })
        const clients = [
          await other.open(`/orders/${order.id}/events`, { token }),
          await other.open(`/stores/${storeId}/orders/events`, { token: admin }),
        ]
        await until(() => clients.every((client) => client.heartbeats() >= 3))
        await service.step((await anOrder(database)).id, 'picking')
        const [, ofStore] = clients
        const before = Number.parseInt(ofStore?.lastId() ?? '', 10)
        await until(() => Number.parseInt(ofStore?.lastId() ?? '', 10) > before)
        const refused = await other.open(`/orders/${order.id}/events`, { token })
        assert.deepEqual([refused.status, refused.headers['retry-after']], [503, '5'])
      } finally {
        await other.end()
      }
    })

    test('answer no HEAD, which would never end', async () => {
      const { userId, token } = await aCustomer()
      const order = await anOrder(database, { storeId, userId })
      const headers = { authorization: `Bearer ${token}` }
      const url = `/api/orders/${order.id}/events`
      assert.equal((await service.server.inject({ method: 'HEAD', url, headers })).statusCode, 405)
    })

    test('end when their tokens do', async () => {
      const { userId, token } = await aCustomer()
      const order = await anOrder(database, { storeId, userId })
      const client = await watch(order, token)
      service.clock.pass(minutes(15))
      await until(client.isClosed)
      assert.equal(client.endReason(), 'unauthorized')
      assert.equal((await watch(order, token)).status, 401)
    })

    test('end at once when the server stops, which waits for none of them', async () => {
      const other = await startStreams(database)
      const { user, accessToken } = await other.signIn(aNumber())
      const order = await anOrder(database, { storeId, userId: user.id })
      const client = await other.open(`/orders/${order.id}/events`, { token: accessToken })
      await until(() => client.orders.length === 1)
      const began = Date.now()
      await other.end()
      assert.ok(Date.now() - began < allowed(2000))
      await until(client.isClosed)
      assert.equal(client.endReason(), 'stopping')
    })
  })
}
