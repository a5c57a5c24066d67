import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { aDatabase, postgresMissing, type TestDatabase } from '../support/databases.ts'
import { type Customer, type StartedOrders, startOrders } from '../support/started-orders.ts'
import { allowed } from '../support/time-limits.ts'

describe('an account that is deleted while it orders, on PostgreSQL', { skip: postgresMissing }, () => {
  let database: TestDatabase
  let service: StartedOrders
  before(async () => {
    database = await aDatabase({ name: 'PostgreSQL' })
    service = await startOrders(database)
  })
  after(async () => {
    await service.end()
    await database.end()
  })

  const leave = ({ token }: Customer) => service.call('DELETE', '/api/me', { token, body: { otp: '123456' } })
  async function aBuyer() {
    const customer = await service.customer(await service.aShop())
    await service.fill(customer)
    return { customer, total: await service.totalOf(customer) }
  }
  /** Whether the account is erased, and how many orders it has. */
  async function outcomeOf({ userId }: Customer): Promise<[isErased: boolean, orders: number]> {
    const { rows } = await database.raw(
      `select erased_at is not null as erased, (select count(*)::int from orders where user_id = users.id) as orders
       from users where id = $1`,
      [userId],
    )
    const [{ erased, orders }] = rows as [{ erased: boolean; orders: number }]
    return [erased, orders]
  }
  async function untilWaiting(expected: number): Promise<void> {
    const start = performance.now()
    for (;;) {
      const { rows } = await database.raw(
        `select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        [],
      )
      if ((rows as [{ count: number }])[0].count >= expected) return
      if (performance.now() - start > allowed(10_000)) throw new Error('not within 10 s')
      await sleep(10)
    }
  }
  /** Has all of these wait for the row of the account, in this order, before any goes on. */
  const queued = <T>(customer: Customer, works: (() => Promise<T>)[]): Promise<T[]> =>
    inTransaction(database.db, async (tx) => {
      await tx.selectFrom('users').select('id').where('id', '=', customer.userId).forUpdate().execute()
      const begun: Promise<T>[] = []
      for (const work of works) {
        begun.push(work())
        await untilWaiting(begun.length)
      }
      return begun
    }).then((begun) => Promise.all(begun))

  test('is gone without an order when the deletion came first', async () => {
    const { customer, total } = await aBuyer()
    const [left, placed] = await queued(customer, [() => leave(customer), () => service.place(customer, { total })])
    assert.deepEqual([left?.status, placed?.status], [200, 401])
    assert.deepEqual(await outcomeOf(customer), [true, 0])
    assert.deepEqual((await service.stockOf(customer.shop)).reserved, [0, 0])
  })

  test('stays for the order when that came first', async () => {
    const { customer, total } = await aBuyer()
    const [placed, left] = await queued(customer, [() => service.place(customer, { total }), () => leave(customer)])
    assert.deepEqual([placed?.status, left?.status, left?.body.code], [201, 409, 'account.has_open_orders'])
    assert.deepEqual(left?.body.orderIds, [placed?.body.order.id])
    assert.deepEqual(await outcomeOf(customer), [false, 1])
  })

  test('has never both left and an open order, whoever is first', async () => {
    for (let round = 0; round < 16; round += 1) {
      const { customer, total } = await aBuyer()
      const method = round % 2 === 0 ? 'cash' : 'test'
      const [placed, left] = await Promise.all([
        sleep(round % 4).then(() => service.place(customer, { total, method })),
        sleep((round + 2) % 4).then(() => leave(customer)),
      ])
      const isPlaced = placed.status === 201
      assert.equal(left.status, isPlaced ? 409 : 200)
      assert.deepEqual(await outcomeOf(customer), isPlaced ? [false, 1] : [true, 0])
    }
  })
})
