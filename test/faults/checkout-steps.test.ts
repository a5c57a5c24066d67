import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { newId } from '../../src/platform/ids.ts'
import type { Answer } from '../support/ask-patiently.ts'
import { chanceFrom } from '../support/chance.ts'
import { faultsOfAccounts, faultsOfMoney, faultsOfStock, readBooks } from '../support/checkout-books.ts'
import { becomeQuiet } from '../support/checkout-quiet.ts'
import { createTally } from '../support/checkout-report.ts'
import { fairWeather, openTill, type Till } from '../support/checkout-till.ts'
import { makeTown, type Town, type Townsman } from '../support/checkout-town.ts'
import { razorpayEnv } from '../support/fake-razorpay.ts'
import { type FakeVendor, fakeVendor } from '../support/fake-vendor.ts'
import { type OwnPostgres, ownPostgresMissing, startPostgres } from '../support/own-postgres.ts'
import { freePort, type ServerProcess, startRedis, startServer } from '../support/processes.ts'
import { until } from '../support/queues.ts'
import { productionEnv } from '../support/service.ts'

describe('a checkout that something happens to', { skip: ownPostgresMissing }, () => {
  const withinMs = 60_000
  let postgres: OwnPostgres
  let town: Town
  let vendor: FakeVendor
  let till: Till
  let env: Record<string, string>
  let heir: ServerProcess
  let customer: Townsman
  let next = 0

  before(
    async () => {
      postgres = await startPostgres(await freePort())
      town = await makeTown(postgres.url, { customers: 20, hotUnits: 100, units: 100, couponUses: 5 })
      vendor = await fakeVendor()
      till = await openTill(() => [heir.url], chanceFrom('steps'), createTally())
      env = {
        ...productionEnv(vendor),
        ...razorpayEnv(till.baseUrl),
        DATABASE_URL: postgres.url,
        DATABASE_CONNECT_TIMEOUT_MS: '2000',
        PAYMENT_PROVIDERS: 'razorpay,cash',
        PAYMENT_RECONCILE_SECONDS: '1',
        PAYMENT_BREAKER_OPEN_SECONDS: '1',
      }
      heir = await startServer(env, { withinMs })
    },
    { timeout: 120_000 },
  )
  after(async () => {
    await heir.end()
    await till.end()
    await vendor.close()
    await town.end()
    await postgres.end()
  })
  beforeEach(async () => {
    customer = town.customers[next] as Townsman
    next += 1
    await till.play({ createOrder: 'work', refund: 'work' })
  })

  const headers = (key?: string) => ({
    authorization: `Bearer ${town.tokenOf(customer.userId)}`,
    ...(key !== undefined && { 'idempotency-key': key }),
  })

  async function fill(server: ServerProcess): Promise<number> {
    const put = async (path: string, body: object) => {
      const response = await fetch(`${server.url}/api/cart/${path}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', ...headers() },
        body: JSON.stringify(body),
      })
      assert.equal(response.status, 200)
      return ((await response.json()) as { cart: { bill: { toPayPaise: number } } }).cart
    }
    await put('address', { addressId: customer.addressId })
    return (await put(`lines/${customer.shop.variantIds[4]}`, { quantity: 2 })).bill.toPayPaise
  }

  const order = (server: ServerProcess, key: string, expectedTotalPaise: number, paymentMethod = 'razorpay') =>
    server.post('/api/orders', { expectedTotalPaise, paymentMethod }, headers(key))
  const statusOf = async (id: string) => (await heir.get(`/api/orders/${id}`, headers())).body.order.status
  const ordersOf = async () =>
    (await town.database.raw('select id from orders where user_id = $1', [customer.userId])).rows as { id: string }[]
  const known = async () => {
    const { orders } = await till.state()
    const { rows } = await town.database.raw('select id from payments where user_id = $1', [customer.userId])
    const ids = (rows as { id: string }[]).map(({ id }) => id)
    return orders.filter(({ receipt }) => ids.includes(receipt))
  }

  /** Pays, and resolves when the order is placed with just this money. */
  async function payFor({ body }: Answer): Promise<void> {
    await till.pay(body.payment.client.orderId)
    await until(async () => (await statusOf(body.order.id)) === 'placed', 20_000)
  }

  /** Another server takes an order, and is killed at a moment; then the same is asked of this one. */
  async function killedWhen(isTime: () => Promise<boolean>): Promise<Answer> {
    const victim = await startServer(env, { withinMs })
    const key = newId('key')
    const total = await fill(victim)
    const lost = assert.rejects(order(victim, key, total))
    await until(isTime, 20_000)
    await victim.end('SIGKILL')
    await lost
    await till.play({ createOrder: 'work' })
    return order(heir, key, total)
  }

  test('is one order when its server is killed between the commit and the answer of the gateway', async () => {
    await till.play({ createOrder: 'hang' })
    const again = await killedWhen(async () => (await ordersOf()).length === 1)
    assert.deepEqual([again.status, again.headers['idempotency-replayed']], [201, 'true'])
    assert.deepEqual(await ordersOf(), [{ id: again.body.order.id }])
    assert.deepEqual(
      (await known()).map(({ id }) => id),
      [again.body.payment.client.orderId],
    )
    await payFor(again)
  })

  test('is one at the gateway too when its server is killed before it knows what the gateway made', async () => {
    await till.play({ createOrder: { afterMs: 10_000 } })
    const again = await killedWhen(async () => (await known()).length === 1)
    assert.equal(again.status, 201)
    assert.deepEqual(
      (await known()).map(({ id }) => id),
      [again.body.payment.client.orderId],
    )
    await payFor(again)
  })

  test('is placed by money that comes before the gateway has answered', async () => {
    await till.play({ createOrder: { afterMs: 3000 } })
    const answering = order(heir, newId('key'), await fill(heir))
    await until(async () => (await known()).length === 1, 20_000)
    await till.pay((await known())[0]?.id ?? '')
    await until(async () => (await statusOf((await ordersOf())[0]?.id ?? '')) === 'placed', 20_000)
    const { status, body } = await answering
    assert.deepEqual([status, body.payment.status, body.payment.client], [201, 'captured', null])
  })

  test('is refused with 503 while PostgreSQL is gone, and is one order under the same key afterwards', async () => {
    const key = newId('key')
    const total = await fill(heir)
    await postgres.kill()
    assert.equal((await order(heir, key, total, 'cash')).status, 503)
    await postgres.start()
    await until(async () => (await order(heir, key, total, 'cash')).status === 201, 20_000)
    const again = await order(heir, key, total, 'cash')
    assert.deepEqual(await ordersOf(), [{ id: again.body.order.id }])
  })

  test('gives money back once when the answer about it is lost and its server is killed', async () => {
    const victim = await startServer(env, { withinMs })
    const { body } = await order(victim, newId('key'), await fill(victim))
    await till.play({ refund: { afterMs: 10_000 } })
    await till.pay(body.payment.client.orderId)
    await until(async () => (await statusOf(body.order.id)) === 'placed', 20_000)
    const cancel = () => victim.post(`/api/orders/${body.order.id}/cancellation`, {}, headers())
    assert.equal((await cancel()).status, 200)
    await until(async () => (await till.state()).refunds.length === 1, 20_000)
    await victim.end('SIGKILL')
    await till.play({ refund: 'work' })
    await becomeQuiet(town.database, 60_000)
    const { refunds } = await till.state()
    assert.deepEqual(
      refunds.map(({ amount }) => amount),
      [body.order.totalPaise],
    )
  })

  test('finds money that no webhook has told of, and gives back what was paid twice', async () => {
    const { body } = await order(heir, newId('key'), await fill(heir))
    till.weather({ ...fairWeather, dropPercent: 100 })
    const paid = await till.pay(body.payment.client.orderId)
    const returned = await heir.post(`/api/payments/${body.payment.id}/verification`, till.returned(paid), headers())
    assert.equal(returned.status, 200)
    const second = await till.pay(body.payment.client.orderId)
    await becomeQuiet(town.database, 60_000)
    till.weather(fairWeather)
    const { refunds } = await till.state()
    assert.deepEqual(
      refunds.filter(({ payment_id }) => [paid.id, second.id].includes(payment_id)).map(({ payment_id }) => payment_id),
      [second.id],
    )
    assert.equal(await statusOf(body.order.id), 'placed')
  })

  test('knows nothing of Redis, which may be gone', async (context) => {
    const redis = await startRedis(await freePort())
    if (!redis) return context.skip('no redis-server on this machine')
    const server = await startServer({ ...env, REDIS_URL: redis.url }, { withinMs })
    await redis.end()
    const cash = await order(server, newId('key'), await fill(server), 'cash')
    const online = await order(server, newId('key'), await fill(server))
    assert.deepEqual([cash.status, online.status], [201, 201])
    await payFor(online)
    await server.end('SIGKILL')
  })

  test('leaves books that agree, whatever happened', async () => {
    await becomeQuiet(town.database, 60_000)
    const books = await readBooks(town.database)
    const state = await till.state()
    assert.deepEqual([faultsOfMoney(books, state), faultsOfAccounts(books, state), faultsOfStock(books)], [[], [], []])
  })
})
