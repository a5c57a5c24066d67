import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { setClock } from '../../../test/support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../../../test/support/databases.ts'
import { aSquare, aStore } from '../../../test/support/shop.ts'
import type { ChangeListener } from '../../platform/changes/change-feed.ts'
import type { Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { createMetrics } from '../../platform/observability/metrics.ts'
import { Unavailable } from '../../platform/unavailable.ts'
import { type AddStoreDeps, addStore, type NewStore } from './add-store.ts'
import { archiveStore, changeStore, type StoreChange } from './change-store.ts'
import { createServingStores } from './serving-stores.ts'
import { createStoresTelemetry } from './stores-telemetry.ts'

const log = pino({ level: 'silent' })
const caller = { userId: 'usr_1', sessionId: 'ses_1', roles: ['admin'] as const, storeIds: [] }
const here = { lat: 12.9784, lng: 77.6408 }
const there = { lat: 13.2, lng: 77.6408 }

for (const kind of databaseKinds) {
  describe(`stores in memory, on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let deps: AddStoreDeps
    before(async () => {
      database = await aDatabase(kind)
      const telemetry = createStoresTelemetry(createMetrics())
      deps = { database, clock: setClock(), telemetry, changes: { note: async () => undefined } }
    })
    beforeEach(() => database.raw('delete from stores', []))
    after(() => database.end())

    /** Stores in memory, told of changes by hand; and the database, which can be away. */
    function inMemory() {
      const listeners: ChangeListener[] = []
      const seen = { reads: 0, isAway: false, isCurrent: true, whenRead: (): void => undefined }
      const db = new Proxy(database.db, {
        get(target, name) {
          if (name !== 'selectFrom') return Reflect.get(target, name)
          seen.reads += 1
          seen.whenRead()
          if (seen.isAway) throw new Unavailable('database', 'as the test wants')
          return (table: 'stores') => target.selectFrom(table)
        },
      })
      const stores = createServingStores({
        database: { db },
        changes: { follow: (_topic, listener) => listeners.push(listener), isCurrent: () => seen.isCurrent },
      })
      const tell = () => {
        for (const listener of listeners) listener(['something'])
      }
      const at = async (point = here) => (await stores.covering(point)).map(({ code }) => code).sort()
      return { stores, seen, tell, at }
    }
    const add = async (fields: object) => (await addStore(deps, { store: aStore(fields) as NewStore, log })).body.store
    const change = (id: string, version: number, fields: StoreChange) =>
      changeStore(deps, { id, version, caller, change: fields, log })

    test('are found by place without asking the database again', async () => {
      await add({ code: 'HERE-1' })
      await add({ code: 'HERE-2', serviceArea: aSquare({ width: 0.02 }) })
      await add({ code: 'THERE', serviceArea: aSquare(there), point: there })
      const { stores, seen, at } = inMemory()
      await stores.start()
      const { reads } = seen
      assert.deepEqual(await at(), ['HERE-1', 'HERE-2'])
      assert.deepEqual(await at({ ...here, lat: here.lat + 0.019 }), ['HERE-1'])
      assert.deepEqual(await at(there), ['THERE'])
      assert.deepEqual(await at({ lat: 90, lng: 0 }), [])
      assert.equal(seen.reads, reads)
    })

    test('keep what a later reading has found when an earlier one comes to its end after it', async () => {
      const { stores, seen, at } = inMemory()
      await stores.start()
      const answer = Promise.withResolvers<[]>()
      const execute = () => answer.promise
      const slow = { selectFrom: () => ({ select: () => ({ where: () => ({ execute }) }) }) } as unknown as Tx
      seen.isCurrent = false
      await sleep(1010)
      const early = stores.covering(here, slow)
      await add({ code: 'FIRST' })
      assert.deepEqual(await at(), ['FIRST'])
      answer.resolve([])
      await early
      seen.isCurrent = true
      assert.deepEqual(await at(), ['FIRST'])
    })

    test('follow what is added, changed, moved, archived and brought back', async () => {
      const { stores, tell, at } = inMemory()
      await stores.start()
      assert.deepEqual(await at(), [])
      const { id } = await add({ code: 'FIRST' })
      await add({ code: 'SECOND' })
      tell()
      assert.deepEqual(await at(), ['FIRST', 'SECOND'])
      await change(id, 1, { status: 'paused', pauseReason: 'rain' })
      tell()
      assert.equal((await stores.covering(here)).find((store) => store.id === id)?.pauseReason, 'rain')
      await change(id, 2, { serviceArea: aSquare(there), point: there, code: 'MOVED' })
      tell()
      assert.deepEqual([await at(), await at(there)], [['SECOND'], ['MOVED']])
      await archiveStore(deps, { id, version: 3, caller, log })
      tell()
      assert.deepEqual(await at(there), [])
      await change(id, 4, { archived: false })
      tell()
      assert.deepEqual(await at(there), ['MOVED'])
    })

    test('are read in the transaction that asks, which waits for no other session', async () => {
      const { stores, seen, tell } = inMemory()
      await stores.start()
      const { id } = await add({ code: 'NEW' })
      tell()
      seen.isAway = true
      const found = await inTransaction(database.db, (tx) => stores.covering(here, tx))
      assert.deepEqual(
        found.map((store) => store.id),
        [id],
      )
    })

    test('are read again, once for all who ask and once a second, while nobody tells of changes', async () => {
      const { stores, seen, at } = inMemory()
      await stores.start()
      seen.isCurrent = false
      await sleep(1100)
      await add({ code: 'UNTOLD' })
      const { reads } = seen
      const answers = await Promise.all(Array.from({ length: 50 }, () => at()))
      for (const codes of answers) assert.deepEqual(codes, ['UNTOLD'])
      const spent = seen.reads - reads
      assert.ok(spent <= 2, `${spent} statements`) // versions, and the store that is new
      await at()
      assert.equal(seen.reads - reads, spent)
      await sleep(1100)
      await at()
      assert.ok(seen.reads - reads > spent)
    })

    test('answer nothing old while the database is away, and go on by themselves when it is back', async () => {
      const { stores, seen, tell, at } = inMemory()
      await stores.start()
      await add({ code: 'UNTOLD' })
      seen.isAway = true
      tell()
      await assert.rejects(at(), Unavailable)
      await assert.rejects(at(), Unavailable)
      seen.isAway = false
      assert.deepEqual(await at(), ['UNTOLD'])
    })

    test('are not read a second time by whoever comes while they are read', async () => {
      await add({ code: 'ONCE' })
      const { stores, seen, at } = inMemory()
      const starting = stores.start()
      assert.deepEqual(await Promise.all([at(), at(), at()]), [['ONCE'], ['ONCE'], ['ONCE']])
      await starting
      assert.equal(seen.reads, 2) // versions, and the store
    })

    test('are read again after a change that was told while they were read', async () => {
      const { stores, seen, tell, at } = inMemory()
      await add({ code: 'FIRST' })
      seen.whenRead = tell
      await stores.start()
      seen.whenRead = () => undefined
      const { reads } = seen
      await at()
      assert.ok(seen.reads > reads)
    })
  })
}
