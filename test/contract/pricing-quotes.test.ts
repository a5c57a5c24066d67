import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, mock, test } from 'node:test'
import { newId } from '../../src/platform/ids.ts'
import { hours } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { aPricedLine, aTill, type Till } from '../support/pricing.ts'
import { until } from '../support/queues.ts'
import { aStore } from '../support/stock.ts'

for (const kind of databaseKinds) {
  describe(`quotes on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let till: Till
    let storeId: string
    before(async () => {
      database = await aDatabase(kind)
      till = await aTill(database)
      storeId = (await aStore(database)).id
    })
    beforeEach(async () => {
      await database.raw(`update fee_rules set archived_at = now()`, [])
      await database.raw(`insert into changes (topic, key) values ('fee-rules', 'all')`, [])
      await until(async () => (await fees()).length === 0, 2000)
    })
    after(async () => {
      till.changes.stop()
      await database.end()
    })

    const quote = (
      input: Partial<Parameters<Till['pricing']['quote']>[1]> = {},
      on: Parameters<Till['pricing']['quote']>[0] = database.db,
    ) =>
      till.pricing.quote(on, { storeId, lines: [aPricedLine()], couponCode: null, tipPaise: 0, userId: null, ...input })
    const fees = async (...given: Parameters<typeof quote>) =>
      (await quote(...given)).bill.lines.slice(1).map(({ kind, amountPaise }) => [kind, amountPaise])

    test('charge by the rules of the store, its clock and what the items cost', async () => {
      const other = (await aStore(database)).id
      await till.addRule({ kind: 'deliveryFee', amountPaise: 2500, itemsBelowPaise: 19_900 })
      await till.addRule({ kind: 'deliveryFee', amountPaise: 0, itemsFromPaise: 19_900 })
      await till.addRule({ kind: 'handlingCharge', amountPaise: 400 })
      await till.addRule({ kind: 'handlingCharge', amountPaise: 900, storeId: other })
      await till.addRule({ kind: 'lateNightFee', amountPaise: 1500, window: { from: '23:00', to: '06:00' } })
      await till.addRule({ kind: 'surgeFee', amountPaise: 3000, isActive: false })
      const cheap = [aPricedLine({ pricePaise: 9900, quantity: 2 })]
      await until(async () => (await fees()).length > 0, 2000)
      assert.deepEqual(await fees(), [
        ['deliveryFee', 0],
        ['handlingCharge', 400],
      ])
      assert.deepEqual((await fees({ lines: cheap })).slice(1), [
        ['deliveryFee', 2500],
        ['handlingCharge', 400],
      ])
      assert.deepEqual((await fees({ storeId: other }))[1], ['handlingCharge', 900])
      till.clock.set(Date.UTC(2026, 0, 15, 17, 30)) // 23:00 in India
      assert.deepEqual((await fees())[2], ['lateNightFee', 1500])
      till.clock.pass(hours(7))
      assert.equal((await fees()).length, 2)
    })

    test('know a rule that another instance added, changed or archived within a second, and ask no database else', async () => {
      const id = await till.addRule({ kind: 'surgeFee', amountPaise: 700 })
      await until(async () => (await fees()).length === 1, 1000)
      const asked = mock.method(database.db, 'selectFrom')
      for (let times = 0; times < 20; times += 1) assert.deepEqual(await fees(), [['surgeFee', 700]])
      assert.equal(asked.mock.callCount(), 0)
      asked.mock.restore()
      await database.raw('update fee_rules set amount_paise = 800 where id = $1', [id])
      await database.raw(`insert into changes (topic, key) values ('fee-rules', $1)`, [id])
      await until(async () => (await fees())[0]?.[1] === 800, 1000)
    })

    test('ask the database while it cannot be known what changed, inside a transaction by that one', async (context) => {
      await till.addRule({ kind: 'surgeFee', amountPaise: 700 })
      await until(async () => (await fees()).length === 1, 1000)
      context.mock.method(till.changes, 'isCurrent', () => false)
      await database.raw('update fee_rules set amount_paise = 900 where archived_at is null', [])
      await until(async () => (await fees())[0]?.[1] === 900, 2000) // of what was read before, for a second
      await till.addRule({ kind: 'handlingCharge', amountPaise: 100 })
      await till
        .within(async (tx) => {
          await until(async () => (await fees({}, tx)).length === 2, 2000)
          await tx.updateTable('fee_rules').set({ archived_at: new Date() }).execute()
          await new Promise((done) => setTimeout(done, 1100))
          assert.deepEqual(await fees({}, tx), [])
          throw new Error('rolled back')
        })
        .catch(() => undefined)
      assert.equal((await fees()).length, 2, 'what a transaction saw that was never committed is not kept')
    })

    test('take a coupon off, however its code is typed, and say what it takes off', async () => {
      const couponId = await till.addCoupon({
        code: 'HALF',
        discountPaise: null,
        discountBasisPoints: 5000,
        maximumDiscountPaise: 9000,
      })
      const { bill, coupon } = await quote({ couponCode: ' half ', userId: 'usr_a' })
      assert.deepEqual(coupon, { outcome: 'applied', code: 'HALF', couponId, discountPaise: 9000 })
      const line = { kind: 'coupon', label: 'Coupon', amountPaise: -9000, explanation: 'HALF: 50% off, up to ₹90' }
      assert.deepEqual([bill.lines[1], bill.toPayPaise, bill.savingsPaise], [line, 11_000, 9000])
    })

    test('refuse a coupon with its reason, and are then what it costs without', async () => {
      const userId = newId('usr')
      const reasonOf = async (fields: Parameters<Till['addCoupon']>[0], as: string | null = userId) => {
        const couponId = await till.addCoupon(fields)
        const { bill, coupon } = await quote({ couponCode: couponId.slice(4), userId: as })
        const isApplied = coupon?.outcome === 'applied'
        assert.equal(bill.toPayPaise, isApplied ? 19_000 : 20_000)
        return isApplied ? 'applied' : coupon?.reason
      }
      assert.equal(await reasonOf({}), 'applied')
      assert.equal(await reasonOf({ isForFirstOrder: true }), 'applied')
      assert.equal(await reasonOf({ isActive: false }), 'unknown')
      assert.equal(await reasonOf({ startsAt: '2027-01-01T00:00:00Z' }), 'notYet')
      assert.equal(await reasonOf({ endsAt: '2026-01-01T00:00:00Z' }), 'ended')
      assert.equal(await reasonOf({ storeId: (await aStore(database)).id }), 'otherStore')
      assert.equal(await reasonOf({ minimumItemsPaise: 20_001 }), 'belowMinimum')
      await till.record(newId('ord'), userId)
      assert.equal(await reasonOf({ isForFirstOrder: true }), 'notFirstOrder')
      assert.equal(await reasonOf({ isForFirstOrder: true }, newId('usr')), 'applied')
      for (const [fields, reason, as] of [
        [{ totalLimit: 1 }, 'usedUp', newId('usr')],
        [{ customerLimit: 1 }, 'usedByYou', userId],
      ] as const) {
        const couponId = await till.addCoupon(fields)
        await till.record(newId('ord'), userId, couponId)
        const { coupon } = await quote({ couponCode: couponId.slice(4), userId: as })
        assert.equal(coupon?.outcome === 'refused' && coupon.reason, reason)
      }
    })

    test('tell a guest the same of every code, and somebody who guesses that there is none', async () => {
      const couponId = await till.addCoupon()
      const archived = await till.addCoupon()
      await database.raw('update coupons set archived_at = now() where id = $1', [archived])
      for (const code of [couponId.slice(4), 'NOTHING', "'; drop table coupons"]) {
        const { coupon } = await quote({ couponCode: code })
        assert.deepEqual(coupon?.outcome === 'refused' && [coupon.reason, coupon.message], [
          'signInNeeded',
          'Sign in to use a coupon',
        ])
      }
      for (const code of ['NOTHING', archived.slice(4), "'; drop table coupons", '', ' '.repeat(9), 'ẞ\u0000']) {
        const { coupon } = await quote({ couponCode: code, userId: 'usr_a' })
        assert.deepEqual(coupon?.outcome === 'refused' && [coupon.reason, coupon.message], [
          'unknown',
          'There is no such coupon',
        ])
      }
    })
  })
}
