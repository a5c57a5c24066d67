import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Tx } from '../../src/platform/database/database.ts'
import { minutes, setClock } from '../support/clock.ts'
import { aDatabase, postgresMissing, type TestDatabase } from '../support/databases.ts'
import { until } from '../support/queues.ts'
import { inParallel } from '../support/service.ts'
import { aStockroom, aStore, type Stockroom, variants } from '../support/stock.ts'
import type { StockWork } from '../support/stock-worker.ts'

const worker = fileURLToPath(new URL('../support/stock-worker.ts', import.meta.url))

describe('several processes at the stock of one PostgreSQL', { skip: postgresMissing }, () => {
  const clock = setClock()
  let database: TestDatabase
  let room: Stockroom
  before(async () => {
    database = await aDatabase({ name: 'PostgreSQL' })
    room = aStockroom(database, { clock })
  })
  after(() => database.end())

  async function stocked(count: number, quantity: number) {
    clock.pass(minutes(11))
    await room.inventory.expireReservations() // what other tests held
    const { id: storeId } = await aStore(database)
    const variantIds = await variants(database, count)
    await room.stockUp(storeId, variantIds, quantity)
    return { storeId, variantIds }
  }

  interface Worker {
    child: ChildProcess
    /** What it has said so far, a line each. */
    lines(): string[]
    ended: Promise<[code: number | null, signal: string | null]>
    faults(): string
  }

  function start(task: Partial<StockWork> & Pick<StockWork, 'kind'>): Worker {
    const whole: StockWork = {
      storeId: '',
      variantIds: [],
      name: 'worker',
      count: 0,
      pays: 'half',
      mostLines: 1,
      reservationIds: [],
      now: clock.now(),
      ...task,
    }
    const child = spawn(process.execPath, [worker, database.url ?? '', JSON.stringify(whole)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    let faults = ''
    child.stdout.on('data', (chunk) => {
      said += chunk
    })
    child.stderr.on('data', (chunk) => {
      faults += chunk
    })
    const lines = () => said.split('\n').filter((line) => line !== '')
    return { child, lines, faults: () => faults, ended: once(child, 'close') as Worker['ended'] }
  }

  async function finished(workers: readonly Worker[]): Promise<string[]> {
    for (const each of workers) assert.deepEqual(await each.ended, [0, null], each.faults())
    return workers.flatMap((each) => each.lines())
  }
  const starting = (lines: readonly string[], word: string) => lines.filter((line) => line.startsWith(word)).length
  const count = async (sql: string, values: unknown[]) =>
    ((await database.raw(`select count(*) as count from ${sql}`, values)).rows[0] as { count: number }).count
  const reservationsOf = (storeId: string, status: string) =>
    count('reservations where store_id = $1 and status = $2', [storeId, status])
  const deadlocks = async () =>
    (
      (await database.raw('select deadlocks from pg_stat_database where datname = current_database()', [])).rows[0] as {
        deadlocks: number
      }
    ).deadlocks

  const waiting = async () =>
    (
      (
        await database.raw(
          `select count(*) as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`,
          [],
        )
      ).rows[0] as { count: number }
    ).count

  /** Does something in a transaction that ends when `howMany` others wait for it. */
  async function whileOthersWait<T>(
    first: (tx: Tx) => Promise<unknown>,
    other: () => Promise<T>,
    howMany: number,
  ): Promise<T[]> {
    const { promise: areThere, resolve: letOthersCome } = Promise.withResolvers<void>()
    const one = room.within(async (tx) => {
      await first(tx)
      letOthersCome()
      await until(async () => (await waiting()) === howMany)
    })
    await areThere
    const others = await inParallel(howMany, other)
    await one
    return others
  }

  test('who waits for a level sees what the one before left, less or more, in the row as it is then', async () => {
    const { storeId, variantIds } = await stocked(2, 4)
    const { inventory, within } = room
    let orders = 0
    const reserve = (tx: Tx, quantity: number) => {
      orders += 1
      const lines = variantIds.map((variantId) => ({ variantId, quantity }))
      return inventory.reserve(tx, { storeId, reference: `${storeId}-${orders}`, lines })
    }
    let first = ''
    const outcomes = await whileOthersWait(
      async (tx) => {
        const reserved = await reserve(tx, 2)
        first = reserved.outcome === 'held' ? reserved.reservationId : ''
      },
      () => within((tx) => reserve(tx, 1)),
      4,
    )
    assert.deepEqual(outcomes.map(({ outcome }) => outcome).sort(), ['held', 'held', 'short', 'short'])
    for (const each of outcomes)
      if (each.outcome === 'short')
        assert.deepEqual(
          each.lines.map(({ available }) => available),
          [0, 0],
        )
    const after = await whileOthersWait(
      (tx) => inventory.release(tx, first, 'cancelled'),
      () => within((tx) => reserve(tx, 1)),
      3,
    )
    assert.deepEqual(after.map(({ outcome }) => outcome).sort(), ['held', 'held', 'short'])
    const full = { onHand: 4, reserved: 4, moved: 4 }
    assert.deepEqual(await room.levels(storeId), [full, full])
  })

  test('one order that asks twice at once gets one reservation', async () => {
    const { storeId, variantIds } = await stocked(2, 3)
    const lines = variantIds.map((variantId) => ({ variantId, quantity: 2 }))
    const outcomes = await inParallel(8, () =>
      room.within((tx) => room.inventory.reserve(tx, { storeId, reference: `twice-${storeId}`, lines })),
    )
    const ids = outcomes.map((each) => (each.outcome === 'held' ? each.reservationId : each.outcome))
    assert.equal(new Set(ids).size, 1)
    const level = { onHand: 3, reserved: 2, moved: 3 }
    assert.deepEqual(await room.levels(storeId), [level, level])
  })

  test('1,000 buyers of 200 units, one process killed mid-way: exactly 200 are held or sold, and what was not paid is sold again', async () => {
    const { storeId, variantIds } = await stocked(1, 200)
    const buyers = (name: string) => start({ kind: 'buy', storeId, variantIds, name, count: 334 })
    const victim = buyers('a')
    await until(() => starting(victim.lines(), 'held') > 0, 30_000) // else the others may leave it nothing
    const others = [buyers('b'), buyers('c')]
    await until(() => starting(victim.lines(), 'held') >= 20, 30_000)
    victim.child.kill('SIGKILL')
    assert.deepEqual(await victim.ended, [null, 'SIGKILL'])
    const lines = await finished(others)
    assert.ok(starting(lines, 'short') > 300, 'the others found the shelf empty')

    assert.deepEqual(await room.levels(storeId), [{ onHand: 200, reserved: 200, moved: 200 }])
    const [held, sold] = [await reservationsOf(storeId, 'held'), await reservationsOf(storeId, 'committed')]
    assert.equal(held + sold, 200)
    const told = starting([...lines, ...victim.lines()], 'held')
    // Of what the victim held, the last few may not have been told.
    assert.ok(told <= 200 && told >= 200 - 8, `${told} were told that they have one`)
    assert.deepEqual(await room.inventory.verifyStock(), [])

    clock.pass(minutes(11))
    assert.equal(await room.inventory.expireReservations(), held)
    assert.deepEqual(await room.levels(storeId), [{ onHand: 200, reserved: sold, moved: 200 }])
    await finished([start({ kind: 'buy', storeId, variantIds, name: 'd', count: 334 })])
    assert.deepEqual(await room.levels(storeId), [{ onHand: 200, reserved: 200, moved: 200 }])

    const { rows } = await database.raw(`select id from reservations where store_id = $1 and status = 'committed'`, [
      storeId,
    ])
    await inParallel(rows.length, (at) =>
      room.within((tx) => room.inventory.consume(tx, (rows[at] as { id: string }).id)),
    )
    const left = 200 - rows.length
    assert.deepEqual(await room.levels(storeId), [{ onHand: left, reserved: left, moved: left }])
    assert.deepEqual(await room.inventory.verifyStock(), [])
  })

  test('buyers of several lines in any order neither lock each other out nor oversell', async () => {
    const { storeId, variantIds } = await stocked(12, 400)
    const before = await deadlocks()
    const buyers = ['e', 'f', 'g'].map((name) =>
      start({
        kind: 'buy',
        storeId,
        variantIds,
        name,
        count: 400,
        mostLines: 8,
        pays: name === 'g' ? 'never' : 'half',
      }),
    )
    const lines = await finished(buyers)
    assert.ok(starting(lines, 'short') > 50 && starting(lines, 'held') > 200)
    assert.equal(starting(lines, 'released true'), starting(buyers[2]?.lines() ?? [], 'held'))
    for (const { onHand, reserved, moved } of await room.levels(storeId)) {
      assert.deepEqual([onHand, moved], [400, 400])
      assert.ok(reserved <= 400)
    }
    assert.deepEqual(await room.inventory.verifyStock(), [])
    assert.equal(await deadlocks(), before)
  })

  /** Holds of one unit each, all of which have ended. */
  async function holdsThatEnded(howMany: number) {
    const { storeId, variantIds } = await stocked(3, howMany)
    const ids = await inParallel(howMany, async (at) => {
      const lines = [{ variantId: variantIds[at % 3] ?? '', quantity: 1 }]
      const reserved = await room.within((tx) =>
        room.inventory.reserve(tx, { storeId, reference: `${storeId}-${at}`, lines }),
      )
      return reserved.outcome === 'held' ? reserved.reservationId : ''
    })
    clock.pass(minutes(11))
    return { storeId, ids }
  }
  const reservedOf = async (storeId: string) =>
    (await room.levels(storeId)).reduce((sum, { reserved }) => sum + reserved, 0)

  test('release each hold that has ended once, whoever is first', async () => {
    const { storeId } = await holdsThatEnded(400)
    const lines = await finished([start({ kind: 'expire' }), start({ kind: 'expire' }), start({ kind: 'expire' })])
    const released = lines.map((line) => Number(line.replace('expired ', '')))
    assert.equal(
      released.reduce((sum, each) => sum + each, 0),
      400,
    )
    assert.equal(await reservedOf(storeId), 0)
    assert.deepEqual(await room.inventory.verifyStock(), [])
  })

  test('commit a hold or release it, never both, when a payment comes as it ends', async () => {
    const { storeId, ids } = await holdsThatEnded(400)
    const workers = [
      start({ kind: 'commit', reservationIds: ids }),
      start({ kind: 'commit', reservationIds: ids.toReversed() }),
      start({ kind: 'expire' }),
    ]
    const lines = await finished(workers)
    const paid = lines.filter((line) => /^committed \S+ true$/.test(line)).map((line) => line.split(' ')[1])
    assert.equal(new Set(paid).size, paid.length, 'each was committed once')
    const [committed, released] = [
      await reservationsOf(storeId, 'committed'),
      await reservationsOf(storeId, 'released'),
    ]
    assert.deepEqual([committed, released], [paid.length, 400 - paid.length])
    assert.equal(await reservedOf(storeId), committed)
    assert.deepEqual(await room.inventory.verifyStock(), [])
  })

  test('settle each reservation once, with the lines that are left, when lines are given back meanwhile', async () => {
    const { storeId, variantIds } = await stocked(2, 600)
    const lines = variantIds.map((variantId) => ({ variantId, quantity: 5 }))
    const part = variantIds.map((variantId) => ({ variantId, quantity: 2 }))
    const { inventory, within } = room
    const outcomes = await inParallel(100, async (at) => {
      const reserved = await within((tx) => inventory.reserve(tx, { storeId, reference: `part-${at}`, lines }))
      assert.equal(reserved.outcome, 'held')
      const id = reserved.outcome === 'held' ? reserved.reservationId : ''
      await within((tx) => inventory.commit(tx, id))
      const [consumed, released, ...parts] = await Promise.all([
        within((tx) => inventory.consume(tx, id)),
        within((tx) => inventory.release(tx, id, 'cancelled')),
        within((tx) => inventory.releaseLines(tx, id, part)),
        within((tx) => inventory.releaseLines(tx, id, part)),
        within((tx) => inventory.releaseLines(tx, id, part)),
      ])
      assert.equal(Number(consumed) + Number(released), 1)
      const givenBack = parts.filter(Boolean).length
      assert.ok(givenBack <= 2)
      return consumed ? 5 - 2 * givenBack : 0
    })
    const left = 600 - outcomes.reduce((sum, each) => sum + each, 0)
    const level = { onHand: left, reserved: 0, moved: left }
    assert.deepEqual(await room.levels(storeId), [level, level])
    assert.deepEqual(await inventory.verifyStock(), [])
  })

  test('holds that ended are sold on, once, by whoever comes first', async () => {
    const { storeId } = await holdsThatEnded(60)
    const { rows } = await database.raw('select variant_id as id from stock_levels where store_id = $1', [storeId])
    const variantIds = (rows as { id: string }[]).map(({ id }) => id)
    const lines = await finished([
      ...['h', 'i'].map((name) => start({ kind: 'buy', storeId, variantIds, name, count: 200, mostLines: 2 })),
      start({ kind: 'expire' }),
    ])
    assert.ok(starting(lines, 'held') > 20)
    for (const { onHand, reserved } of await room.levels(storeId)) assert.ok(reserved <= onHand)
    assert.deepEqual(await room.inventory.verifyStock(), [])
  })
})
