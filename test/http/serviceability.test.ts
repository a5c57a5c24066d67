import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { seconds, setClock } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { until } from '../support/queues.ts'
import { alwaysOpen, aSquare, type StartedShop, startShop } from '../support/shop.ts'

const evenings = {
  week: Object.fromEntries(Object.keys(alwaysOpen.week).map((day) => [day, [{ opens: '18:00', closes: '01:00' }]])),
  exceptions: [],
}

for (const kind of databaseKinds) {
  describe(`GET /api/serviceability on ${kind.name}`, { skip: kind.skip }, () => {
    /** 17:30 in India. */
    const clock = setClock(Date.UTC(2026, 0, 15, 12, 0, 0))
    let database: TestDatabase
    let shop: StartedShop
    before(async () => {
      database = await aDatabase(kind)
      shop = await startShop(database, { clock })
    })
    after(async () => {
      await shop.end()
      await database.end()
    })

    const ask = (query: string) => shop.call('GET', `/api/serviceability?${query}`)
    const at = async (lat: number, lng: number) => (await ask(`lat=${lat}&lng=${lng}`)).body
    const change = async (id: string, version: number, body: unknown) => {
      const token = await shop.adminToken()
      const { status } = await shop.call('PATCH', `/api/stores/${id}`, {
        token,
        body,
        headers: { 'if-match': `"${version}"` },
      })
      assert.equal(status, 200)
    }

    test('tells the store, its promise, a pause, the next opening, as they come', async () => {
      const [lat, lng] = [12.9784, 77.6408]
      const { id } = await shop.addStore()
      const store = { id, code: 'BLR-IND', name: 'Indiranagar' }
      await until(async () => (await at(lat, lng)).outcome === 'serviceable')
      assert.deepEqual(await at(lat, lng), {
        success: true,
        outcome: 'serviceable',
        store,
        etaMinutes: 5,
        minimumOrderPaise: 9900,
      })
      assert.equal((await at(lat + 0.018, lng)).etaMinutes, 17) // 2 km
      await change(id, 1, { status: 'paused', pauseReason: 'rain' })
      await until(async () => (await at(lat, lng)).outcome === 'paused')
      assert.deepEqual(await at(lat, lng), { success: true, outcome: 'paused', store, reason: 'rain' })
      await change(id, 2, { status: 'open', hours: evenings })
      await until(async () => (await at(lat, lng)).outcome === 'store_closed')
      assert.deepEqual(await at(lat, lng), {
        success: true,
        outcome: 'store_closed',
        store,
        opensAt: '2026-01-15T12:30:00.000Z',
      })
      clock.pass(seconds(1800))
      assert.equal((await at(lat, lng)).outcome, 'serviceable')
      await change(id, 3, { status: 'closed' })
      await until(async () => (await at(lat, lng)).outcome === 'store_closed')
      assert.equal((await at(lat, lng)).opensAt, null)
      const token = await shop.adminToken()
      await shop.call('DELETE', `/api/stores/${id}`, { token, headers: { 'if-match': '"4"' } })
      await until(async () => (await at(lat, lng)).outcome === 'not_covered')
    })

    test('tells the store that is soonest where several deliver', async () => {
      const middle = { lat: 18.52, lng: 73.85 }
      const near = await shop.addStore({ code: 'PUN-1', point: middle, serviceArea: aSquare(middle) })
      const east = { ...middle, lng: 73.86 }
      const far = await shop.addStore({ code: 'PUN-2', point: east, serviceArea: aSquare(middle) })
      await until(async () => (await at(18.52, 73.85)).outcome === 'serviceable')
      assert.equal((await at(18.52, 73.851)).store.id, near.id)
      await until(async () => (await at(18.52, 73.859)).store.id === far.id)
      await change(near.id, 1, { status: 'paused', pauseReason: 'overload' })
      await until(async () => (await at(18.52, 73.85)).store.id === far.id)
      assert.deepEqual(await shop.stores.findServingStore(middle), {
        outcome: 'serviceable',
        store: { id: far.id, code: 'PUN-2', name: 'Indiranagar' },
        etaMinutes: 11,
        minimumOrderPaise: 9900,
      })
    })

    test('covers nothing at the poles, at zero, on the date line, nor where the numbers are swapped, which it hints at', async () => {
      for (const query of [
        'lat=90&lng=0',
        'lat=-90&lng=180',
        'lat=0&lng=0',
        'lat=12.97&lng=-180',
        'lat=%2B12.9784&lng=7.6408',
      ])
        assert.deepEqual(
          [(await ask(query)).status, (await ask(query)).body],
          [200, { success: true, outcome: 'not_covered' }],
          query,
        )
      const { status, body } = await ask('lat=77.6408&lng=12.9784')
      assert.deepEqual([status, body.outcome], [200, 'not_covered'])
      assert.match(body.hint, /swapped\?/)
    })

    test('refuses what is no point with a sentence that says what one is', async () => {
      const wrong = [
        '',
        'lat=12.9784',
        'lng=77.6408',
        'lat=NaN&lng=77.6408',
        'lat=Infinity&lng=77.6408',
        'lat=&lng=',
        'lat=12.9784&lng=',
        'lat=12,9784&lng=77.6408',
        'lat=1e1&lng=77.6408',
        'lat=0x10&lng=77.6408',
        'lat=12.9784%20&lng=77.6408',
        'lat=90.0001&lng=77.6408',
        'lat=12.9784&lng=180.5',
        'lat=12.9784&lng=-181',
        'lat=12.9784&lat=12.9784&lng=77.6408',
        "lat=12.9784'&lng=77.6408",
        `lat=12.${'9'.repeat(5000)}&lng=77.6408`,
        'lat=%E0%A5%A7%E0%A5%A8&lng=77.6408',
      ]
      for (const query of wrong) {
        const { status, body } = await ask(query)
        assert.deepEqual([status, body.code], [400, 'serviceability.point_invalid'], query.slice(0, 60))
        assert.match(body.message, /lat from -90 to 90 and lng from -180 to 180/)
      }
    })
  })
}
