import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { adjustStock } from '../../src/modules/inventory/adjust-stock.ts'
import { Problem } from '../../src/platform/http/problem.ts'
import { minutes } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { aCatalog, aStockroom, aStore, type Stockroom, variants } from '../support/stock.ts'

const variantCount = 3

type Step =
  | { do: 'reserve'; lines: [at: number, quantity: number][] }
  | { do: 'commit' | 'consume' | 'release' | 'extend'; which: number }
  | { do: 'giveBack'; which: number; lines: [at: number, quantity: number][] }
  | { do: 'adjust'; how: 'inward' | 'damage' | 'expiry' | 'count' | 'return'; lines: [at: number, quantity: number][] }
  | { do: 'pass'; minutes: number }
  | { do: 'expire' }

const variantAt = fc.nat(variantCount - 1)
const someLines = fc.uniqueArray(fc.tuple(variantAt, fc.integer({ min: 1, max: 6 })), {
  minLength: 1,
  selector: ([at]) => at,
})
const repeatedLines = fc.array(fc.tuple(variantAt, fc.integer({ min: 1, max: 6 })), { minLength: 1, maxLength: 5 })
const which = fc.nat(20)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('reserve' as const), lines: repeatedLines }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('commit', 'consume', 'release', 'extend'), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('giveBack' as const), which, lines: someLines }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('adjust' as const),
      how: fc.constantFrom('inward', 'damage', 'expiry', 'count', 'return'),
      lines: someLines,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 8 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'expire' as const }) },
)

interface Hold {
  id: string
  status: 'held' | 'committed' | 'consumed' | 'released'
  expiresAt: number
  open: number[]
}

/** What there should be, in the plainest way. */
class Shelf {
  readonly onHand: number[] = Array(variantCount).fill(0)
  readonly holds: Hold[] = []
  movements = 0

  reserved(at: number): number {
    const open = this.holds.filter(({ status }) => status === 'held' || status === 'committed')
    return open.reduce((sum, hold) => sum + (hold.open[at] ?? 0), 0)
  }

  /** Ends what has ended. */
  expire(now: number, touching?: readonly number[]): number {
    const over = this.holds.filter(
      ({ status, expiresAt, open }) =>
        status === 'held' && expiresAt <= now && (!touching || touching.some((at) => (open[at] ?? 0) > 0)),
    )
    for (const hold of over) hold.status = 'released'
    return over.length
  }

  move(at: number, change: number): void {
    if (change !== 0) this.movements += 1
    this.onHand[at] = (this.onHand[at] ?? 0) + change
  }
}

const wantedOf = (lines: readonly [number, number][]): number[] => {
  const wanted = Array<number>(variantCount).fill(0)
  for (const [at, quantity] of lines) wanted[at] = (wanted[at] ?? 0) + quantity
  return wanted
}

for (const kind of databaseKinds) {
  describe(`stock on ${kind.name}, whatever is done in whatever order`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let room: Stockroom
    before(async () => {
      database = await aDatabase(kind)
      room = aStockroom(database)
    })
    after(() => database.end())

    async function run(steps: readonly Step[]): Promise<void> {
      const { inventory, within, clock } = room
      clock.pass(minutes(60))
      await inventory.expireReservations()
      const { id: storeId } = await aStore(database)
      const ids = await variants(database, variantCount)
      const shelf = new Shelf()
      let orders = 0
      const toLines = (lines: readonly [number, number][]) =>
        lines.map(([at, quantity]) => ({ variantId: ids[at] ?? '', quantity }))
      const deps = {
        database,
        clock,
        catalog: aCatalog(() => undefined),
        events: { emit: async () => undefined },
        telemetry: { adjusted: () => undefined },
      }

      async function reserve(lines: readonly [number, number][]): Promise<void> {
        orders += 1
        const reference = `${storeId}-${orders}`
        const reserved = await within((tx) => inventory.reserve(tx, { storeId, reference, lines: toLines(lines) }))
        const wanted = wantedOf(lines)
        const touched = wanted.flatMap((quantity, at) => (quantity > 0 ? [at] : []))
        const free = (at: number) => (shelf.onHand[at] ?? 0) - shelf.reserved(at)
        const isShort = (at: number) => free(at) < (wanted[at] ?? 0)
        if (touched.some(isShort)) shelf.expire(clock.now(), touched)
        const short = touched.filter(isShort)
        if (short.length === 0) {
          assert.equal(reserved.outcome, 'held')
          if (reserved.outcome !== 'held') return
          const { reservationId: id, expiresAt } = reserved
          shelf.holds.push({ id, status: 'held', expiresAt: expiresAt.getTime(), open: wanted })
        } else
          assert.deepEqual(reserved, {
            outcome: 'short',
            lines: short.map((at) => ({ variantId: ids[at], wanted: wanted[at], available: free(at) })),
          })
      }

      async function adjust(how: Extract<Step, { do: 'adjust' }>['how'], lines: readonly [number, number][]) {
        const change = (at: number, quantity: number) =>
          how === 'count'
            ? quantity - (shelf.onHand[at] ?? 0)
            : how === 'damage' || how === 'expiry'
              ? -quantity
              : quantity
        const isPossible = lines.every(
          ([at, quantity]) => (shelf.onHand[at] ?? 0) + change(at, quantity) >= shelf.reserved(at),
        )
        const input = { storeId, kind: how, reason: 'x', lines: toLines(lines), actorId: 'usr_x', key: undefined }
        const done = await adjustStock(deps, input).then(
          () => true,
          (error: unknown) => {
            assert.ok(error instanceof Problem, String(error))
            assert.equal(error.code, how === 'count' ? 'stock.below_reserved' : 'stock.short')
            return false
          },
        )
        assert.equal(done, isPossible)
        if (isPossible) for (const [at, quantity] of lines) shelf.move(at, change(at, quantity))
      }

      async function settle(what: 'commit' | 'consume' | 'release' | 'extend', hold: Hold): Promise<void> {
        const { id, status } = hold
        const done = await within((tx) =>
          what === 'release' ? inventory.release(tx, id, 'cancelled') : inventory[what](tx, id),
        )
        const from = { commit: ['held'], extend: ['held'], consume: ['committed'], release: ['held', 'committed'] }[
          what
        ]
        assert.equal(done, from.includes(status), `${what} of ${status}`)
        if (!done) return
        if (what === 'extend') hold.expiresAt = Math.max(hold.expiresAt, clock.now() + minutes(10))
        if (what === 'commit') hold.status = 'committed'
        if (what === 'release') hold.status = 'released'
        if (what === 'consume') {
          hold.status = 'consumed'
          for (const [at, quantity] of hold.open.entries()) shelf.move(at, -quantity)
        }
      }

      async function giveBack(hold: Hold, lines: readonly [number, number][]): Promise<void> {
        const done = await within((tx) => inventory.releaseLines(tx, hold.id, toLines(lines)))
        const isOpen = hold.status === 'held' || hold.status === 'committed'
        assert.equal(done, isOpen && lines.every(([at, quantity]) => (hold.open[at] ?? 0) >= quantity))
        if (done) for (const [at, quantity] of lines) hold.open[at] = (hold.open[at] ?? 0) - quantity
      }

      async function take(each: Step): Promise<void> {
        if (each.do === 'pass') return clock.pass(minutes(each.minutes))
        if (each.do === 'expire') return assert.equal(await inventory.expireReservations(), shelf.expire(clock.now()))
        if (each.do === 'reserve') return reserve(each.lines)
        if (each.do === 'adjust') return adjust(each.how, each.lines)
        const hold = shelf.holds[each.which % Math.max(1, shelf.holds.length)]
        if (!hold) return
        if (each.do === 'giveBack') return giveBack(hold, each.lines)
        return settle(each.do, hold)
      }

      for (const each of [
        {
          do: 'adjust',
          how: 'inward',
          lines: [
            [0, 6],
            [1, 6],
            [2, 6],
          ],
        } as Step,
        ...steps,
      ]) {
        await take(each)
        assert.deepEqual(
          await room.levels(storeId),
          shelf.onHand.map((onHand, at) => ({ onHand, reserved: shelf.reserved(at), moved: onHand })),
        )
      }
      for (const { id, status } of shelf.holds)
        assert.equal((await inventory.findReservation(database.db, id))?.status, status)
      const { rows } = await database.raw('select count(*) as count from stock_movements where store_id = $1', [
        storeId,
      ])
      assert.deepEqual(rows, [{ count: shelf.movements }])
      const { rows: shown } = await database.raw(
        `select count(*) as count from stock_levels l left join shown_stock s using (store_id, variant_id)
          where store_id = $1 and coalesce(units_left, 0) <> least(5, greatest(0, on_hand - reserved - buffer))`,
        [storeId],
      )
      assert.deepEqual(shown, [{ count: 0 }], 'customers are shown what there is')
      assert.deepEqual(await inventory.verifyStock(), [])
    }

    test('levels, reservations and movements are those of a plain model, and every unit is accounted for', async () => {
      await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), run), {
        numRuns: 80 * kind.share,
        endOnFailure: false,
      })
    })
  })
}
