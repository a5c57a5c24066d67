import assert from 'node:assert/strict'
import type { lookup } from 'node:dns'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { pino } from 'pino'
import { Webhook } from 'standardwebhooks'
import { findEvent, readEvents } from '../../src/modules/orders/order-event-queries.ts'
import { findOrder, type StoredOrder } from '../../src/modules/orders/order-queries.ts'
import { cleanUpWebhooks } from '../../src/modules/webhooks/clean-up-webhooks.ts'
import { createDeliverer, type DeliverDeps } from '../../src/modules/webhooks/deliver-messages.ts'
import { readDeliveries } from '../../src/modules/webhooks/delivery-queries.ts'
import {
  insertEndpoint,
  readDueEndpoints,
  readEndpoint,
  replaceSecret,
} from '../../src/modules/webhooks/endpoint-queries.ts'
import { createWebhooksTelemetry } from '../../src/modules/webhooks/webhooks-telemetry.ts'
import { whenOrderChanged } from '../../src/modules/webhooks/when-order-changed.ts'
import { Secret } from '../../src/platform/config/secret.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { newId } from '../../src/platform/ids.ts'
import { createMetrics } from '../../src/platform/observability/metrics.ts'
import { createSeal } from '../../src/platform/seal.ts'
import { hours, type SetClock, seconds, setClock } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { type FakeReceiver, fakeReceiver } from '../support/fake-receiver.ts'
import { anOrder } from '../support/orders.ts'
import { until } from '../support/queues.ts'

const seal = createSeal('webhooks', new Secret('k'.repeat(40)))
const secretOf = (letter: number) => `whsec_${Buffer.alloc(32, letter).toString('base64')}`

for (const kind of databaseKinds) {
  describe(`messages to endpoints on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let receiver: FakeReceiver
    let clock: SetClock
    let order: StoredOrder
    let lines: string[]
    let running: { log: pino.Logger; signal: AbortSignal }
    before(async () => {
      database = await aDatabase(kind)
      order = await anOrder(database)
    })
    beforeEach(async () => {
      receiver = await fakeReceiver()
      clock = setClock()
      lines = []
      const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
      running = { log, signal: new AbortController().signal }
    })
    afterEach(async () => {
      await database.executeSql('delete from webhook_endpoints')
      await receiver.close()
    })
    after(() => database.end())

    const noted: string[] = []
    const parts = () => ({
      database,
      clock,
      seal,
      orders: { findOrder, findEvent },
      changes: { note: async (_tx: unknown, topic: string) => void noted.push(topic) },
      telemetry: createWebhooksTelemetry(createMetrics()),
    })
    const deliverer = (changes: Partial<DeliverDeps> = {}) =>
      createDeliverer({ ...parts(), development: true, ...changes })
    const anEndpoint = (fields: { eventTypes?: string[]; storeIds?: string[]; url?: string } = {}) =>
      inTransaction(database.db, (tx) =>
        insertEndpoint(
          tx,
          {
            id: newId('whe'),
            url: receiver.url,
            description: null,
            eventTypes: null,
            storeIds: null,
            isEnabled: true,
            ...fields,
          },
          { secret: seal.seal(secretOf(1)), createdBy: 'usr_1', now: new Date(clock.now()) },
        ),
      )
    async function tell(): Promise<string[]> {
      const enqueued: string[] = []
      const queue = {
        enqueue: async (_on: unknown, _job: unknown, payload: object) => void enqueued.push(JSON.stringify(payload)),
      }
      const [event] = await readEvents(database.db, order.id)
      const { id: orderId, storeId } = order
      await whenOrderChanged(
        { ...parts(), queue, deliverJob: { name: 'deliver' } },
        { orderId, storeId, eventId: event?.id ?? 0, type: 'placed' },
      )
      return enqueued.map((each) => JSON.parse(each).endpointId)
    }
    const logOf = (endpointId: string) => readDeliveries(database.db, { endpointId, limit: 10 })

    test('go to each endpoint that wants the event, once, signed, and say nothing of the person', async () => {
      const [wanting, picky, other] = [
        await anEndpoint(),
        await anEndpoint({ eventTypes: ['order.delivered'] }),
        await anEndpoint({ storeIds: ['sto_other'] }),
      ]
      assert.deepEqual(await tell(), [wanting.id])
      assert.deepEqual(await tell(), [], 'the event was told twice')
      const deliver = deliverer()
      await deliver(wanting.id, running)
      await deliver(wanting.id, running)
      assert.deepEqual([(await logOf(picky.id)).length, (await logOf(other.id)).length], [0, 0])

      const [message, ...more] = receiver.messages
      const [delivery] = await logOf(wanting.id)
      assert.ok(message && delivery && more.length === 0)
      assert.deepEqual(
        [delivery.status, delivery.attempts, delivery.statusCode, delivery.id],
        ['delivered', 1, 204, message.id],
      )
      const signature = new Webhook(secretOf(1)).sign(message.id, new Date(clock.now()), message.body)
      assert.equal(message.headers['webhook-signature'], signature)
      const { type, data } = JSON.parse(message.body)
      assert.deepEqual(
        [type, data.event.actor, data.order.id, data.order.lines.length, data.order.pincode],
        ['order.placed', 'customer', order.id, 2, '560038'],
      )
      assert.doesNotMatch(message.body, /4711|Main Road|12\.97|deliveryCode/)
      assert.doesNotMatch(lines.join(''), /in-the-address|whsec_/)
    })

    for (const play of [500, 302, 'reset'] as const)
      test(`are sent again under the same id after ${play}, when it is time, until they are taken`, async () => {
        receiver.play(play)
        const { id } = await anEndpoint()
        await tell()
        const deliver = deliverer()
        await deliver(id, running)
        assert.deepEqual(await readDueEndpoints(database.db, new Date(clock.now())), [])
        clock.pass(seconds(6))
        assert.deepEqual(await readDueEndpoints(database.db, new Date(clock.now())), [id])
        await deliver(id, running)
        clock.pass(seconds(6))
        assert.deepEqual(await readDueEndpoints(database.db, new Date(clock.now())), [], 'five minutes')
        clock.pass(seconds(330))
        receiver.play(200)
        await deliver(id, running)
        assert.deepEqual(new Set(receiver.messages.map((each) => each.id)).size, 1)
        const [{ status, attempts, statusCode, failure } = {}] = await logOf(id)
        assert.deepEqual(
          [status, attempts, statusCode, failure, receiver.messages.length],
          ['delivered', 3, 200, null, 3],
        )
        assert.equal((await readEndpoint(database.db, id))?.failingSince, null)
      })

    test('go no more to an endpoint that nothing has reached for five days, which raises an alarm', async () => {
      receiver.play(503)
      const { id } = await anEndpoint()
      await tell()
      const deliver = deliverer()
      for (let attempt = 1; attempt <= 10; attempt += 1) {
        await deliver(id, running)
        clock.pass(hours(27))
      }
      const [delivery] = await logOf(id)
      assert.deepEqual([delivery?.status, delivery?.attempts], ['failed', 6])
      const endpoint = await readEndpoint(database.db, id)
      assert.deepEqual([endpoint?.isEnabled, endpoint?.disabledReason], [false, 'failing'])
      assert.match(lines.join(''), /"alarm":true.*webhook endpoint was disabled/)
    })

    test('have failed after the tenth attempt', async () => {
      receiver.play(503)
      const { id } = await anEndpoint()
      await tell()
      for (let attempt = 1; attempt <= 12; attempt += 1) {
        await database.executeSql(
          `update webhook_deliveries set due_at = now() - interval '1 year' where due_at is not null`,
        )
        await deliverer()(id, running)
      }
      const [delivery] = await logOf(id)
      assert.deepEqual([delivery?.status, delivery?.attempts, receiver.messages.length], ['failed', 10, 10])
    })

    test('go no more to an endpoint that says that it is gone', async () => {
      receiver.play(410)
      const { id } = await anEndpoint()
      await tell()
      await deliverer()(id, running)
      const endpoint = await readEndpoint(database.db, id)
      assert.deepEqual([endpoint?.isEnabled, endpoint?.disabledReason], [false, 'gone'])
      assert.deepEqual(
        (await logOf(id)).map(({ status }) => status),
        ['failed'],
      )
    })

    test('are signed by the secret before the last rotation too, for 24 hours', async () => {
      const { id } = await anEndpoint()
      const now = clock.now()
      await inTransaction(database.db, (tx) =>
        replaceSecret(tx, id, {
          secret: seal.seal(secretOf(2)),
          previousUntil: new Date(now + hours(24)),
          now: new Date(now),
        }),
      )
      await tell()
      await deliverer()(id, running)
      await database.executeSql(`update webhook_deliveries set status = 'waiting', due_at = now() - interval '1 year'`)
      clock.pass(hours(25))
      await deliverer()(id, running)
      const counts = receiver.messages.map(({ headers }) => String(headers['webhook-signature']).split(' ').length)
      assert.deepEqual(counts, [2, 1])
    })

    test('of one that was interrupted are due again, and of two at once each is sent once', async () => {
      const { id } = await anEndpoint()
      await tell()
      receiver.play('hang')
      const stop = new AbortController()
      const interrupted = deliverer()(id, { ...running, signal: stop.signal })
      await until(() => receiver.messages.length === 1)
      stop.abort()
      await interrupted
      receiver.play(204)
      await deliverer()(id, running)
      assert.equal(receiver.messages.length, 1, 'whoever took it may still be at it')
      clock.pass(seconds(31))
      await Promise.all([deliverer()(id, running), deliverer()(id, running)])
      assert.equal(receiver.messages.length, 2)
    })

    test('never go to an address that is not of the internet, whatever its name says', async () => {
      const answers: Record<string, string[]> = {
        'inside.example': ['10.0.0.1'],
        'both.example': ['8.8.8.8', '169.254.169.254'],
        'six.example': ['::ffff:127.0.0.1'],
      }
      const resolve = ((name: string, _options: object, done: (error: Error | null, found: object[]) => void) =>
        done(
          null,
          (answers[name] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        )) as never as typeof lookup
      for (const host of [...Object.keys(answers), 'nobody.example', '127.0.0.1']) {
        const { id } = await anEndpoint({ url: receiver.url.replace('127.0.0.1', host) })
        await tell()
        await deliverer({ development: false, resolve })(id, running)
        const [delivery] = await logOf(id)
        assert.deepEqual([delivery?.status, delivery?.failure], ['waiting', 'not on the internet'], host)
      }
      assert.equal(receiver.messages.length, 0)
    })

    test('are forgotten after 30 days, and secrets are sealed under the key of today', async () => {
      const { id } = await anEndpoint()
      await tell()
      const next = createSeal('webhooks', new Secret('n'.repeat(40)), new Secret('k'.repeat(40)))
      await cleanUpWebhooks({ database, seal: next, clock })
      assert.equal((await logOf(id)).length, 1)
      const alone = createSeal('webhooks', new Secret('n'.repeat(40)))
      assert.equal(alone.open((await readEndpoint(database.db, id))?.secret ?? ''), secretOf(1))
      clock.pass(hours(24 * 31))
      await cleanUpWebhooks({ database, seal: next, clock })
      assert.equal((await logOf(id)).length, 0)
    })
  })
}
