import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Tx } from '../../src/platform/database/database.ts'
import { newId } from '../../src/platform/ids.ts'
import { aDatabase, postgresMissing, type TestDatabase } from '../support/databases.ts'
import { aTill, type Till } from '../support/pricing.ts'
import { until } from '../support/queues.ts'
import { inParallel } from '../support/service.ts'

describe('orders that want one coupon at once', { skip: postgresMissing }, () => {
  let database: TestDatabase
  let till: Till
  before(async () => {
    database = await aDatabase({ name: 'PostgreSQL' })
    till = await aTill(database)
  })
  after(async () => {
    till.changes.stop()
    await database.end()
  })

  const anOrder = () => newId('ord')
  const aCustomer = () => newId('usr')
  const counted = (outcomes: readonly string[]) =>
    Object.fromEntries([...Map.groupBy(outcomes, (outcome) => outcome)].map(([outcome, all]) => [outcome, all.length]))
  const numberOf = async (sql: string): Promise<number> =>
    ((await database.raw(`select ${sql} as number`, [])).rows[0] as { number: number }).number
  const deadlocks = () => numberOf('(select deadlocks from pg_stat_database where datname = current_database())')
  const waiting = () =>
    numberOf(`(select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`)

  /** Does something in a transaction that ends when `howMany` others wait for it; `undo` takes it back then. */
  async function whileOthersWait<T>(
    first: (tx: Tx) => Promise<unknown>,
    other: (at: number) => Promise<T>,
    { howMany, undo = false }: { howMany: number; undo?: boolean },
  ): Promise<T[]> {
    const { promise: areThere, resolve: letOthersCome } = Promise.withResolvers<void>()
    const one = till.within(async (tx) => {
      await first(tx)
      letOthersCome()
      await until(async () => (await waiting()) === howMany)
      if (undo) throw new Error('undone')
    })
    await areThere
    const others = inParallel(howMany, other)
    await one.catch((error: Error) => assert.equal(error.message, 'undone'))
    return others
  }
  const recordIn = (tx: Tx, orderId: string, userId: string, couponId: string) =>
    till.pricing.recordOrder(tx, { orderId, userId, coupon: { couponId, discountPaise: 1000 } })

  test('take its last uses, and not one more', async () => {
    const couponId = await till.addCoupon({ totalLimit: 7 })
    const outcomes = await inParallel(60, () => till.record(anOrder(), aCustomer(), couponId))
    assert.deepEqual(counted(outcomes), { recorded: 7, usedUp: 53 })
    assert.deepEqual(await till.usesOf(couponId), { uses: 7, rows: 7 })
  })

  test('that waited for the last use find it taken, or free when the one before was undone', async () => {
    for (const undo of [false, true]) {
      const couponId = await till.addCoupon({ totalLimit: 1 })
      const outcomes = await whileOthersWait(
        (tx) => recordIn(tx, anOrder(), aCustomer(), couponId),
        () => till.record(anOrder(), aCustomer(), couponId),
        { howMany: 4, undo },
      )
      assert.deepEqual(counted(outcomes), undo ? { recorded: 1, usedUp: 3 } : { usedUp: 4 })
      assert.deepEqual(await till.usesOf(couponId), { uses: 1, rows: 1 })
    }
  })

  test('of one customer are as many as he may have, in parallel and after having waited', async () => {
    const customer = aCustomer()
    const couponId = await till.addCoupon({ customerLimit: 3 })
    const outcomes = await inParallel(20, () => till.record(anOrder(), customer, couponId))
    assert.deepEqual(counted(outcomes), { recorded: 3, usedByYou: 17 })
    const other = await till.addCoupon({ customerLimit: 3 })
    const after = await whileOthersWait(
      (tx) => recordIn(tx, anOrder(), customer, other),
      () => till.record(anOrder(), customer, other),
      { howMany: 6 },
    )
    assert.deepEqual(counted(after), { recorded: 2, usedByYou: 4 })
    for (const each of [couponId, other]) assert.deepEqual(await till.usesOf(each), { uses: 3, rows: 3 })
  })

  test('as the first order of one customer are one, of one coupon and of several', async () => {
    const coupons = [
      await till.addCoupon({ isForFirstOrder: true }),
      await till.addCoupon({ isForFirstOrder: true, customerLimit: 1 }),
      await till.addCoupon({ isForFirstOrder: true, totalLimit: 1000 }),
    ]
    const couponAt = (at: number) => coupons[at % coupons.length] ?? ''
    for (let round = 0; round < 10; round += 1) {
      const customer = aCustomer()
      const outcomes = await inParallel(8, (at) => till.record(anOrder(), customer, couponAt(at)))
      assert.equal(counted(outcomes)['recorded'], 1)
    }
    const customer = aCustomer()
    const outcomes = await whileOthersWait(
      (tx) => recordIn(tx, anOrder(), customer, couponAt(0)),
      (at) => till.record(anOrder(), customer, couponAt(at)),
      { howMany: 5 },
    )
    assert.equal(counted(outcomes)['recorded'], undefined)
    const uses = await Promise.all(coupons.map((id) => till.usesOf(id)))
    assert.equal(
      uses.reduce((sum, each) => sum + each.uses, 0),
      11,
    )
  })

  test('and come to nothing at once leave as many uses as orders, and lock each other out never', async () => {
    const before = await deadlocks()
    const couponId = await till.addCoupon({ totalLimit: 12, customerLimit: 2 })
    const customers = Array.from({ length: 6 }, aCustomer)
    const orders = Array.from({ length: 30 }, (_, at) => ({ orderId: anOrder(), userId: customers[at % 6] ?? '' }))
    for (let round = 0; round < 4; round += 1)
      await inParallel(90, async (at) => {
        const { orderId, userId } = orders[(at * 7) % 30] ?? { orderId: '', userId: '' }
        if (at % 3 === 0) await till.forget(orderId)
        else await till.record(orderId, userId, couponId)
      })
    const { uses, rows } = await till.usesOf(couponId)
    assert.equal(uses, rows)
    assert.ok(uses <= 12)
    const most = await numberOf(
      `(select max(count) from (select count(*) from coupon_uses where coupon_id = '${couponId}' group by user_id) as each)`,
    )
    assert.ok(most <= 2)
    await inParallel(30, (at) => till.forget(orders[at]?.orderId ?? ''))
    assert.deepEqual(await till.usesOf(couponId), { uses: 0, rows: 0 })
    assert.equal(await deadlocks(), before)
  })

  test('give a use back once, however many say at once that the order came to nothing', async () => {
    const couponId = await till.addCoupon({ totalLimit: 2 })
    const [gone, kept] = [anOrder(), anOrder()]
    for (const orderId of [gone, kept]) await till.record(orderId, aCustomer(), couponId)
    await inParallel(10, () => till.forget(gone))
    assert.deepEqual(await till.usesOf(couponId), { uses: 1, rows: 1 })
  })

  test('without a coupon wait for nobody', async () => {
    const couponId = await till.addCoupon({ totalLimit: 1, isForFirstOrder: true })
    const customer = aCustomer()
    await till.within(async (tx) => {
      await recordIn(tx, anOrder(), customer, couponId)
      assert.equal(await till.record(anOrder(), customer), 'recorded')
    })
  })
})
