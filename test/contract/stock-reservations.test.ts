import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { newId } from '../../src/platform/ids.ts'
import { hours, minutes, seconds } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { aStockroom, aStore, type Stockroom, variants } from '../support/stock.ts'

for (const kind of databaseKinds) {
  describe(`reservations of stock on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let room: Stockroom
    before(async () => {
      database = await aDatabase(kind)
      room = aStockroom(database)
    })
    after(() => database.end())

    let orders = 0
    const anOrder = () => {
      orders += 1
      return `ord_${orders}`
    }
    /** A store with so many units of each of some variants. */
    async function stocked(count: number, quantity: number) {
      const { id: storeId } = await aStore(database)
      const ids = await variants(database, count)
      await room.stockUp(storeId, ids, quantity)
      room.clock.pass(hours(1)) // so that no hold of another test ends in this one
      await room.inventory.expireReservations()
      room.shown.splice(0)
      room.emitted.splice(0)
      const reserve = (
        lines: [at: number, quantity: number][],
        options: { reference?: string; holdSeconds?: number; id?: string; commit?: boolean } = {},
      ) =>
        room.within((tx) =>
          room.inventory.reserve(tx, {
            storeId,
            reference: anOrder(),
            lines: lines.map(([at, quantity]) => ({ variantId: ids[at] ?? `var_none${at}`, quantity })),
            ...options,
          }),
        )
      async function held(...lines: [at: number, quantity: number][]): Promise<string> {
        const reserved = await reserve(lines)
        assert.equal(reserved.outcome, 'held')
        return reserved.outcome === 'held' ? reserved.reservationId : ''
      }
      const levels = async () => (await room.levels(storeId)).map(({ onHand, reserved }) => [onHand, reserved])
      const shownOf = (at: number) =>
        room.shown.filter(({ variantId }) => variantId === ids[at]).map(({ unitsLeft }) => unitsLeft)
      return { storeId, ids, reserve, held, levels, shownOf }
    }
    const { within } = { within: <T>(work: Parameters<Stockroom['within']>[0]) => room.within(work) as Promise<T> }
    const commit = (id: string) => within<boolean>((tx) => room.inventory.commit(tx, id))
    const consume = (id: string) => within<boolean>((tx) => room.inventory.consume(tx, id, { actorId: 'usr_picker' }))
    const release = (id: string) => within<boolean>((tx) => room.inventory.release(tx, id, 'cancelled'))
    const extend = (id: string, holdSeconds: number) =>
      within<boolean>((tx) => room.inventory.extend(tx, id, { holdSeconds }))

    test('hold every line, those of one variant added up, for ten minutes', async () => {
      const { reserve, levels } = await stocked(3, 10)
      const reserved = await reserve([
        [2, 4],
        [0, 1],
        [2, 3],
      ])
      assert.equal(reserved.outcome, 'held')
      assert.deepEqual(reserved.outcome === 'held' && reserved.expiresAt, new Date(room.clock.now() + minutes(10)))
      assert.deepEqual(await levels(), [
        [10, 1],
        [10, 0],
        [10, 7],
      ])
    })

    test('hold nothing when a line is short, and say what is left of each short one', async () => {
      const { ids, reserve, levels, storeId } = await stocked(3, 5)
      await database.raw('update stock_levels set buffer = 2 where store_id = $1 and variant_id = $2', [
        storeId,
        ids[1],
      ])
      const wanted = await reserve([
        [0, 5],
        [1, 4],
        [2, 6],
        [7, 1],
      ])
      assert.deepEqual(wanted, {
        outcome: 'short',
        lines: [
          { variantId: ids[1], wanted: 4, available: 3 },
          { variantId: ids[2], wanted: 6, available: 5 },
          { variantId: 'var_none7', wanted: 1, available: 0 },
        ].sort((a, b) => (String(a.variantId) < String(b.variantId) ? -1 : 1)),
      })
      assert.deepEqual(await levels(), [
        [5, 0],
        [5, 0],
        [5, 0],
      ])
    })

    test('compare two lines of one variant with what there is together, not each by itself', async () => {
      const { reserve } = await stocked(1, 5)
      const { outcome } = await reserve([
        [0, 3],
        [0, 3],
      ])
      assert.equal(outcome, 'short')
    })

    test('say that nothing is left where the buffer is more than there is', async () => {
      const { ids, reserve, storeId } = await stocked(1, 1)
      await database.raw('update stock_levels set buffer = 5 where store_id = $1', [storeId])
      assert.deepEqual(await reserve([[0, 1]]), {
        outcome: 'short',
        lines: [{ variantId: ids[0], wanted: 1, available: 0 }],
      })
    })

    test('are made once for a reference: the same again gets the first, other content is told apart', async () => {
      const { reserve, levels } = await stocked(2, 3)
      const reference = anOrder()
      const first = await reserve(
        [
          [0, 2],
          [1, 1],
        ],
        { reference },
      )
      assert.equal(first.outcome, 'held')
      // In another order, and though there would not be enough for a second one.
      assert.deepEqual(
        await reserve(
          [
            [1, 1],
            [0, 2],
          ],
          { reference },
        ),
        first,
      )
      const id = first.outcome === 'held' ? first.reservationId : ''
      for (const lines of [
        [[0, 1]],
        [
          [0, 2],
          [1, 2],
        ],
        [[0, 3]],
      ] as [number, number][][])
        assert.deepEqual(await reserve(lines, { reference }), { outcome: 'different', reservationId: id })
      assert.deepEqual(await levels(), [
        [3, 2],
        [3, 1],
      ])
      await release(id)
      const again = await reserve([[0, 3]], { reference })
      assert.equal(again.outcome, 'held')
    })

    test('refuse lines that cannot be, before anything is asked of the database', async () => {
      const { reserve } = await stocked(1, 5)
      for (const quantity of [0, -1, 1.5, Number.NaN, 2 ** 31])
        await assert.rejects(reserve([[0, quantity]]), RangeError)
      await assert.rejects(reserve([]), RangeError)
      await assert.rejects(reserve(Array.from({ length: 201 }, () => [0, 1] as [number, number])), RangeError)
    })

    test('sell what an order that came too late held, though no job has released it', async () => {
      const { reserve, levels, held } = await stocked(2, 2)
      const late = await held([0, 2], [1, 1])
      room.clock.pass(minutes(10))
      assert.equal((await reserve([[0, 1]])).outcome, 'held')
      assert.deepEqual(await levels(), [
        [2, 1],
        [2, 0],
      ])
      assert.equal((await room.inventory.findReservation(database.db, late))?.status, 'released')
      assert.equal((await reserve([[0, 2]])).outcome, 'short')
    })

    test('go from held over committed to consumed, each step once', async () => {
      const { held, levels, storeId, ids } = await stocked(2, 5)
      const id = await held([0, 2], [1, 5])
      assert.equal(await consume(id), false)
      assert.deepEqual([await commit(id), await commit(id)], [true, false])
      assert.deepEqual(await levels(), [
        [5, 2],
        [5, 5],
      ])
      assert.deepEqual([await consume(id), await consume(id)], [true, false])
      assert.deepEqual([await release(id), await commit(id), await extend(id, 60)], [false, false, false])
      assert.deepEqual(await levels(), [
        [3, 0],
        [0, 0],
      ])
      const { rows } = await database.raw(
        `select kind, quantity, on_hand_after as left, actor_id as actor, reference like 'ord_%' as ours from stock_movements
          where store_id = $1 and variant_id = $2 order by number desc limit 1`,
        [storeId, ids[0]],
      )
      assert.deepEqual(rows, [{ kind: 'sale', quantity: -2, left: 3, actor: 'usr_picker', ours: true }])
    })

    test('come back once after they were consumed, with a movement for each line', async () => {
      const { held, levels, storeId, ids } = await stocked(2, 5)
      const id = await held([0, 2], [1, 5])
      const takeBack = () => within<boolean>((tx) => room.inventory.takeBack(tx, id, { actorId: 'usr_picker' }))
      await commit(id)
      assert.equal(await takeBack(), false)
      await within((tx) => room.inventory.releaseLines(tx, id, [{ variantId: ids[0] as string, quantity: 1 }]))
      await consume(id)
      assert.deepEqual([await takeBack(), await takeBack()], [true, false])
      assert.deepEqual(await levels(), [
        [5, 0],
        [5, 0],
      ])
      const { rows } = await database.raw(
        `select quantity from stock_movements where store_id = $1 and kind = 'return' order by quantity`,
        [storeId],
      )
      assert.deepEqual(rows, [{ quantity: 1 }, { quantity: 5 }])
    })

    test('are committed from the beginning where that is asked for, under an id that is known before', async () => {
      const { reserve, levels, storeId } = await stocked(1, 5)
      const id = newId('rsv')
      const reserved = await reserve([[0, 3]], { id, commit: true })
      assert.deepEqual([reserved.outcome, 'reservationId' in reserved && reserved.reservationId], ['held', id])
      room.clock.pass(hours(1))
      await room.inventory.expireReservations()
      assert.deepEqual(await levels(), [[5, 3]])
      assert.equal(await consume(id), true)
      assert.equal((await room.levels(storeId))[0]?.onHand, 2)
    })

    test('are released once, held or committed, with what they were for', async () => {
      const { held, levels } = await stocked(1, 5)
      const [first, second] = [await held([0, 2]), await held([0, 3])]
      await commit(second)
      assert.deepEqual(await levels(), [[5, 5]])
      assert.deepEqual([await release(first), await release(first)], [true, false])
      assert.deepEqual([await release(second), await release(second), await consume(second)], [true, false, false])
      assert.deepEqual(await levels(), [[5, 0]])
      const { rows } = await database.raw('select release_reason as reason from reservations where id = $1', [first])
      assert.deepEqual(rows, [{ reason: 'cancelled' }])
    })

    test('can be committed after their end while nobody released them, and not afterwards', async () => {
      const { held, levels } = await stocked(1, 2)
      const [paid, unpaid] = [await held([0, 1]), await held([0, 1])]
      room.clock.pass(minutes(11))
      assert.equal(await commit(paid), true)
      assert.equal(await room.inventory.expireReservations(), 1)
      assert.equal(await commit(unpaid), false)
      assert.deepEqual(await levels(), [[2, 1]])
    })

    test('end later when they are extended, and never earlier', async () => {
      const { held } = await stocked(1, 2)
      const id = await held([0, 1])
      assert.equal(await extend(id, 60), true)
      room.clock.pass(minutes(9))
      assert.equal(await room.inventory.expireReservations(), 0)
      assert.equal(await extend(id, 120), true)
      room.clock.pass(minutes(2) - seconds(1))
      assert.equal(await room.inventory.expireReservations(), 0)
      room.clock.pass(seconds(1))
      assert.equal(await room.inventory.expireReservations(), 1)
      assert.equal(await extend(id, 60), false)
    })

    test('give units of some lines back, all or none, and the rest goes on', async () => {
      const { held, levels, ids } = await stocked(2, 5)
      const id = await held([0, 3], [1, 2])
      await commit(id)
      const giveBack = (...lines: [at: number, quantity: number][]) =>
        within<boolean>((tx) =>
          room.inventory.releaseLines(
            tx,
            id,
            lines.map(([at, quantity]) => ({ variantId: ids[at] ?? 'var_none', quantity })),
          ),
        )
      assert.equal(await giveBack([0, 1], [1, 3]), false)
      assert.equal(await giveBack([0, 1], [7, 1]), false)
      assert.deepEqual(await levels(), [
        [5, 3],
        [5, 2],
      ])
      assert.equal(await giveBack([0, 1], [1, 2]), true)
      assert.deepEqual(await levels(), [
        [5, 2],
        [5, 0],
      ])
      assert.deepEqual((await room.inventory.findReservation(database.db, id))?.lines, [
        { variantId: ids[0], quantity: 3, released: 1 },
        { variantId: ids[1], quantity: 2, released: 2 },
      ])
      assert.equal(await giveBack([1, 1]), false)
      assert.equal(await consume(id), true)
      assert.deepEqual(await levels(), [
        [3, 0],
        [5, 0],
      ])
      assert.equal(await giveBack([0, 1]), false)
    })

    test('show customers another number of units only where it is another, five standing for more', async () => {
      const { held, reserve, shownOf } = await stocked(2, 8)
      await held([0, 1], [1, 5])
      assert.deepEqual([shownOf(0), shownOf(1)], [[], [3]])
      const id = await held([0, 4])
      assert.deepEqual(shownOf(0), [3])
      await commit(id)
      await consume(id)
      assert.deepEqual(shownOf(0), [3])
      await held([0, 3])
      assert.deepEqual(shownOf(0), [3, 0])
      await reserve([[0, 1]])
      assert.deepEqual(shownOf(0), [3, 0])
      room.clock.pass(minutes(10))
      await room.inventory.expireReservations()
      assert.deepEqual(shownOf(0), [3, 0, 4])
    })

    test('tell once that stock has become low, when it falls to its mark', async () => {
      const { held, ids, storeId } = await stocked(1, 10)
      await database.raw('update stock_levels set low_stock_at = 3 where store_id = $1', [storeId])
      await held([0, 5])
      assert.deepEqual(room.emitted, [])
      const last = await held([0, 3])
      const told = { name: 'stock.low', payload: { storeId, variantId: ids[0], available: 2 } }
      assert.deepEqual(room.emitted, [told])
      await held([0, 1])
      assert.deepEqual(room.emitted, [told])
      await release(last)
      assert.deepEqual(room.emitted, [told])
      await held([0, 1])
      assert.equal(room.emitted.length, 2)
    })

    test('leave nothing behind when their transaction is rolled back', async () => {
      const { storeId, ids, levels } = await stocked(1, 5)
      const [variantId = ''] = ids
      const failed = room.within(async (tx) => {
        await room.inventory.reserve(tx, { storeId, reference: anOrder(), lines: [{ variantId, quantity: 2 }] })
        throw new Error('changed my mind')
      })
      await assert.rejects(failed, /changed my mind/)
      assert.deepEqual(await levels(), [[5, 0]])
    })

    test('are what levels say is reserved; a difference is found, logged, counted and left as it is', async () => {
      assert.deepEqual(await room.inventory.verifyStock(), [])
      const { held, storeId, ids, levels } = await stocked(2, 5)
      await held([0, 2])
      await database.raw('update stock_levels set reserved = reserved + 1 where store_id = $1', [storeId])
      const differences = [
        { storeId, variantId: ids[0], reserved: 3, inReservations: 2 },
        { storeId, variantId: ids[1], reserved: 1, inReservations: 0 },
      ]
      assert.deepEqual(await room.inventory.verifyStock(), differences)
      assert.match(room.logged(), /"reserved":3,"inReservations":2,"alarm":true/)
      assert.match((await room.metrics.expose()).text, /^stock_differences_total 2$/m)
      assert.deepEqual(await levels(), [
        [5, 3],
        [5, 1],
      ])
      await database.raw('update stock_levels set reserved = reserved - 1 where store_id = $1', [storeId])
    })

    test('say what can be promised, and nothing of what the store never had', async () => {
      const { held, storeId, ids } = await stocked(1, 5)
      await held([0, 2])
      const found = await room.inventory.availabilityOf(database.db, storeId, [ids[0] ?? '', 'var_none'])
      assert.deepEqual([...found.values()], [3, 0])
    })
  })
}
