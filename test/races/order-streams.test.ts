import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../src/platform/database/database.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { Unavailable } from '../../src/platform/unavailable.ts'
import { numbersFrom } from '../support/accounts.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import type { EventClient, SeenEvent } from '../support/event-client.ts'
import { addStep, type StartedStreams, startStreams } from '../support/order-streams.ts'
import { anOrder } from '../support/orders.ts'
import { until } from '../support/queues.ts'
import { inParallel } from '../support/service.ts'
import { aStore } from '../support/stock.ts'
import { allowed } from '../support/time-limits.ts'

const [, postgres] = databaseKinds
const aNumber = numbersFrom(9_811_400_000)

describe('streams of orders over several instances', { skip: postgres.skip }, () => {
  let database: TestDatabase
  let instances: StartedStreams[]
  let here: StartedStreams
  let there: StartedStreams
  /** Whether the database answers those who read for streams of the second instance. */
  let isThere = true
  let storeId: string
  let admin: string
  const clients: EventClient[] = []
  before(async () => {
    database = await aDatabase(postgres)
    const read: Pick<Database, 'raw'> = {
      raw: (...statement) =>
        isThere ? database.raw(...statement) : Promise.reject(new Unavailable('database', undefined)),
    }
    const many = { mostForUser: 500 }
    instances = [await startStreams(database, many), await startStreams(database, { ...many, read })]
    ;[here, there] = instances as [StartedStreams, StartedStreams]
    storeId = (await aStore(database)).id
    admin = (await here.anAdmin(aNumber())).accessToken
  })
  afterEach(async () => {
    isThere = true
    for (const client of clients.splice(0)) client.kill()
    await until(async () => (await here.openStreams()) + (await there.openStreams()) === 0)
  })
  after(async () => {
    await Promise.all(instances.map((instance) => instance.end()))
    await database.end()
  })

  async function open(instance: StartedStreams, path: string, lastEventId?: string): Promise<EventClient> {
    const client = await instance.open(path, { token: admin, lastEventId })
    clients.push(client)
    return client
  }
  const watchStore = (instance: StartedStreams, lastEventId?: string) =>
    open(instance, `/stores/${storeId}/orders/events`, lastEventId)
  const statusesOf = ({ orders }: EventClient) => orders.map(({ data }) => data.status)
  const steps = ['picking', 'packed', 'out_for_delivery', 'arrived', 'delivered'] as const

  test('a step that one instance takes is told by another within a second', async () => {
    const order = await anOrder(database, { storeId })
    const client = await open(there, `/orders/${order.id}/events`)
    await until(() => client.orders.length === 1)
    const began = Date.now()
    await here.step(order.id, 'picking')
    await until(() => client.orders.length === 2)
    assert.ok(Date.now() - began < allowed(1000))
  })

  test('a client that is cut off again and again, and goes on elsewhere, gets every step once', async () => {
    const order = await anOrder(database, { storeId })
    const seen: SeenEvent[] = []
    let lastId: string | undefined
    let isOver = false
    async function follow(): Promise<void> {
      for (let turn = 0; !isOver; turn += 1) {
        const client = await open(turn % 2 === 0 ? here : there, `/orders/${order.id}/events`, lastId)
        if (client.status === 204) return
        await sleep(20 + (turn % 5) * 15)
        client.kill()
        seen.push(...client.orders)
        lastId = client.lastId()
      }
    }
    const following = follow()
    for (const status of steps) {
      await sleep(120)
      await (status === 'packed' ? there : here).step(order.id, status)
    }
    await until(() => seen.at(-1)?.data.status === 'delivered')
    isOver = true
    await following
    assert.deepEqual(
      seen.map(({ data }) => data.status),
      ['placed', ...steps],
    )
  })

  test('what is committed late is told all the same, with the connection kept or lost in between', async () => {
    const [slow, quick] = [await anOrder(database, { storeId }), await anOrder(database, { storeId })]
    const [kept, lost] = [await watchStore(here), await watchStore(there)]
    await until(() => kept.orders.length >= 2 && lost.orders.length >= 2)
    const before = kept.orders.length
    const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>()
    const { promise: isAdded, resolve: added } = Promise.withResolvers<number>()
    const late = inTransaction(database.db, async (tx) => {
      added((await addStep(here.changes, tx, { orderId: slow.id, to: 'picking' })).eventId)
      await mayCommit
    })
    const lower = await isAdded
    const { eventId: higher } = await here.step(quick.id, 'picking')
    assert.ok(lower < higher)
    await until(() => kept.orders.length === before + 1 && lost.orders.length === before + 1)
    assert.match(lost.lastId() ?? '', /^\d+\+\d+(\.\d+)*$/, 'it has one that is above what may still come')
    lost.kill()
    commit()
    await late
    const again = await watchStore(here, lost.lastId())
    await until(() => kept.orders.length === before + 2 && again.orders.length === 1)
    await here.step(quick.id, 'packed')
    await until(() => kept.orders.length === before + 3 && again.orders.length === 2)
    const told = (client: EventClient) => client.orders.map(({ data }) => `${data.orderId} ${data.status}`)
    const all = [`${quick.id} picking`, `${slow.id} picking`, `${quick.id} packed`]
    assert.deepEqual(told(kept).slice(before), all)
    assert.deepEqual(told(again), all.slice(1))
  })

  test('whoever begins while a step is being taken learns of it, and of no other twice', async () => {
    const [slow, quick] = [await anOrder(database, { storeId }), await anOrder(database, { storeId })]
    const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>()
    const { promise: isAdded, resolve: added } = Promise.withResolvers<void>()
    const late = inTransaction(database.db, async (tx) => {
      await addStep(here.changes, tx, { orderId: slow.id, to: 'picking' })
      added()
      await mayCommit
    })
    await isAdded
    await here.step(quick.id, 'picking')
    const client = await watchStore(there)
    const ofThese = () =>
      client.orders.filter(({ data }) => [slow.id, quick.id].includes(data.orderId)).map(({ data }) => data.status)
    await until(() => ofThese().length === 2)
    commit()
    await late
    await here.step(quick.id, 'packed')
    await until(() => ofThese().length === 4)
    assert.deepEqual(ofThese(), ['placed', 'picking', 'picking', 'packed'])
  })

  test('a store whose orders move all at once is told each step once, over clients that come and go', async () => {
    const orders = await inParallel(12, () => anOrder(database, { storeId }))
    const ids = new Set(orders.map(({ id }) => id))
    const seen: SeenEvent[] = []
    const first = await watchStore(here)
    await until(() => first.orders.filter(({ data }) => ids.has(data.orderId)).length === 12)
    first.kill()
    let lastId = first.lastId()
    let isOver = false
    async function follow(): Promise<void> {
      for (let turn = 0; !isOver; turn += 1) {
        const client = await watchStore(turn % 2 === 0 ? there : here, lastId)
        await sleep(10 + (turn % 7) * 20)
        client.kill()
        seen.push(...client.orders.filter(({ data }) => ids.has(data.orderId)))
        lastId = client.lastId()
      }
    }
    const following = follow()
    await Promise.all(
      orders.map(async ({ id }, at) => {
        for (const status of steps) await (at % 2 === 0 ? here : there).step(id, status)
      }),
    )
    await until(() => seen.length >= orders.length * steps.length)
    await sleep(300)
    isOver = true
    await following
    for (const { id } of orders)
      assert.deepEqual(
        seen.filter(({ data }) => data.orderId === id).map(({ data }) => data.status),
        steps,
      )
  })

  test('two hundred watchers at once learn of a step with a handful of statements', async () => {
    const order = await anOrder(database, { storeId })
    let statements = 0
    const { raw } = database
    database.raw = (text, values, name) => {
      if (name === 'news-of-orders' || name === 'news-of-stores') statements += 1
      return raw(text, values, name)
    }
    const counted = await startStreams(database, { mostForUser: 500 })
    try {
      const watching = await inParallel(200, (at) =>
        open(counted, at < 150 ? `/orders/${order.id}/events` : `/stores/${storeId}/orders/events`),
      )
      await until(() => watching.every(({ orders }) => orders.some(({ data }) => data.orderId === order.id)))
      statements = 0
      await here.step(order.id, 'picking')
      await until(() => watching.every((client) => statusesOf(client).includes('picking')))
      assert.ok(statements <= 6, String(statements))
    } finally {
      database.raw = raw
      await counted.end()
    }
  })

  test('an outage of the database ends no stream, and what happened meanwhile is told afterwards', async () => {
    const order = await anOrder(database, { storeId })
    const client = await open(there, `/orders/${order.id}/events`)
    await until(() => client.orders.length === 1)
    isThere = false
    await here.step(order.id, 'picking')
    await sleep(600)
    await here.step(order.id, 'packed')
    assert.equal(client.orders.length, 1)
    isThere = true
    await until(() => client.orders.length === 3)
    assert.deepEqual(statusesOf(client), ['placed', 'picking', 'packed'])
  })

  test('a client that reads nothing is cut off, and goes on where it was', async () => {
    const details = { filling: 'x'.repeat(200_000) }
    const order = await anOrder(database, { storeId })
    const client = await open(here, `/orders/${order.id}/events`)
    await until(() => client.orders.length === 1)
    client.pause()
    const taken: number[] = []
    while (taken.length < 100 && (await here.openStreams()) === 1) {
      const status = taken.length % 2 === 0 ? 'picking' : 'packed'
      taken.push((await here.step(order.id, status, { details })).eventId)
      await sleep(20)
    }
    await until(async () => (await here.openStreams()) === 0)
    const again = await open(here, `/orders/${order.id}/events`, String(taken.at(-2)))
    await until(() => again.orders.length > 0)
    assert.deepEqual(
      again.orders.map(({ id }) => Number(id)),
      taken.slice(-1),
    )
  })
})
