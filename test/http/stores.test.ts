import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { newId } from '../../src/platform/ids.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { inParallel, statuses } from '../support/service.ts'
import { alwaysOpen, aSquare, aStore, type StartedShop, startShop } from '../support/shop.ts'
import { allowed } from '../support/time-limits.ts'

/** A ring of so many positions, as compact as JSON can be. */
const ringOf = (count: number) => {
  const corners = Array.from({ length: count - 1 }, (_, at) => {
    const angle = (2 * Math.PI * at) / (count - 1)
    return [Number((77.6 + 0.05 * Math.cos(angle)).toFixed(6)), Number((12.97 + 0.05 * Math.sin(angle)).toFixed(6))]
  })
  return { type: 'Polygon', coordinates: [[...corners, corners[0]]] }
}

for (const kind of databaseKinds) {
  describe(`stores on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let shop: StartedShop
    let token: string
    before(async () => {
      database = await aDatabase(kind)
      shop = await startShop(database)
      token = await shop.adminToken()
    })
    beforeEach(() => database.raw('delete from stores', []))
    after(async () => {
      await shop.end()
      await database.end()
    })

    const add = (body: unknown, headers: Record<string, string> = {}) =>
      shop.call('POST', '/api/stores', { token, body, headers })
    const see = (id: string, as = token) => shop.call('GET', `/api/stores/${id}`, { token: as })
    const change = (id: string, version: number, body: unknown, as = token) =>
      shop.call('PATCH', `/api/stores/${id}`, { token: as, body, headers: { 'if-match': `"${version}"` } })
    const archive = (id: string, version: number, as = token) =>
      shop.call('DELETE', `/api/stores/${id}`, { token: as, headers: { 'if-match': `"${version}"` } })
    const codes = async (query = '', as = token): Promise<string[]> =>
      (await shop.call('GET', `/api/stores${query}`, { token: as })).body.stores.map(
        ({ code }: { code: string }) => code,
      )

    test('are kept as they were written, and what a store does not have is refused', async () => {
      const wrong = await add(aStore({ id: 'sto_mine', version: 7, archivedAt: 'x', nothing: 1 }))
      assert.deepEqual([wrong.status, wrong.body.faults?.length], [400, 4])
      const { status, body, headers } = await add(aStore())
      assert.deepEqual([status, headers['etag']], [201, '"1"'])
      const { id, createdAt, updatedAt, ...store } = body.store
      assert.match(id, /^sto_/)
      assert.equal(createdAt, updatedAt)
      assert.deepEqual(store, { ...aStore(), pauseReason: null, version: 1, archivedAt: null })
      const seen = await see(id)
      assert.deepEqual([seen.headers['etag'], seen.body], ['"1"', body])
      const { serviceArea, ...listed } = body.store
      assert.deepEqual((await shop.call('GET', '/api/stores', { token })).body.stores, [listed])
      assert.equal((await add({ ...aStore({ code: 'SECOND' }), status: undefined })).body.store.status, 'closed')
    })

    test('change in what is named, from the version that was seen and no other', async () => {
      const { id } = await shop.addStore()
      const changed = await change(id, 1, { name: 'Domlur', serviceArea: aSquare({ width: 0.02 }) })
      assert.deepEqual([changed.status, changed.headers['etag'], changed.body.store.version], [200, '"2"', 2])
      assert.equal(changed.body.store.name, 'Domlur')
      assert.equal(changed.body.store.code, 'BLR-IND')
      assert.deepEqual((await see(id)).body.store, changed.body.store)
      const stale = await change(id, 1, { name: 'Halasuru' })
      assert.deepEqual([stale.status, stale.body.code], [412, 'edit.conflict'])
      const blind = await shop.call('PATCH', `/api/stores/${id}`, { token, body: { name: 'Halasuru' } })
      assert.deepEqual([blind.status, blind.body.code], [428, 'edit.version_required'])
      assert.equal((await see(id)).body.store.name, 'Domlur')
    })

    test('are archived and brought back, and never deleted', async () => {
      const { id } = await shop.addStore()
      assert.equal((await archive(id, 7)).status, 412)
      assert.equal((await shop.call('DELETE', `/api/stores/${id}`, { token })).status, 428)
      assert.deepEqual((await archive(id, 1)).body, { success: true })
      assert.deepEqual([await codes(), await codes('?archived=true')], [[], ['BLR-IND']])
      assert.notEqual((await see(id)).body.store.archivedAt, null)
      assert.equal(await shop.stores.findStore(database.db, id), undefined)
      assert.equal((await archive(id, 2)).status, 200)
      const back = await change(id, 2, { archived: false })
      assert.deepEqual([back.status, back.body.store.archivedAt, back.body.store.version], [200, null, 3])
      assert.deepEqual(await codes(), ['BLR-IND'])
      assert.equal((await change(id, 3, { archived: true })).status, 400)
    })

    test('are one for an Idempotency-Key, however often it is sent', async () => {
      const headers = { 'idempotency-key': newId('key') }
      const first = await add(aStore(), headers)
      const again = await add(aStore(), headers)
      assert.deepEqual([again.status, again.body, again.headers['idempotency-replayed']], [201, first.body, 'true'])
      assert.equal(first.headers['idempotency-replayed'], undefined)
      const other = await add(aStore({ name: 'Other' }), headers)
      assert.deepEqual([other.status, other.body.code], [422, 'idempotency.key_reused'])
      assert.equal((await codes()).length, 1)
      const answers = await inParallel(10, () =>
        add(aStore({ code: 'AT-ONCE' }), { 'idempotency-key': headers['idempotency-key'] + 2 }),
      )
      for (const { status } of answers) assert.ok(status === 201 || status === 409)
      assert.deepEqual(await codes(), ['AT-ONCE', 'BLR-IND'])
      assert.equal((await add(aStore(), { 'idempotency-key': 'ü' })).status, 400)
    })

    test('have codes of their own, however many want one at once', async () => {
      const answers = await inParallel(10, () => add(aStore({ code: 'WANTED' })))
      assert.deepEqual(statuses(answers), { 201: 1, 409: 9 })
      assert.equal(answers.find(({ status }) => status === 409)?.body.code, 'store.code_taken')
      const { id } = await shop.addStore({ code: 'OTHER' })
      assert.deepEqual((await change(id, 1, { code: 'WANTED' })).body.code, 'store.code_taken')
    })

    test('keep the first of changes that come at once from one version', async () => {
      const { id } = await shop.addStore()
      const answers = await inParallel(10, (at) => change(id, 1, { pickMinutes: at + 1 }))
      assert.deepEqual(statuses(answers), { 200: 1, 412: 9 })
      assert.equal((await see(id)).body.store.version, 2)
    })

    test('are listed by code, page by page, by city, by status', async () => {
      for (const code of ['C1', 'A1', 'B1', 'E1', 'D1'])
        await shop.addStore({ code, city: code < 'D' ? 'Bengaluru' : 'Pune' })
      const first = (await shop.call('GET', '/api/stores?limit=2', { token })).body
      assert.deepEqual(
        first.stores.map(({ code }: { code: string }) => code),
        ['A1', 'B1'],
      )
      assert.deepEqual(await codes(`?limit=3&cursor=${first.nextCursor}`), ['C1', 'D1', 'E1'])
      assert.deepEqual(await codes('?city=Pune'), ['D1', 'E1'])
      const otherwise = `/api/stores?city=Pune&cursor=${first.nextCursor}`
      assert.equal((await shop.call('GET', otherwise, { token })).body.code, 'request.malformed')
      assert.deepEqual(await codes('?status=paused'), [])
      for (const query of ['cursor=WyJ4Il', 'cursor=x', 'limit=0', 'limit=101', 'status=asleep', 'archived=1', 'city='])
        assert.equal((await shop.call('GET', `/api/stores?${query}`, { token })).status, 400, query)
    })

    test('are pages without gaps when stores are added between them', async () => {
      for (const code of ['B1', 'D1']) await shop.addStore({ code })
      const { nextCursor } = (await shop.call('GET', '/api/stores?limit=1', { token })).body
      for (const code of ['A1', 'C1']) await shop.addStore({ code })
      assert.deepEqual(await codes(`?cursor=${nextCursor}`), ['C1', 'D1'])
    })

    test('are run by their managers, who change status and hours and nothing else', async () => {
      const [own, other] = [await shop.addStore({ code: 'OWN' }), await shop.addStore({ code: 'OTHER' })]
      const manager = await shop.managerToken(own.id)
      assert.deepEqual(await codes('', manager), ['OWN'])
      assert.equal((await see(own.id, manager)).status, 200)
      assert.equal((await see(other.id, manager)).status, 403)
      assert.equal((await see(newId('sto'), manager)).status, 403)
      const paused = await change(own.id, 1, { status: 'paused', pauseReason: 'noRiders' }, manager)
      assert.deepEqual([paused.status, paused.body.store.status], [200, 'paused'])
      assert.equal((await change(own.id, 2, { status: 'open', hours: alwaysOpen }, manager)).status, 200)
      for (const fields of [
        { name: 'Mine' },
        { status: 'closed', minimumOrderPaise: 0 },
        { archived: false },
        { serviceArea: aSquare() },
      ]) {
        const { status, body } = await change(own.id, 3, fields, manager)
        assert.deepEqual([status, body.code], [403, 'request.forbidden'], JSON.stringify(fields))
        assert.match(body.message, /status, pauseReason, hours and nothing else/)
      }
      assert.equal((await change(other.id, 1, { status: 'closed' }, manager)).status, 403)
      assert.equal((await archive(own.id, 3, manager)).status, 403)
      assert.equal(
        (await shop.call('POST', '/api/stores', { token: manager, body: aStore({ code: 'X1' }) })).status,
        403,
      )
      assert.equal((await see(own.id)).body.store.status, 'open')
    })

    test('are nothing for customers and strangers, and those that never were are not found', async () => {
      const { id } = await shop.addStore()
      const customer = await shop.customerToken()
      for (const [as, status] of [
        [customer, 403],
        ['nonsense', 401],
      ] as const) {
        assert.equal((await see(id, as)).status, status)
        assert.equal((await shop.call('GET', '/api/stores', { token: as })).status, status)
        assert.equal((await change(id, 1, { status: 'closed' }, as)).status, status)
        assert.equal((await archive(id, 1, as)).status, status)
        assert.equal(
          (await shop.call('POST', '/api/stores', { token: as, body: aStore({ code: 'X1' }) })).status,
          status,
        )
      }
      for (const { status, body } of [
        await see(newId('sto')),
        await change(newId('sto'), 1, { name: 'x' }),
        await archive(newId('sto'), 1),
      ])
        assert.deepEqual([status, body.code], [404, 'store.not_found'])
      assert.equal((await see("sto_'; drop table stores")).status, 400)
    })

    test('lie near where they deliver, in what is added and in what a change makes of them', async () => {
      const far = { lat: 13.2784, lng: 77.6408 }
      const message = /^The store cannot be saved: point is \d\d\.\d km outside of the serviceArea; at most 15 km/
      const refused = ({ status, body }: { status: number; body: { code: string; message: string } }) => {
        assert.deepEqual([status, body.code], [400, 'store.invalid'])
        assert.match(body.message, message)
      }
      refused(await add(aStore({ point: far })))
      const { id } = await shop.addStore({ code: 'A1' })
      refused(await change(id, 1, { point: far }))
      refused(await change(id, 1, { serviceArea: aSquare(far) }))
      assert.equal((await change(id, 1, { point: far, serviceArea: aSquare(far) })).status, 200)
    })

    test('are paused with a reason, and have none otherwise', async () => {
      const { id } = await shop.addStore()
      assert.equal((await change(id, 1, { status: 'paused' })).body.code, 'store.pause_reason_required')
      assert.equal((await change(id, 1, { pauseReason: 'rain' })).body.code, 'store.not_paused')
      assert.equal((await change(id, 1, { status: 'paused', pauseReason: 'rain' })).body.store.pauseReason, 'rain')
      assert.equal((await change(id, 2, { status: 'closed' })).body.store.pauseReason, null)
      assert.equal((await add(aStore({ code: 'X1', status: 'paused' }))).body.code, 'store.pause_reason_required')
    })

    test('that are none are refused with sentences that say what is wrong', async () => {
      const { code, hours, ...rest } = aStore()
      const missing = await add(rest)
      assert.deepEqual([missing.status, missing.body.code], [400, 'store.invalid'])
      assert.deepEqual(missing.body.faults, ['code is missing', 'hours is missing'])
      const wrong: [object, string, RegExp][] = [
        [{ code: 'blr ind' }, 'store.invalid', /code must be 2 to 20 capital letters/],
        [{ name: ' ' }, 'store.invalid', /name must be a text/],
        [{ addressLines: [] }, 'store.invalid', /addressLines must be a list of 1 to 4/],
        [{ pincode: 560038 }, 'store.invalid', /pincode must be a text of six digits/],
        [{ point: { lat: 77.6, lng: 12.9 } }, 'store.invalid', /Are lat and lng swapped\?/],
        [{ point: { lat: 48.8, lng: 2.3 } }, 'store.invalid', /numbers that lie in India$/],
        [{ minimumOrderPaise: 99.5 }, 'store.invalid', /minimumOrderPaise must be a whole number/],
        [{ minimumOrderPaise: -1 }, 'store.invalid', /from 0 to 10000000/],
        [{ pickMinutes: '3', pickCapacity: 0 }, 'store.invalid', /pickMinutes must be.*pickCapacity must be/],
        [{ status: 'asleep' }, 'store.invalid', /status must be open, paused or closed/],
        [{ hours: '24h' }, 'store.hours_invalid', /an object with week/],
        [
          { hours: { week: { ...alwaysOpen.week, monday: [{ opens: '6', closes: '7' }] } } },
          'store.hours_invalid',
          /monday needs opens and closes/,
        ],
        [
          { hours: { ...alwaysOpen, exceptions: [{ date: '2026-02-30', hours: 'closed' }] } },
          'store.hours_invalid',
          /a date of the calendar/,
        ],
        [{ serviceArea: { type: 'Point', coordinates: [77, 12] } }, 'store.area_invalid', /Polygon or MultiPolygon/],
        [{ serviceArea: { type: 'Polygon' } }, 'store.area_invalid', /a list of rings/],
        [
          { serviceArea: { type: 'Polygon', coordinates: [aSquare().coordinates[0]?.slice(1)] } },
          'store.area_invalid',
          /is not closed/,
        ],
        [{ serviceArea: aSquare({ lat: 77.6, lng: 12.9 }) }, 'store.area_invalid', /swapped\?/],
        [{ serviceArea: ringOf(8000) }, 'store.area_invalid', /it has 8,000 positions; at most 2,000/],
      ]
      const { id } = await shop.addStore({ code: 'SOUND' })
      for (const [fields, code, message] of wrong)
        for (const answer of [await add(aStore(fields)), await change(id, 1, fields)]) {
          assert.deepEqual([answer.status, answer.body.code], [400, code], JSON.stringify(fields).slice(0, 200))
          assert.match(answer.body.message, message)
          assert.ok(answer.body.faults.length > 0)
        }
      for (const body of [undefined, null, [], 'x', 7])
        assert.equal((await add(body)).status, 400, JSON.stringify(body))
      assert.equal((await change(id, 1, {})).status, 400)
      assert.deepEqual(await codes(), ['SOUND'])
    })

    test('may have an area of 2,000 positions written for people; one of 100,000 is refused at once with the limit', async () => {
      const body = aStore({ serviceArea: ringOf(2000) })
      const indented = JSON.stringify(body, undefined, 2)
      const { statusCode } = await shop.server.inject({
        method: 'POST',
        url: '/api/stores',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        payload: indented,
      })
      assert.ok(indented.length > 64 * 1024)
      assert.equal(statusCode, 201)
      const start = performance.now()
      const { status, body: refusal } = await add(aStore({ code: 'HUGE', serviceArea: ringOf(100_000) }))
      assert.deepEqual([status, refusal.code], [413, 'store.too_large'])
      assert.match(refusal.message, /at most 2,000 positions/)
      assert.ok(performance.now() - start < allowed(5000))
    })

    test('are known to other modules by id and by code', async () => {
      const { id } = await shop.stores.addStore(aStore({ code: 'DEMO' }) as never)
      const gone = await shop.addStore({ code: 'GONE' })
      await archive(gone.id, 1)
      const { db } = database
      const store = await shop.stores.findStore(db, id)
      assert.deepEqual([store?.code, store?.point, store?.hours], ['DEMO', aStore().point, alwaysOpen])
      assert.equal(await shop.stores.findStore(db, newId('sto')), undefined)
      assert.deepEqual(await shop.stores.findStoreIdsByCode(db, ['DEMO', 'GONE', 'NONE']), new Map([['DEMO', id]]))
      assert.deepEqual(await shop.stores.findStoreIdsByCode(db, []), new Map())
      assert.deepEqual(await shop.stores.readStoreCodes(db), new Map([[id, 'DEMO']]))
      await assert.rejects(shop.stores.addStore(aStore({ code: 'DEMO' }) as never), { code: 'store.code_taken' })
    })
  })
}
