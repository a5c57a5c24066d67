import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { ServiceArea } from './dark-store.ts'
import type { Hours } from './opening-hours.ts'
import { weekdays } from './opening-hours.ts'
import { type ServingStore, serviceabilityOf } from './serviceability.ts'

const here = { lat: 12.9784, lng: 77.6408 }
const noon = Date.parse('2026-01-15T12:00:00+05:30')
const hoursOf = (day: Hours['week']['monday']): Hours => ({
  week: Object.fromEntries(weekdays.map((weekday) => [weekday, day])) as Hours['week'],
  exceptions: [],
})
const always = hoursOf('24h')
const evenings = hoursOf([{ opens: '18:00', closes: '23:00' }])

const store = (fields: Partial<ServingStore>): ServingStore => ({
  id: 'sto_a',
  version: 1,
  code: 'BLR-A',
  name: 'A',
  status: 'open',
  pauseReason: null,
  hours: always,
  point: here,
  area: { type: 'Polygon', coordinates: [] } satisfies ServiceArea,
  minimumOrderPaise: 9900,
  pickMinutes: 3,
  handoverMinutes: 2,
  pickCapacity: 4,
  ...fields,
})
const at = (stores: ServingStore[]) => serviceabilityOf(stores, here, noon)
const named = { id: 'sto_a', code: 'BLR-A', name: 'A' }

describe('a place', () => {
  test('is served with a promise and the least that an order must come to', () => {
    assert.deepEqual(at([store({})]), { outcome: 'serviceable', store: named, etaMinutes: 5, minimumOrderPaise: 9900 })
  })

  test('that no area holds is not covered', () => assert.deepEqual(at([]), { outcome: 'not_covered' }))

  test('is told why a store is paused', () => {
    const paused = store({ status: 'paused', pauseReason: 'rain' })
    assert.deepEqual(at([paused]), { outcome: 'paused', store: named, reason: 'rain' })
  })

  test('is told when a store opens by its hours, also when it is paused besides', () => {
    const closed = { outcome: 'store_closed', store: named, opensAt: new Date('2026-01-15T18:00:00+05:30') }
    assert.deepEqual(at([store({ hours: evenings })]), closed)
    assert.deepEqual(at([store({ hours: evenings, status: 'paused', pauseReason: 'rain' })]), closed)
  })

  test('is not told when a store opens that is closed until further notice', () => {
    const closed = { outcome: 'store_closed', store: named, opensAt: undefined }
    assert.deepEqual(at([store({ status: 'closed' })]), closed)
    assert.deepEqual(at([store({ status: 'closed', hours: evenings })]), closed)
    assert.deepEqual(at([store({ hours: hoursOf('closed') })]), closed)
  })

  test('has the best of its stores: one that serves, the soonest, then by id, in whatever order they come', () => {
    const paused = { status: 'paused', pauseReason: 'rain' } as const
    const ranked = [
      store({ id: 'sto_f', pickMinutes: 3 }),
      store({ id: 'sto_g', pickMinutes: 3 }),
      store({ id: 'sto_a', pickMinutes: 9 }),
      store({ id: 'sto_e', pickMinutes: 1, ...paused }),
      store({ id: 'sto_b', pickMinutes: 2, ...paused }),
      store({ id: 'sto_d', pickMinutes: 1, hours: evenings }),
      store({ id: 'sto_c', pickMinutes: 2, status: 'closed' }),
    ]
    fc.assert(
      fc.property(fc.shuffledSubarray(ranked, { minLength: 1 }), (stores) => {
        const best = ranked.find((each) => stores.includes(each))
        const found = at(stores)
        assert.equal(found.outcome !== 'not_covered' && found.store.id, best?.id)
      }),
    )
  })
})
